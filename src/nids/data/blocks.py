"""Text files in blocks of whole lines: a plain file, one in gzip, each text file of a zip archive."""

import errno
import gzip
import re
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from aeflow.errors import InputError
from nids.data.description import Read
from nids.data.formats import ARFF, GZIP, ZIP, other_format

SIZE = 2**24
# No line of flows is longer.
LONGEST = 2**22
BOM = b"\xef\xbb\xbf"
SUFFIXES = (".csv", ".txt", ".arff")
_DATA = re.compile(rb"^\s*@data[^\n]*\n", re.IGNORECASE | re.MULTILINE)
_ATTRIBUTE = re.compile(rb"^\s*@attribute\s+('[^']*'|\"[^\"]*\"|\S+)", re.IGNORECASE | re.MULTILINE)


@dataclass(frozen=True)
class Block:
    """Whole lines in UTF-8 with line feeds; ``line`` is the number of the first one in the file, from 1."""

    line: int
    content: bytes


@dataclass(frozen=True)
class TextFile:
    """A text file: what messages call it, its blocks, and the names of its columns where its format has them."""

    source: str
    blocks: Iterator[Block]
    names: tuple[str, ...] = ()


def text_files(path: Path, read: Read) -> Iterator[TextFile]:
    """Yield the text file at ``path``, or those of a zip archive in the order of their names; each while it is open.

    Raises InputError for a file of another format, in another encoding than ``read.encoding``, or damaged.
    """
    with path.open("rb") as file:
        start = file.read(4)
    if start.startswith(ZIP):
        with _intact(path), zipfile.ZipFile(path) as archive:
            members = [
                member
                for member in archive.infolist()
                # macOS adds files of its own.
                if member.filename.lower().endswith(SUFFIXES) and not member.filename.startswith("__MACOSX/")
            ]
            if not members:
                raise InputError(
                    f"{path}: an archive without a text file ({', '.join(SUFFIXES)}); unpack the right one"
                )
            for member in sorted(members, key=lambda one: one.filename):
                if member.flag_bits & 1:
                    raise InputError(f"{path}: the archive is encrypted; unpack it")
                with archive.open(member) as unpacked:
                    yield _text_file(unpacked, f"{path}: {member.filename}", read)
    elif start.startswith(GZIP):
        with _intact(path), gzip.open(path) as unpacked:
            yield _text_file(unpacked, str(path), read)
    else:
        with path.open("rb") as file:
            yield _text_file(file, str(path), read)


@contextmanager
def _intact(path: Path) -> Iterator[None]:
    try:
        yield
    except (zipfile.BadZipFile, EOFError, zlib.error, NotImplementedError, OSError) as error:
        # Not what the disk says: a damaged archive leads to places that there are not.
        if isinstance(error, OSError) and error.errno not in (None, errno.EINVAL):
            raise
        raise InputError(f"{path}: the archive is damaged or of an unknown kind; fetch the file again") from None


def _text_file(file: IO[bytes] | gzip.GzipFile, source: str, read: Read) -> TextFile:
    start = file.read(SIZE).removeprefix(BOM)
    if what := other_format(start):
        raise InputError(f"{source}: the file is {what}")
    if not start.strip():
        raise InputError(f"{source}: no rows; fetch the file again")
    # Old systems end a line with a carriage return alone.
    end = b"\n" if b"\n" in start else b"\r"
    head = _DATA.search(start) if ARFF.match(start[:100_000]) else None
    if head is None:
        return TextFile(source, _blocks(file, start, 1, end, read.comment.encode(), source, read.encoding))
    if start[head.end() :].lstrip().startswith(b"{"):
        raise InputError(f"{source}: sparse ARFF; save it as CSV")
    names = tuple(name.decode("utf-8", "replace").strip("'\"") for name in _ATTRIBUTE.findall(start[: head.start()]))
    line = 1 + start.count(end, 0, head.end())
    return TextFile(source, _blocks(file, start[head.end() :], line, end, b"%", source, read.encoding), names)


def _blocks(
    file: IO[bytes] | gzip.GzipFile, content: bytes, line: int, end: bytes, comment: bytes, source: str, encoding: str
) -> Iterator[Block]:
    while True:
        more = file.read(SIZE)
        cut = content.rfind(end) + 1 if more else len(content)
        if not cut and len(content) > LONGEST:
            raise InputError(f"{source}, line {line}: longer than {LONGEST:,} bytes; fetch the file again")
        if cut:
            lines, content = content[:cut], content[cut:]
            yield Block(line, _plain(lines, end, comment, line, source, encoding))
            line += lines.count(end)
        if not more:
            return
        content += more


def _plain(lines: bytes, end: bytes, comment: bytes, line: int, source: str, encoding: str) -> bytes:
    """Return lines in UTF-8 with line feeds; a comment is an empty line."""
    # A reader decodes UTF-8 itself.
    if encoding.lower().replace("_", "-") not in ("utf-8", "utf8", "utf-8-sig", "ascii"):
        try:
            lines = lines.decode(encoding).encode()
        except UnicodeError as error:
            at = line + lines.count(end, 0, getattr(error, "start", 0))
            raise InputError(f"{source}, line {at}: bytes that are not {encoding}; correct read.encoding") from None
    if b"\r" in lines:
        lines = lines.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    if comment and comment in lines:
        lines = re.sub(rb"^" + re.escape(comment) + rb"[^\n]*", b"", lines, flags=re.MULTILINE)
    return lines if lines.endswith(b"\n") else lines + b"\n"
