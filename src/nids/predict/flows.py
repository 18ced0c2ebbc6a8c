"""Files of flows in chunks, a row for every line, however damaged it is."""

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.csv as pacsv
import pyarrow.parquet as pq

from aeflow.errors import InputError
from nids.data.blocks import text_files
from nids.data.description import Read, Source
from nids.data.faults import cells_of, is_header
from nids.data.formats import PARQUET
from nids.data.tables import column_names

ROWS = 2**16


@dataclass(frozen=True)
class Chunk:
    """Some rows of a file, in order: ``frame`` of texts and numbers, its columns renamed as the description says; why a
    row cannot be read, (n,), "" for one that can; and the names of all columns of the file.
    """

    frame: pd.DataFrame
    broken: np.ndarray
    names: list[str]


def chunks(path: Path, source: Source, features: dict[str, bool], others: Sequence[str]) -> Iterator[Chunk]:
    """Yield the rows of a file: text, plain or in gzip or zip, ARFF or Parquet.

    features: whether each is a number; others: further columns that are wanted where the file has them. A file without
    a header line has the columns of ``read.names``, or the features alone. Lines without a character are no rows.

    Raises InputError for a file of another format, or damaged as a whole.
    """
    if not path.is_file():
        raise InputError(f"{path}: no such file; correct its name")
    with path.open("rb") as file:
        parquet = file.read(4) == PARQUET
    if parquet:
        yield from _of_parquet(path, source, [*features, *others])
        return
    for text in text_files(path, source.read):
        names: list[str] = []
        for block in text.blocks:
            content = block.content
            if not names:
                if not content.strip():
                    continue
                names, content = _head(
                    content, text.source, list(text.names or source.read.names), source, list(features)
                )
            if content.strip(b"\n"):
                types = {name: features.get(name, False) for name in names if name in features or name in others}
                yield from _of_lines(content, names, types, source.read)


def _head(content: bytes, place: str, given: list[str], source: Source, features: list[str]) -> tuple[list[str], bytes]:
    """Return the names of the columns, and the lines without a header line."""
    rename = source.columns.rename
    content = content.lstrip(b"\n")
    line, _, rest = content.partition(b"\n")
    cells = cells_of(line.decode("utf-8", "replace"), source.read.separator)
    if is_header(cells):
        return column_names(place, cells, rename), rest
    if not given:
        raise InputError(f"{place}: a record and no header line; put a line with the names of the columns on top")
    names = column_names(place, given, rename)
    if len(cells) == len(features) != len(names):
        return [name for name in names if name in features], content
    return names, content


def _of_lines(content: bytes, names: list[str], types: dict[str, bool], read: Read) -> Iterator[Chunk]:
    lines = [line for line in content.split(b"\n") if line]
    table = _parsed(content, names, types, read)
    broken = np.full(len(lines), "", dtype=object)
    if table is None or len(table) != len(lines):
        nothing = read.separator.encode() * (len(names) - 1)
        for i, line in enumerate(lines):
            text = line.decode("utf-8", "replace")
            if fault := _fault(text, len(names), read.separator):
                broken[i], lines[i] = fault, nothing
            else:
                lines[i] = text.encode()
        # A line of separators alone is one that arrow takes for a row; an empty one, of one column, is not.
        table = _parsed(b"".join((line or b'""') + b"\n" for line in lines), names, dict.fromkeys(types, False), read)
        assert table is not None
    frame = table.to_pandas()
    for start in range(0, len(lines), ROWS):
        rows = slice(start, start + ROWS)
        yield Chunk(frame.iloc[rows].reset_index(drop=True), broken[rows], names)


def _parsed(content: bytes, names: list[str], types: dict[str, bool], read: Read) -> pa.Table | None:
    """Return lines as a table of numbers and texts, None if they are none."""
    try:
        return pacsv.read_csv(
            pa.BufferReader(content),
            pacsv.ReadOptions(column_names=names, use_threads=False, block_size=len(content) + 1),
            pacsv.ParseOptions(delimiter=read.separator, ignore_empty_lines=True),
            pacsv.ConvertOptions(
                column_types={name: pa.float64() if number else pa.string() for name, number in types.items()},
                include_columns=list(types),
                null_values=read.missing,
                strings_can_be_null=True,
            ),
        )
    except pa.ArrowInvalid:
        return None


def _fault(line: str, n: int, separator: str) -> str:
    """Return why a line is no row of n cells, "" if it is one."""
    try:
        cells = next(csv.reader([line], delimiter=separator, strict=True))
    except csv.Error:
        return "a quote that is not closed on its line"
    return "" if len(cells) == n else f"{len(cells)} columns instead of {n}"


def _of_parquet(path: Path, source: Source, wanted: Sequence[str]) -> Iterator[Chunk]:
    try:
        with pq.ParquetFile(path) as file:
            names = column_names(str(path), file.schema_arrow.names, source.columns.rename)
            for batch in file.iter_batches(ROWS):
                table = pa.Table.from_batches([batch]).rename_columns(names)
                frame = table.select([name for name in names if name in wanted]).to_pandas()
                yield Chunk(frame, np.full(len(frame), "", dtype=object), names)
    except (pa.ArrowException, OSError) as error:
        if isinstance(error, OSError) and error.errno is not None:
            raise
        raise InputError(f"{path}: damaged, or no Parquet; fetch the file again") from None
