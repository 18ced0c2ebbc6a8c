"""The official files, from a local folder or a mirror, with their checksum verified."""

import logging
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import quote

import pooch
import requests

from aeflow.errors import InputError
from nids.base.files import whole


def fetch(
    name: str, sha256: str, *, folder: Path | None, mirrors: Sequence[str], target: Path, timeout: float, attempts: int
) -> str:
    """Put file ``name`` at ``target``, from the first source that has it with the right checksum.

    ``folder`` is tried first, then ``mirrors`` (base URLs) in order, each ``attempts`` times with
    ``timeout`` seconds of silence allowed. A source that fails is named on stderr. Returns the
    source used. ``target`` appears whole or not at all.

    Raises InputError, with the reason for every source, if none served.
    """
    reasons = []
    for source in [folder, *mirrors]:
        if source is None:
            continue
        try:
            with whole(target) as temporary:
                if isinstance(source, Path):
                    _copy(source / name, sha256, temporary)
                else:
                    _download(f"{source}/{quote(name)}", sha256, temporary, timeout, attempts)
            return str(source)
        # pooch raises ValueError for a wrong checksum, requests an OSError for everything else.
        except (OSError, ValueError) as error:
            reasons.append(f"{source}: {_reason(error)}")
            print(f"{name}: not from {reasons[-1]}", file=sys.stderr)
    raise InputError(
        f"{name}: no source has it ({'; '.join(reasons) or 'none is given'}); "
        "set the variable that files.folder names to a folder that has it, or correct `files` of the data set"
    )


def _copy(source: Path, sha256: str, target: Path) -> None:
    if not source.is_file():
        raise FileNotFoundError("no such file")
    shutil.copyfile(source, target)
    if (found := pooch.file_hash(str(target), alg="sha256")) != sha256:
        raise ValueError(f"checksum {found[:12]}… instead of {sha256[:12]}…")


def _download(url: str, sha256: str, target: Path, timeout: float, attempts: int) -> None:
    pooch.get_logger().setLevel(logging.ERROR)
    mirror = pooch.create(
        path=target.parent,
        base_url="",
        registry={target.name: f"sha256:{sha256}"},
        urls={target.name: url},
        retry_if_failed=attempts - 1,
    )
    mirror.fetch(target.name, downloader=pooch.HTTPDownloader(progressbar=True, timeout=timeout))


def _reason(error: Exception) -> str:
    if isinstance(error, requests.HTTPError) and error.response is not None:
        return f"HTTP status {error.response.status_code}"
    if isinstance(error, requests.Timeout):
        return "no answer in time"
    if isinstance(error, requests.ConnectionError | requests.exceptions.ChunkedEncodingError):
        return "no connection, or it broke off"
    # pooch's text goes on for a paragraph about attacks; its first sentence says it all.
    return "wrong checksum" if "does not match the known hash" in str(error) else str(error)
