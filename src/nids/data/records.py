"""Text files of a data set as data frames of checked records."""

import csv
import io
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from aeflow.errors import InputError
from nids.base.files import existing, write_text
from nids.base.quote import quoted
from nids.data.description import Description
from nids.data.faults import fault
from nids.data.formats import other_format
from nids.data.legal import illegal_cells

# Bytes of a text of records: all but quotes and control characters.
PLAIN = bytes({*range(32, 256), *b"\n"} - {*b'"\x7f'})
# A blank at the end of a cell.
BLANKS = (b" ,", b", ", b" \n", b"\n ")


def read_records(path: Path, dataset: Description) -> pd.DataFrame:
    """Read a file of comma-separated records without a header line, in UTF-8, with any line ends.

    Returns a frame of the columns ``read.names``, one row for each line: texts where the column is a
    category or the label, int64 where it is a count or a flag, float64 elsewhere.

    Raises InputError, naming the file, row (counted from 1) and column, for a row with too few or too
    many cells, a header line, an empty cell, quotes, control characters and blanks around a cell, a number that
    is none, not finite or not legal in its column, texts of a column that differ in case alone, a type that is of
    no class, a class without rows, and a file of another format.
    """
    content = _content(path)
    records = _table(content, dataset)
    if records is None:
        row, line = _first_refused(content, dataset)
        raise InputError(f"{path}, row {row + 1}{fault(line, row == 0, dataset)}")
    records = records.astype({name: "int64" for name, kind in dataset.kinds.items() if kind in ("count", "flag")})
    for name in sorted(_texts(dataset)):
        _check_case(path, name, records[name])
    label = dataset.label.column
    classes = records[label].map(dataset.class_of)
    if classes.isna().any():
        row = int(classes.isna().argmax())
        raise InputError(f"{path}, row {row + 1}, column {label}: {_unknown(records[label].iloc[row], dataset)}")
    for name in dataset.classes:
        if not (classes == name).any():
            raise InputError(f"{path}, column {label}: no row of class {name}; every class needs at least one")
    return records


def _content(path: Path) -> bytes:
    """Return the bytes of a file, with line feeds at the ends of its lines."""
    content = existing(path).read_bytes().removeprefix(b"\xef\xbb\xbf")
    if what := other_format(content):
        raise InputError(f"{path}: the file is {what}")
    if b"\r" in content:
        content = content.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    if not content.strip():
        raise InputError(f"{path}: no rows; fetch the file again")
    if b"\0" in content and not _is_utf8(content):
        raise InputError(f"{path}: not a text file; fetch the file again")
    return content


def _is_utf8(content: bytes) -> bool:
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _table(content: bytes, dataset: Description) -> pd.DataFrame | None:
    """Return records with all numbers float64, or None if anything is wrong with one of them."""
    names, texts = list(dataset.read.names), _texts(dataset)
    if content.translate(None, PLAIN) or (b" " in content and any(blank in content for blank in BLANKS)):
        return None
    # pandas takes a column of nothing but True and False for numbers; with a number in it, it does not.
    first = ",".join("0" for _ in names).encode() + b"\n"
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", pd.errors.ParserWarning)
            records = pd.read_csv(
                io.BytesIO(first + content),
                header=None,
                names=names,
                index_col=False,
                dtype={name: "str" if name in texts else "float64" for name in names},
                na_filter=False,
                skip_blank_lines=False,
                quoting=csv.QUOTE_NONE,
            )
    # pandas' errors of parsing and decoding are ValueErrors; the warning is of a row that is too long.
    except (ValueError, pd.errors.ParserWarning):
        return None
    records = records.iloc[1:].reset_index(drop=True)
    wrong = (
        # No row is shorter: pandas would have found an empty cell.
        content.count(b",") != (len(names) - 1) * len(records)
        or any(not text or not text.isprintable() or text != text.strip() for text in _distinct(records, texts))
        or not np.isfinite(records[[name for name in names if name not in texts]].to_numpy()).all()
        or illegal_cells(records, dataset.kinds).any(axis=None)
    )
    return None if wrong else records


def _distinct(records: pd.DataFrame, texts: set[str]) -> set[str]:
    return {text for name in texts for text in records[name].unique()}


def _first_refused(content: bytes, dataset: Description) -> tuple[int, str]:
    """Return the position of the first row that ``_table`` does not take, found by halves, and its text."""
    lines = content.removesuffix(b"\n").split(b"\n")
    low, high = 0, len(lines)
    while high - low > 1:
        middle = (low + high) // 2
        half = _table(b"".join(line + b"\n" for line in lines[low:middle]), dataset)
        low, high = (low, middle) if half is None else (middle, high)
    return low, lines[low].decode("utf-8", errors="surrogateescape")


def _check_case(path: Path, name: str, texts: pd.Series) -> None:
    """Raise InputError for two texts of a column that differ in case alone: they would be two categories."""
    seen: dict[str, str] = {}
    for text in texts.unique():
        other = seen.setdefault(text.casefold(), text)
        if other != text:
            row = int((texts == text).argmax())
            raise InputError(
                f"{path}, row {row + 1}, column {name}: {quoted(text)} differs in case alone from {quoted(other)} "
                "above; write them alike"
            )


def _unknown(found: str, dataset: Description) -> str:
    """Return what is wrong with a type that is of no class."""
    # Files of KDD Cup 1999 have a point behind each type.
    plain = {name.casefold(): name for name in dataset.class_of}
    known = plain.get(found.rstrip(".").casefold())
    if known is not None and found == f"{known}.":
        return f"{quoted(found)} has a point behind it, as in files of KDD99; delete it or write it in label.classes"
    hint = "" if known is None else f" (known is {quoted(known)})"
    return (
        f"unknown type {quoted(found)}{hint}; correct it or give it a class in label.classes of "
        f"{dataset.name}'s description"
    )


def _texts(dataset: Description) -> set[str]:
    return {dataset.label.column, *dataset.columns.category}


def write_records(path: Path, records: pd.DataFrame, dataset: Description) -> None:
    """Write records as ``read_records`` reads them; whole numbers are written without a point."""
    text = records[list(dataset.read.names)].to_csv(header=False, index=False, float_format=_plain, lineterminator="\n")
    write_text(path, text)


def _plain(number: Any) -> str:
    """Return a number with all its digits, and without a point if it is whole."""
    return repr(float(number)).removesuffix(".0")


def labels_of(records: pd.DataFrame, dataset: Description) -> np.ndarray:
    """Return each record's class as a position in ``dataset.classes``, shape (n,), int64."""
    codes = {name: code for code, name in enumerate(dataset.classes)}
    return records[dataset.label.column].map(dataset.class_of).map(codes).to_numpy(np.int64)
