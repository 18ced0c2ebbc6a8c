"""Text files of a data set as data frames of checked records."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from aeflow.errors import InputError
from nids.base.files import existing, write_text
from nids.data.description import Description
from nids.data.legal import ILLEGAL, illegal_cells


def read_records(path: Path, dataset: Description) -> pd.DataFrame:
    """Read a file of comma-separated records without a header line.

    Returns a frame of the columns ``read.names``, one row for each line: texts where the column is a
    category or the label, int64 where it is a count or a flag, float64 elsewhere.

    Raises InputError, naming the file, row (counted from 1) and column, for a row with too few or too
    many cells, an empty cell, a number that is none, not finite or not legal in its column, a type
    that is of no class, a class without rows, and a file that is no text.
    """
    records = _typed(existing(path), dataset)
    if records is None:
        records = _from_text(path, dataset)
    label = dataset.label.column
    classes = records[label].map(dataset.class_of)
    if classes.isna().any():
        row = int(classes.isna().argmax())
        raise InputError(
            f"{path}, row {row + 1}, column {label}: unknown type {records[label].iloc[row]!r}; "
            f"correct it or give it a class in label.classes of {dataset.name}'s description"
        )
    for name in dataset.classes:
        if not (classes == name).any():
            raise InputError(f"{path}, column {label}: no row of class {name}; every class needs at least one")
    return records


def _texts(dataset: Description) -> set[str]:
    return {dataset.label.column, *dataset.columns.category}


def _whole(dataset: Description) -> dict[str, str]:
    return {name: "int64" for name, kind in dataset.features.items() if kind in ("count", "flag")}


def _typed(path: Path, dataset: Description) -> pd.DataFrame | None:
    """Return the records, or None if anything may be wrong with them."""
    names, texts = list(dataset.read.names), _texts(dataset)
    dtypes = {name: "str" if name in texts else "float64" for name in names}
    try:
        records = pd.read_csv(
            path,
            header=None,
            names=[*names, "beyond"],
            dtype={**dtypes, "beyond": "str"},
            na_filter=False,
            skip_blank_lines=False,
        )
    except (ValueError, UnicodeDecodeError):  # pandas' errors of parsing are ValueErrors
        return None
    numbers = records[[name for name in names if name not in texts]]
    wrong = (
        records.empty
        or (records["beyond"] != "").any()
        or (records[list(texts)] == "").any(axis=None)
        or not np.isfinite(numbers.to_numpy()).all()
        or illegal_cells(records, dataset.features).any(axis=None)
    )
    return None if wrong else records[names].astype(_whole(dataset))


def _from_text(path: Path, dataset: Description) -> pd.DataFrame:
    """Return the records, read as text: what is wrong is named by its place."""
    names, texts = list(dataset.read.names), _texts(dataset)
    # One column wider than allowed.
    columns = [*names, "beyond"]
    try:
        text = pd.read_csv(
            existing(path), header=None, names=columns, dtype=str, keep_default_na=False, skip_blank_lines=False
        )
    except pd.errors.ParserError as error:
        reason = str(error).strip().rpartition(": ")[2]
        raise InputError(
            f"{path}: a row is longer than {len(names)} columns ({reason}); fetch the file again"
        ) from None
    except UnicodeDecodeError:
        raise InputError(f"{path}: not a text file; fetch the file again") from None
    if text.empty:
        raise InputError(f"{path}: no rows; fetch the file again")
    # Cells that a short row lacks are read as empty.
    cells = text != ""
    widths = (cells * np.arange(1, len(columns) + 1)).to_numpy().max(axis=1)
    if (widths != len(names)).any():
        row = int((widths != len(names)).argmax())
        raise InputError(f"{path}, row {row + 1}: {widths[row]} columns instead of {len(names)}; fetch the file again")
    records = text[names].copy()
    for name in names:
        if name in texts:
            wrong, problem = ~cells[name], "is empty"
        else:
            records[name] = pd.to_numeric(text[name], errors="coerce").astype("float64")
            wrong, problem = ~np.isfinite(records[name]), "is not a finite number"
        if wrong.any():
            row = int(wrong.argmax())
            raise InputError(
                f"{path}, row {row + 1}, column {name}: {text[name].iloc[row]!r} {problem}; "
                "correct the cell or fetch the file again"
            )
    illegal = illegal_cells(records, dataset.features)
    if illegal.any(axis=None):
        row = int(illegal.any(axis=1).argmax())
        name = str(illegal.iloc[row].idxmax())
        raise InputError(
            f"{path}, row {row + 1}, column {name}: {text[name].iloc[row]!r} {ILLEGAL[dataset.features[name]]}; "
            "correct the cell or fetch the file again"
        )
    return records.astype(_whole(dataset))


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
