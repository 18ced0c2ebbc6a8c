"""Files of flows as typed tables, piece by piece: text with pyarrow's reader, and Parquet."""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pyarrow as pa
import pyarrow.csv as pacsv
import pyarrow.parquet as pq

from aeflow.errors import InputError
from nids.base.files import existing
from nids.base.quote import quoted
from nids.data.blocks import Block, TextFile, text_files
from nids.data.description import Read
from nids.data.faults import cells_of, fault, is_header, is_record
from nids.data.formats import PARQUET

NUMBER = pa.float64()
TEXT = pa.dictionary(pa.int32(), pa.string())
ROWS = 2**18


@dataclass(frozen=True)
class Piece:
    """Some rows of a file: NUMBER and TEXT columns; ``place`` says where row i is, as "FILE, line N"."""

    source: str
    table: pa.Table
    place: Callable[[int], str]


# From the names of a file's columns, those to read, with NUMBER or TEXT.
Wanted = Callable[[str, Sequence[str]], dict[str, pa.DataType]]


def pieces(
    path: Path, read: Read, rename: dict[str, str], wanted: Wanted, some: Callable[[int], bool] = lambda i: True
) -> Iterator[Piece]:
    """Yield the rows of a file, some at a time, in order.

    ``wanted`` gets what messages call the file and the names of its columns, which are without blanks around them,
    the second of two equal ones as NAME.1, one without a name as "Unnamed: 0", and renamed. ``some`` says of
    the i-th part of a file, but for the first, whether it is read. Empty lines and header lines inside are left out.

    Raises InputError with file and line, row or column for what is no number in a NUMBER column, rows with more or
    fewer cells than others, a quote that is not closed on its line, bytes that are no text, and what ``text_files``
    refuses.
    """
    with existing(path).open("rb") as file:
        parquet = file.read(4) == PARQUET
    if parquet:
        yield from _of_parquet(path, rename, wanted, some)
    else:
        for text in text_files(path, read):
            yield from _of_text(text, read, rename, wanted, some)


def column_names(source: str, names: Sequence[str], rename: dict[str, str]) -> list[str]:
    """Return names as they are used: without blanks around them, each once, renamed.

    Raises InputError for two that are still called alike, and for one that cannot be printed or is long.
    """
    seen: Counter[str] = Counter()
    found = []
    for name in (name.strip() or f"Unnamed: {i}" for i, name in enumerate(names)):
        if not name.isprintable() or len(name) > 200:
            raise InputError(f"{source}: the name of column {quoted(name)} is long, or cannot be printed; correct it")
        found.append(f"{name}.{seen[name]}" if seen[name] else name)
        seen[name] += 1
    found = [rename.get(name, name) for name in found]
    twice = [name for name, n in Counter(found).items() if n > 1]
    if twice:
        raise InputError(f"{source}: two columns are called {quoted(twice[0])}; correct columns.rename or the file")
    return found


def _of_text(
    file: TextFile, read: Read, rename: dict[str, str], wanted: Wanted, some: Callable[[int], bool]
) -> Iterator[Piece]:
    given = file.names or read.names
    header, types, names = b"", {}, column_names(file.source, given, rename)
    for i, block in enumerate(file.blocks):
        if i == 0:
            n, header, names = _head(block, file.source, names, read, rename)
            types = wanted(file.source, names)
        elif not some(i):
            continue
        # Lines that are no rows are emptied, so that the others keep their numbers.
        lines = block.content if i else b"\n" * n + block.content.split(b"\n", n)[n]
        content = _without(lines, header, read.separator.encode() * (len(names) - 1))
        if not content.isspace():
            yield _piece(file.source, Block(block.line, content), names, types, read)


def _head(
    block: Block, source: str, names: list[str], read: Read, rename: dict[str, str]
) -> tuple[int, bytes, list[str]]:
    """Return how many lines come before the rows, the header line, b"" without one, and the names of the columns."""
    before = len(block.content) - len(block.content.lstrip(b"\n"))
    line = block.content.lstrip(b"\n").partition(b"\n")[0]
    place = f"{source}, line {block.line + before}"
    cells = cells_of(_text(line, place), read.separator)
    if names:
        if is_header(cells):
            found = f"({', '.join(map(quoted, cells[:2]))}, ...)"
            raise InputError(f"{place}: a header line {found}; leave out read.names, or delete the line")
        return before, b"", names
    if is_record(cells):
        raise InputError(f"{place}: a record and no header line; give the names of the columns in read.names")
    other = next((mark for mark in ",;\t|" if len(cells) == 1 and mark in cells[0]), None)
    if other is not None:
        raise InputError(f"{place}: names that are separated by {other!r}; set read.separator")
    return before + 1, line, column_names(source, cells, rename)


def _without(content: bytes, header: bytes, nothing: bytes) -> bytes:
    """Return lines of which those that are the header line, or have nothing but separators, are empty."""
    for line in filter(None, (header, nothing)):
        if line in content:
            content = re.sub(rb"^" + re.escape(line) + rb"$", b"", content, flags=re.MULTILINE)
    return content


def _piece(source: str, block: Block, names: list[str], types: dict[str, pa.DataType], read: Read) -> Piece:
    content = block.content
    table = _table(content, names, types, read)
    if table is None:
        number, line = _first_refused(content, names, types, read)
        at = f"{source}, line {block.line + number}"
        raise InputError(f"{at}{fault(_text(line, at), read.separator, names, types, read.missing)}")

    def place(row: int) -> str:
        full = (i for i, line in enumerate(content.split(b"\n")) if line)
        return f"{source}, line {block.line + next(i for at, i in enumerate(full) if at == row)}"

    return Piece(source, table, place)


def _table(content: bytes, names: list[str], types: dict[str, pa.DataType], read: Read) -> pa.Table | None:
    """Return lines as a table, None if they are none, or if a quote is not closed on its line."""
    table = _parsed(content, names, types, read)
    if table is None or b'"' not in content:
        return table
    lines = [line for line in content.split(b"\n") if line]
    # A quote that is open in the last line takes in the one that follows.
    again = _parsed(2 * (lines[-1] + b"\n"), names, types, read)
    return table if len(table) == len(lines) and again is not None and len(again) == 2 else None


def _parsed(content: bytes, names: list[str], types: dict[str, pa.DataType], read: Read) -> pa.Table | None:
    try:
        return pacsv.read_csv(
            pa.BufferReader(content),
            pacsv.ReadOptions(column_names=names, use_threads=False, block_size=len(content) + 1),
            pacsv.ParseOptions(delimiter=read.separator, ignore_empty_lines=True),
            pacsv.ConvertOptions(
                column_types=types, include_columns=list(types), null_values=read.missing, strings_can_be_null=True
            ),
        )
    except pa.ArrowInvalid:
        return None


def _first_refused(content: bytes, names: list[str], types: dict[str, pa.DataType], read: Read) -> tuple[int, bytes]:
    """Return the position of the first line that is no row, found by halves, and the line."""
    lines = content.split(b"\n")

    def refused(some: list[bytes]) -> bool:
        return any(some) and _table(b"".join(line + b"\n" for line in some), names, types, read) is None

    low, high = 0, len(lines)
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if refused(lines[low:middle]) else (middle, high)
    return low, lines[low]


def _text(line: bytes, place: str) -> str:
    try:
        return line.decode("utf-8")
    except UnicodeDecodeError:
        raise InputError(f"{place}: bytes that are not UTF-8; set read.encoding, to cp1252 perhaps") from None


def _of_parquet(path: Path, rename: dict[str, str], wanted: Wanted, some: Callable[[int], bool]) -> Iterator[Piece]:
    source = str(path)
    try:
        with pq.ParquetFile(path) as file:
            names = column_names(source, file.schema_arrow.names, rename)
            types = wanted(source, names)
            row = 1
            for i, batch in enumerate(file.iter_batches(ROWS)):
                if i == 0 or some(i):
                    table = pa.Table.from_batches([batch]).rename_columns(names)
                    columns = {name: _cast(table[name], to, f"{source}, column {name}") for name, to in types.items()}
                    yield Piece(source, pa.table(columns), partial(_row, source, row))
                row += len(batch)
    except (pa.ArrowException, OSError, UnicodeDecodeError) as error:
        if isinstance(error, OSError) and error.errno is not None:
            raise
        raise InputError(f"{source}: damaged, or no Parquet; fetch the file again") from None


def _row(source: str, first: int, row: int) -> str:
    return f"{source}, row {first + row}"


def _cast(column: pa.ChunkedArray, to: pa.DataType, place: str) -> pa.ChunkedArray:
    if pa.types.is_dictionary(column.type) and to == NUMBER:
        column = column.cast(column.type.value_type)
    try:
        if to == TEXT and not pa.types.is_dictionary(column.type):
            return column.cast(pa.string()).dictionary_encode()
        return column.cast(to, safe=to == TEXT)
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
        what = (
            "texts; save them as such"
            if to == TEXT
            else "numbers; list it in columns.categorical, columns.id or columns.drop"
        )
        raise InputError(f"{place}: {column.type} values, which are no {what}") from None
