"""Files of flows of which nothing is known: how they are to be read, and a sample of their rows."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import mode

import numpy as np
import pandas as pd
import pyarrow as pa
from pandas.api.types import union_categoricals

from aeflow.errors import InputError
from nids.base.quote import quoted
from nids.data.blocks import BOM, text_files
from nids.data.description import Read
from nids.data.faults import cells_of, is_number, is_record
from nids.data.formats import PARQUET
from nids.data.labels import type_of
from nids.data.tables import TEXT, pieces

# Rows of the sample, of a file and of all together.
OF_FILE, ROWS = 200_000, 400_000
# Texts that mean that there is no number, in small letters.
MISSING = frozenset({"", "-", "?", "nan", "na", "n/a", "null", "none"})
SEPARATORS = ",;\t|"
LINES = 50
_COMMA = re.compile(r"-?\d+,\d+")


@dataclass(frozen=True)
class Column:
    """A column of the sample: ``values`` (n,), float64 with NaN where there is no number, or pandas' category; and the
    rows of each text that means that there is no number.
    """

    values: pd.Series
    missing: Counter[str]

    @property
    def numeric(self) -> bool:
        return self.values.dtype.kind == "f"


@dataclass(frozen=True)
class Sample:
    """``read``: how the files are read, without ``missing``; ``text``: whether one is no Parquet; ``marked``: whether
    one begins with a byte order mark; ``names``: the columns of each file, as messages call it; ``columns`` have a
    value for each row of the sample; ``file`` (n,): the file of each.
    """

    read: Read
    text: bool
    marked: bool
    names: dict[str, list[str]]
    columns: dict[str, Column]
    file: np.ndarray


def read_sample(paths: Sequence[Path]) -> Sample:
    """Read rows from all over each file.

    Raises InputError for what ``pieces`` refuses, files that are not read alike, and numbers with decimal commas.
    """
    read, text, marked = _form(paths)
    names: dict[str, list[str]] = {}

    def all_texts(source: str, of_file: Sequence[str]) -> dict[str, pa.DataType]:
        names[source] = list(of_file)
        return dict.fromkeys(of_file, TEXT)

    parts: list[dict[str, Column]] = []
    sources: list[np.ndarray] = []
    for path in paths:
        of_file: list[dict[str, Column]] = []
        step = 1
        for piece in pieces(path, read, {}, all_texts, _power_of_two):
            table = piece.table.take(np.arange(0, len(piece.table), step))
            of_file.append({name: _column(table[name]) for name in table.column_names})
            sources.append(np.full(len(table), piece.source, dtype=object))
            while sum(map(_rows, of_file)) > min(OF_FILE, ROWS // len(paths)):
                step *= 2
                of_file = [{name: _half(column) for name, column in part.items()} for part in of_file]
                sources[-len(of_file) :] = [of_part[::2] for of_part in sources[-len(of_file) :]]
        if not of_file:
            raise InputError(f"{path}: no rows; fetch the file again")
        parts += of_file
    columns = {name: _joined(name, parts) for name in dict.fromkeys(name for part in parts for name in part)}
    return Sample(read, text, marked, names, columns, np.concatenate(sources))


def count_types(paths: Sequence[Path], read: Read, label: str) -> tuple[dict[str, Counter[str]], dict[Path, int]]:
    """Return the rows of each type in each file, as messages call it, "" for those without one, and all rows of each
    file. Raises InputError for a file without the column ``label``.
    """
    found: dict[str, Counter[str]] = {}
    sizes: dict[Path, int] = {}

    def wanted(source: str, names: Sequence[str]) -> dict[str, pa.DataType]:
        if label not in names:
            raise InputError(f"{source}: no column {quoted(label)}, the label in other files; give files of one form")
        return {label: TEXT}

    for path in paths:
        for piece in pieces(path, read, {}, wanted):
            of_file = found.setdefault(piece.source, Counter())
            for text, n in piece.table[label].unify_dictionaries().to_pandas().value_counts(dropna=False).items():
                if n:
                    of_file["" if pd.isna(text) else type_of(text)] += n
            sizes[path] = sizes.get(path, 0) + len(piece.table)
    return found, sizes


def _form(paths: Sequence[Path]) -> tuple[Read, bool, bool]:
    """Return how the files are read; whether one is text; and whether one begins with a byte order mark."""
    separators, headers, encodings, marked = {}, {}, {"utf-8"}, False
    names: tuple[str, ...] = ()
    for path in paths:
        with path.open("rb") as opened:
            start = opened.read(len(PARQUET))
        if start == PARQUET:
            continue
        marked |= start.startswith(BOM)
        for file in text_files(path, Read()):
            for i, block in enumerate(file.blocks):
                if i == 0:
                    text = block.content[:1_000_000].decode("utf-8", "replace")
                    lines = [line for line in text.split("\n") if line.strip()][:LINES]
                    if not lines:
                        raise InputError(f"{file.source}: no rows; fetch the file again")
                    separators[file.source] = _separator(lines, file.source)
                    cells, *others = [cells_of(line, separators[file.source]) for line in lines[:2]]
                    headers[file.source] = bool(file.names) or _is_header(cells, others)
                    names = names or () if headers[file.source] else tuple(f"c{i + 1}" for i in range(len(cells)))
                encodings.add(_encoding(block.content))
    for what, of_files in (("another separator", separators), ("a header line, or none,", headers)):
        first = next(iter(of_files), "")
        for source, found in of_files.items():
            if found != of_files[first]:
                raise InputError(f"{source}: {what} unlike {first}; give files of one form")
    encoding = next(name for name in ("latin-1", "cp1252", "utf-8") if name in encodings)
    separator = next(iter(separators.values()), ",")
    return Read(encoding=encoding, separator=separator, names=names), bool(separators), marked


def _encoding(content: bytes) -> str:
    for name in ("utf-8", "cp1252"):
        try:
            content.decode(name)
        except UnicodeDecodeError:
            continue
        return name
    return "latin-1"


def _separator(lines: Sequence[str], source: str) -> str:
    """Return what cuts the lines into cells, most often into as many."""
    found = {}
    for separator in SEPARATORS:
        widths = [len(cells_of(line, separator)) for line in lines]
        if (width := mode(widths)) > 1:
            found[separator] = (widths.count(width), width)
    if not found:
        marks = ", ".join(map(repr, SEPARATORS))
        raise InputError(f"{source}: lines of one column; give a table whose columns are separated by one of {marks}")
    return max(found, key=lambda separator: found[separator])


def _is_header(cells: Sequence[str], others: Sequence[Sequence[str]]) -> bool:
    """Return whether a line has names: no number in it, or few, and a number below one of the others."""
    if not any(map(is_number, cells)):
        return True
    below = (pair for line in others for pair in zip(cells, line, strict=False))
    return not is_record(cells) and any(not is_number(cell) and is_number(under) for cell, under in below)


def _power_of_two(i: int) -> bool:
    return i & (i - 1) == 0


def _rows(part: dict[str, Column]) -> int:
    return len(next(iter(part.values())).values)


def _half(column: Column) -> Column:
    return Column(column.values.iloc[::2], Counter({text: n // 2 for text, n in column.missing.items()}))


def _column(column: pa.ChunkedArray) -> Column:
    """Return a column of texts as numbers if all are, or mean that there is none; as it is if none is a number."""
    array = column.unify_dictionaries().combine_chunks()
    texts = array.dictionary
    try:
        of_texts = texts.cast(pa.float64()).to_numpy(zero_copy_only=False)
    except pa.ArrowInvalid:
        of_texts = np.array([float(text) if is_number(text) else np.nan for text in texts.to_pylist()])
    # Texts that are no numbers, and NaN.
    others = {int(i): texts[int(i)].as_py() for i in np.flatnonzero(np.isnan(of_texts))}
    if len(others) == len(texts) or not all(map(_means_missing, others.values())):
        return Column(array.to_pandas(), Counter())
    codes = array.indices.fill_null(len(texts)).to_numpy(zero_copy_only=False)
    rows = np.bincount(codes, minlength=len(texts) + 1)
    missing = Counter({text: int(rows[i]) for i, text in others.items()})
    return Column(pd.Series(np.append(of_texts, np.nan)[codes]), missing)


def _means_missing(text: str) -> bool:
    return text.strip().casefold() in MISSING and text.isprintable()


def _joined(name: str, parts: Sequence[dict[str, Column]]) -> Column:
    """Return a column of all parts: numbers if it is so in one and has no other texts in any."""
    columns = [part[name] for part in parts if name in part]
    texts = [column for column in columns if not column.numeric]
    numeric = any(column.numeric for column in columns)
    missing = sum((column.missing for column in columns), Counter())
    if numeric and all(_means_missing(text) for column in texts for text in column.values.cat.categories):
        for column in texts:
            missing.update({str(text): int(n) for text, n in column.values.value_counts().items() if n})
        values = [
            part[name].values if name in part and part[name].numeric else np.full(_rows(part), np.nan) for part in parts
        ]
        return Column(pd.Series(np.concatenate(values)), missing)
    joined = union_categoricals(
        [_as_category(part[name].values) if name in part else _none(_rows(part)) for part in parts]
    )
    commas = [text for text in joined.categories if _COMMA.fullmatch(text)]
    if len(commas) > max(len(joined.categories) / 2, 1):
        raise InputError(f"column {name}: decimal commas ({quoted(commas[0])}); save the numbers with points")
    return Column(pd.Series(joined), Counter())


def _as_category(values: pd.Series) -> pd.Categorical:
    if values.dtype.kind == "f":
        codes, numbers = pd.factorize(values)
        return pd.Categorical.from_codes(
            codes, categories=pd.Index([f"{number:.15g}" for number in numbers], dtype="str")
        )
    return values.array


def _none(n: int) -> pd.Categorical:
    return pd.Categorical.from_codes(np.full(n, -1), categories=pd.Index([], dtype="str"))
