"""The files of a data set, from a local folder or a mirror, with their checksums verified."""

import hashlib
import os
import signal
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

import requests
from tqdm import tqdm

from aeflow.errors import InputError
from nids.base.credentials import without_credentials
from nids.base.files import whole
from nids.base.quote import quoted
from nids.data.description import DataFile, Files

# What a file may cost, whatever a mirror sends; a larger or slower one belongs into the folder.
MOST_BYTES = 2**30
MOST_SECONDS = 1800.0
CHUNK = 2**16
# The first that fits, as some are subclasses of others.
CAUSES = {
    requests.exceptions.ProxyError: "no connection to the proxy",
    requests.exceptions.Timeout: "no answer in time",
    requests.exceptions.ChunkedEncodingError: "the connection broke off",
    requests.exceptions.ContentDecodingError: "what it sends cannot be decompressed",
    requests.exceptions.TooManyRedirects: "it leads in a circle",
    requests.exceptions.ConnectionError: "no connection",
}


class _SourceError(Exception):
    """Why a source does not serve."""


class _PassingError(_SourceError):
    """Why it did not this time."""


def fetch_all(files: Files, target: Path, *, timeout: float, attempts: int) -> None:
    """Put the files of each set into a folder of ``target`` with its key, and print where each is from.

    Raises InputError for what ``fetch`` refuses, a pattern that no file's name in the folder matches, and a file that
    belongs to a set twice.
    """
    given = os.path.expandvars(files.folder)
    folder = None if "$" in given or not given else Path(given)
    for key, of_set in files.sets.items():
        names: dict[str, str] = {}
        for file in of_set:
            for name in _names(file, folder, files.folder):
                if name in names:
                    raise InputError(f"files.{key}: {quoted(name)} is matched by {names[name]!r} and {file.name!r}")
                names[name] = file.name
                source = fetch(
                    name,
                    file.sha256,
                    folder=folder,
                    mirrors=files.mirrors,
                    target=target / key / name,
                    timeout=timeout,
                    attempts=attempts,
                )
                print(f"{name}: from {source}")


def _names(file: DataFile, folder: Path | None, given: str) -> list[str]:
    if not file.is_pattern:
        return [file.name]
    if folder is None:
        raise InputError(f"{file.name}: a pattern needs a folder, and files.folder {quoted(given)} names none; set it")
    found = sorted(path.name for path in folder.glob(file.name) if path.is_file())
    if not found:
        raise InputError(f"{folder}: no file is called {quoted(file.name)}; correct files.folder or the pattern")
    return found


def fetch(
    name: str,
    sha256: str | None,
    *,
    folder: Path | None,
    mirrors: Sequence[str],
    target: Path,
    timeout: float,
    attempts: int,
) -> str:
    """Put file ``name`` at ``target``, from the first source that has it with the right checksum, if one is given.

    ``folder`` is tried first, then ``mirrors`` (base URLs) in order, each up to ``attempts`` times with
    ``timeout`` seconds of silence allowed, MOST_SECONDS in all and MOST_BYTES each time. A source that fails is
    named on stderr. Returns the source used, without credentials. ``target`` appears whole or not at all.

    Only for the main thread, as it sets an alarm.

    Raises InputError, with the reason for every source, if none served; OSError if ``target`` cannot be written.
    """
    reasons = []
    for source in [folder, *mirrors]:
        if source is None:
            continue
        shown = without_credentials(str(source))
        try:
            if isinstance(source, Path):
                _save(_read(source / name), sha256, target)
            else:
                with _alarm(MOST_SECONDS):
                    _download(f"{source}/{quote(name)}", sha256, target, timeout, attempts)
            return shown
        except _SourceError as error:
            reasons.append(f"{shown}: {error}")
            print(f"{name}: not from {reasons[-1]}", file=sys.stderr)
    raise InputError(
        f"{name}: no source has it ({'; '.join(reasons) or 'none is given'}); "
        "set the variable that files.folder names to a folder that has it, or correct `files` of the data set"
    )


def _save(chunks: Iterator[bytes], sha256: str | None, target: Path) -> None:
    digest = hashlib.sha256()
    with whole(target) as temporary:
        with temporary.open("wb") as file:
            for chunk in chunks:
                digest.update(chunk)
                file.write(chunk)
        if sha256 is not None and digest.hexdigest() != sha256:
            raise _PassingError(f"wrong checksum, {digest.hexdigest()[:12]}… instead of {sha256[:12]}…")


def _read(path: Path) -> Iterator[bytes]:
    try:
        if not path.is_file():
            raise _SourceError("no such file")
        with path.open("rb") as file:
            while chunk := file.read(CHUNK):
                yield chunk
    except OSError as error:
        raise _SourceError(os.strerror(error.errno or 0)) from None


def _download(url: str, sha256: str | None, target: Path, timeout: float, attempts: int) -> None:
    for attempt in range(1, attempts + 1):
        try:
            return _save(_body(url, target.name, timeout), sha256, target)
        except _PassingError:
            if attempt == attempts:
                raise
            time.sleep(attempt)


def _body(url: str, name: str, timeout: float) -> Iterator[bytes]:
    try:
        with requests.get(url, stream=True, timeout=timeout) as response:
            if not response.ok:
                kind = _PassingError if response.status_code >= 500 else _SourceError
                raise kind(f"HTTP status {response.status_code}")
            with tqdm(desc=name, total=response.raw.length_remaining, unit="B", unit_scale=True) as bar:
                for chunk in response.iter_content(CHUNK):
                    bar.update(len(chunk))
                    if bar.n > MOST_BYTES:
                        raise _SourceError(f"too large, more than {MOST_BYTES} bytes")
                    yield chunk
    except requests.exceptions.SSLError as error:
        refused = "CERTIFICATE_VERIFY_FAILED" in str(error)
        raise _SourceError("its certificate is refused" if refused else "no secure connection") from None
    except ValueError:
        raise _SourceError("not the address of a mirror") from None
    except OSError as error:
        # A body that stops coming is no Timeout to requests.
        cause = requests.Timeout() if "timed out" in str(error) else error
        reason = next((text for kind, text in CAUSES.items() if isinstance(cause, kind)), str(error))
        raise _PassingError(reason) from None


@contextmanager
def _alarm(seconds: float) -> Iterator[None]:
    """Raise _SourceError if the block takes longer: a mirror that sends a byte now and then is never silent."""

    def ring(*_: object) -> None:
        raise _SourceError(f"too slow, not whole after {seconds:g} s")

    before = signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
