"""Files that are there whole or not at all, and the same bytes for the same content."""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pandas as pd

from aeflow.errors import InputError


@contextmanager
def whole(path: Path) -> Iterator[Path]:
    """Give a temporary path; it takes the place of ``path`` if the block succeeds.

    It is in a folder beside ``path`` whose name .dvcignore and .gitignore have: what a kill leaves there is part of
    no output and no dependency. An OSError of the block names ``path``.
    """
    with _named(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        with TemporaryDirectory(prefix=".unfinished-", dir=path.parent) as folder:
            temporary = Path(folder, path.name)
            yield temporary
            os.replace(temporary, path)


@contextmanager
def _named(path: Path) -> Iterator[None]:
    """Let what the operating system answers name ``path``: about a write or a read it names no file."""
    try:
        yield
    except OSError as error:
        if error.errno is not None:
            error.filename, error.filename2 = str(path), None
        raise


def existing(path: Path) -> Path:
    """Return ``path``; raise InputError if there is no such file."""
    if not path.is_file():
        raise InputError(f"{path}: no such file; run `dvc repro` to make it")
    return path


@contextmanager
def intact(path: Path) -> Iterator[Path]:
    """Give the existing ``path`` to a reader; InputError names it if the reader fails on what is in it.

    An OSError names it too. An InputError stays as it is: it names another file, which the reader has asked for.
    """
    existing(path)
    try:
        with _named(path):
            yield path
    except InputError:
        raise
    except Exception as error:
        if isinstance(error, OSError) and error.errno is not None:
            raise  # the disk's fault, not the file's: a reader's own OSError has no number
        raise InputError(
            f"{path}: damaged, or not the kind of file that its name says ({type(error).__name__}); "
            "run `dvc repro` to make it again"
        ) from None


def write_text(path: Path, text: str) -> None:
    with whole(path) as temporary:
        temporary.write_text(text, encoding="utf-8")


def write_bytes(path: Path, content: bytes) -> None:
    with whole(path) as temporary:
        temporary.write_bytes(content)


def write_json(path: Path, content: Any) -> None:
    """Write JSON that Git shows well; NaN and infinities are refused, as they are not JSON."""
    write_text(path, json.dumps(content, indent=2, allow_nan=False) + "\n")


def read_json(path: Path) -> Any:
    """Read JSON; raises InputError if the file is missing or is not JSON."""
    with intact(path):
        return json.loads(path.read_text(encoding="utf-8"))


def write_frame(path: Path, frame: pd.DataFrame) -> None:
    """Write Parquet or, for a name ending in .csv, CSV; the index is not kept."""
    with whole(path) as temporary:
        if path.suffix == ".csv":
            frame.to_csv(temporary, index=False, lineterminator="\n")
        else:
            frame.to_parquet(temporary, index=False)


def read_frame(path: Path) -> pd.DataFrame:
    """Read what ``write_frame`` wrote; raises InputError if the file is missing or damaged."""
    read = pd.read_csv if path.suffix == ".csv" else pd.read_parquet
    with intact(path):
        return read(path)
