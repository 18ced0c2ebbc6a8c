"""NSL-KDD text files as data frames of checked records."""

from pathlib import Path

import numpy as np
import pandas as pd

from aeflow.base.errors import InputError
from aeflow.base.files import existing, write_text
from aeflow.nsl_kdd.legal import ILLEGAL, illegal_cells
from aeflow.nsl_kdd.schema import ATTACK, CATEGORIES, CLASS_OF_ATTACK, CLASSES, COLUMNS, FEATURES, WHOLE


def read_records(path: Path) -> pd.DataFrame:
    """Read a file of comma-separated records without a header.

    Returns a frame of the 43 columns of ``schema.COLUMNS``, one row for each line: texts where the
    column is a category or the attack, float64 where it is a rate, int64 elsewhere.

    Raises InputError, naming the file, row (counted from 1) and column, for a row that has not 43
    cells, an empty cell, a number that is none, not finite or not legal in its column, an attack
    that is not known, a class without rows, and a file that is no text.
    """
    # Read as text, one column wider than allowed: what is wrong can then be named by its place.
    columns = [*COLUMNS, "beyond"]
    try:
        text = pd.read_csv(
            existing(path), header=None, names=columns, dtype=str, keep_default_na=False, skip_blank_lines=False
        )
    except pd.errors.ParserError as error:
        reason = str(error).strip().rpartition(": ")[2]
        raise InputError(
            f"{path}: a row is longer than {len(COLUMNS)} columns ({reason}); fetch the file again"
        ) from None
    except UnicodeDecodeError:
        raise InputError(f"{path}: not a text file; fetch the file again") from None
    if text.empty:
        raise InputError(f"{path}: no rows; fetch the file again")
    # Cells that a short row lacks are read as empty.
    cells = text != ""
    widths = (cells * np.arange(1, len(columns) + 1)).to_numpy().max(axis=1)
    if (widths != len(COLUMNS)).any():
        row = int((widths != len(COLUMNS)).argmax())
        raise InputError(
            f"{path}, row {row + 1}: {widths[row]} columns instead of {len(COLUMNS)}; fetch the file again"
        )
    records = text[list(COLUMNS)].copy()
    for name in COLUMNS:
        if name == ATTACK or name in CATEGORIES:
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
    illegal = illegal_cells(records)
    if illegal.any(axis=None):
        row = int(illegal.any(axis=1).argmax())
        name = str(illegal.iloc[row].idxmax())
        raise InputError(
            f"{path}, row {row + 1}, column {name}: {text[name].iloc[row]!r} {ILLEGAL[FEATURES[name]]}; "
            "correct the cell or fetch the file again"
        )
    records = records.astype(dict.fromkeys(WHOLE, "int64"))
    unknown = ~records[ATTACK].isin(CLASS_OF_ATTACK)
    if unknown.any():
        row = int(unknown.argmax())
        raise InputError(
            f"{path}, row {row + 1}, column {ATTACK}: unknown attack {records[ATTACK].iloc[row]!r}; "
            "correct it or give it a class in src/aeflow/nsl_kdd/schema.py"
        )
    for name in CLASSES:
        if not (records[ATTACK].map(CLASS_OF_ATTACK) == name).any():
            raise InputError(f"{path}, column {ATTACK}: no row of class {name}; every class needs at least one")
    return records


def write_records(path: Path, records: pd.DataFrame) -> None:
    """Write records as ``read_records`` reads them; whole numbers are written without a point."""
    text = records[list(COLUMNS)].to_csv(header=False, index=False, float_format="%g", lineterminator="\n")
    write_text(path, text)


def classes_of(records: pd.DataFrame) -> np.ndarray:
    """Return each record's class as a position in ``schema.CLASSES``, shape (n,), int64."""
    return (
        records[ATTACK].map(CLASS_OF_ATTACK).map({name: code for code, name in enumerate(CLASSES)}).to_numpy(np.int64)
    )
