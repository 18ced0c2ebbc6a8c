"""Checks of what samplers are given. Each refusal is one line: what is wrong, in which row or column, what to do."""

import warnings
from collections.abc import Hashable, Mapping
from decimal import Decimal
from numbers import Integral
from typing import Any

import numpy as np
import pandas as pd
from pandas.api import types
from scipy import sparse
from sklearn.utils.multiclass import type_of_target
from sklearn.utils.validation import _num_samples, validate_data

from aeflow.errors import InputError

LONGEST = 60  # characters of a value in a message
LARGEST_SINGLE = 1e15  # the same, of float32
LARGEST = np.float64(1e140)  # float64 holds the sum of such squares over all rows and columns

# Cells of these kinds, as pandas infers them, are numbers, or text that may be one: float() decides.
NUMBERS = {"integer", "floating", "mixed-integer-float", "decimal", "boolean", "string", "bytes"}
TIMES = {"datetime64", "datetime", "date", "timedelta64", "timedelta", "time", "period"}


class _WrongKindError(InputError, TypeError):
    """A cell that is neither a number nor text. scikit-learn's contract asks for a TypeError."""


def quote(value: Any) -> str:
    """Return a value as messages show it: its repr, on one line, cut when long."""
    if isinstance(value, np.generic) and not isinstance(value, np.datetime64 | np.timedelta64 | np.longdouble):
        value = value.item()
    elif isinstance(value, np.generic):
        value = str(value)
    try:
        text = " ".join(repr(value).split("\n"))
    except ValueError:  # a whole number of more digits than Python prints
        text = "a number of thousands of digits"
    return text if len(text) <= LONGEST else text[: LONGEST - 3] + "..."


def place(X: Any, row: int) -> str:
    """Return how messages name a row: by its position, and by its index where a frame has one of its own."""
    if not isinstance(X, pd.DataFrame | pd.Series) or X.index.equals(pd.RangeIndex(len(X))):
        return f"row {row} (from 0)"
    return f"row {row} (from 0, index {quote(X.index[row])})"


def column(X: Any, position: int) -> str:
    """Return how messages name a column: by its name in a frame, by its position in an array or where names repeat."""
    if not isinstance(X, pd.DataFrame):
        return f"column {position}"
    name = quote(X.columns[position])
    return f"column {name} (position {position})" if X.columns.duplicated(keep=False)[position] else f"column {name}"


def are_missing(values: Any) -> np.ndarray:
    """Return for each value, bool, whether it is missing."""
    try:
        return np.asarray(pd.isna(values), dtype=bool)
    except ArithmeticError:  # Decimal's signalling NaN, which pandas cannot compare
        cells = np.array(values, dtype=object)
        cells[np.vectorize(lambda cell: isinstance(cell, Decimal) and cell.is_snan(), otypes=[bool])(cells)] = None
        return pd.isna(cells)


def check_labels(X: Any, y: Any) -> None:
    """Raise InputError if X has no rows or columns, is not a table, or y does not give a label for each row."""
    if y is None:
        raise InputError("y: requires y to be passed, but the target y is None; give a label for each row")
    check_shape(X)
    labels = y.toarray() if sparse.issparse(y) else np.asarray(y, dtype=object)
    n_rows = _num_samples(X)
    if labels.ndim == 0:
        raise InputError(f"y: {quote(y)} is no list of labels; give a label for each row")
    if len(labels) != n_rows:
        raise InputError(f"y: {len(labels)} labels for the {n_rows} rows of X; give one label for each row")
    missing = are_missing(labels).reshape(n_rows, -1).any(axis=1)
    if missing.any():
        row = int(missing.argmax())
        raise InputError(
            f"y: {missing.sum()} of {n_rows} labels are missing, the first in "
            f"{place(X if isinstance(X, pd.DataFrame) else y, row)}; fill them or drop these rows"
        )
    try:
        kind = type_of_target(y)
    except (TypeError, ValueError):  # bytes, complex numbers, sequences
        kind = "unknown"
    if kind in ("unknown", "continuous"):
        first = labels.flat[0]
        what = "Complex data not supported" if isinstance(first, complex | np.complexfloating) else "Unknown label type"
        raise InputError(f"y: {what}: {quote(first)} for one; make all labels texts, or all whole numbers")


def check_strategy(strategy: Any, y: np.ndarray, *, grows: bool) -> None:
    """Raise InputError if a dict or list names a class that y, the labels, does not have, or a number out of reach.

    ``grows`` tells whether the sampler adds rows to classes or takes some away. What else
    ``sampling_strategy`` may be is left to imbalanced-learn.
    """
    classes, counts = np.unique(y, return_counts=True)
    present = dict(zip(classes, counts.tolist(), strict=True))
    if len(present) == 1:
        raise InputError(
            f"y: it has 1 class, {quote(classes[0])}, and needs to have more than 1 class; add rows of others"
        )
    wanted = strategy(y) if callable(strategy) else strategy
    if callable(strategy) and not isinstance(wanted, Mapping):
        raise InputError(f"sampling_strategy: the function returned {quote(wanted)}; return a dict of rows by class")
    if not isinstance(wanted, Mapping | list):
        return
    for label in wanted:
        if not isinstance(label, Hashable) or label not in present:
            known = ", ".join(quote(known) for known in present)
            raise InputError(f"sampling_strategy: class {quote(label)} is not present in the data; choose from {known}")
    if not isinstance(wanted, Mapping):
        return
    for label, n in wanted.items():
        low, high = (present[label], None) if grows else (1, present[label])
        if isinstance(n, bool) or not isinstance(n, int | np.integer) or n < low or (high is not None and n > high):
            bounds = f"{low} or more" if high is None else f"{low} to {high}"
            raise InputError(
                f"sampling_strategy: {quote(n)} rows for class {quote(label)}, which has {present[label]}; "
                f"choose a whole number, {bounds}"
            )


def check_hidden(hidden: Any) -> None:
    """Raise InputError if the units of the hidden layers are no whole numbers that a net can have."""
    units: list[Any] = list(hidden)
    whole = all(isinstance(n, Integral) and not isinstance(n, bool) for n in units)
    if len(units) > 8 or not whole or not all(1 <= n <= 4096 for n in units):
        raise InputError(f"hidden: {quote(hidden)}; give at most 8 whole numbers of units from 1 to 4096")


def note_columns(sampler: Any, X: Any) -> None:
    """Set the sampler's ``n_features_in_`` and, where names are distinct texts, ``feature_names_in_``."""
    if isinstance(X, pd.DataFrame) and not (X.columns.is_unique and all(isinstance(name, str) for name in X.columns)):
        X = X.set_axis(range(X.shape[1]), axis=1)
    validate_data(sampler, X, skip_check_array=True)


def check_numbers(X: Any) -> Any:
    """Return the rows as finite numbers whose distances float64 holds: an array, or a sparse one if X is.

    Text that reads as a number counts as that number. The dtype is the one which scikit-learn searches: that of
    all columns together, if its distances do not overflow, else float64. X itself stays as it is. Raises
    InputError for a cell that is no such number, by row and column.
    """
    check_shape(X)
    if sparse.issparse(X):
        rows = X if X.format in ("csr", "csc") else X.tocsr()
        if rows.dtype.kind not in "biuf":
            raise InputError("X: Complex data not supported; split it into real columns")
        wrong = ~_fits(rows.data)
        if wrong.any():
            cells = rows.tocoo()
            at = int(wrong.argmax())
            _refuse(X, int(cells.row[at]), int(cells.col[at]), cells.data[at])
        return rows.astype(np.float64, copy=False)
    if isinstance(X, pd.DataFrame):
        kinds = {dtype.kind if isinstance(dtype, np.dtype) else "O" for dtype in X.dtypes}
        if not (kinds == {"b"} or kinds <= set("iuf")):
            return np.column_stack([_numbers(X, X.iloc[:, i], i) for i in range(X.shape[1])])
    rows = np.asarray(X)
    if rows.dtype.kind not in "biuf":
        return np.column_stack([_numbers(X, pd.Series(rows[:, i]), i) for i in range(rows.shape[1])])
    wrong = ~_fits(rows)
    if wrong.any():
        row, at = (int(i) for i in np.unravel_index(wrong.argmax(), wrong.shape))
        _refuse(X, row, at, X.iloc[row, at] if isinstance(X, pd.DataFrame) else rows[row, at])
    searched = rows.dtype in _SEARCHED and not (rows.dtype == np.float32 and np.abs(rows).max() > LARGEST_SINGLE)
    return rows if searched else rows.astype(np.float64)


_SEARCHED = [np.dtype(kind) for kind in ("f4", "f8", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8")]


def check_shape(X: Any) -> None:
    """Raise InputError if X is no table of at least one row and one column."""
    try:
        shape = X.shape if hasattr(X, "shape") else np.shape(X)
    except ValueError:
        raise InputError("X: its rows differ in length; give each the same columns") from None
    if len(shape) != 2:
        raise InputError(
            f"X: Expected 2D array, got {len(shape)}D array instead; give rows of columns, as of one feature "
            "X.reshape(-1, 1) or of one row X.reshape(1, -1)"
        )
    for n, of, what in ((shape[0], "sample", "row"), (shape[1], "feature", "column")):
        if n == 0:
            raise InputError(
                f"X: it has no {what}s, 0 {of}(s) (shape={tuple(shape)}) while a minimum of 1 is required; "
                f"give at least one {what}"
            )


def _fits(numbers: np.ndarray) -> np.ndarray:
    """Return for each number, bool, whether it is finite and not too large for distances."""
    with np.errstate(invalid="ignore"):
        return np.abs(numbers) <= LARGEST if numbers.dtype.kind == "f" else np.ones(numbers.shape, dtype=bool)


def _numbers(X: Any, values: pd.Series, position: int) -> np.ndarray:
    """Return a column as float64; raise InputError for a cell that is no number that fits."""
    dtype = values.dtype
    if types.is_complex_dtype(dtype):
        raise InputError(f"{column(X, position)}: Complex data not supported; split it into two real columns")
    cells = np.asarray(values, dtype=object)
    kind = types.infer_dtype(cells, skipna=True)
    if kind in TIMES or dtype.kind in "mM":
        raise InputError(f"{column(X, position)}: times are no numbers; convert them, to seconds say, or drop it")
    missing = are_missing(cells)
    if missing.any():
        _refuse(X, int(missing.argmax()), position, cells[missing.argmax()])
    try:
        if kind not in NUMBERS:
            raise TypeError
        with np.errstate(over="ignore"):
            numbers = cells.astype(np.float64)
    except (TypeError, ValueError, OverflowError):
        numbers = np.array([_number(X, row, position, cell) for row, cell in enumerate(cells)], dtype=np.float64)
    wrong = ~_fits(numbers)
    if wrong.any():
        _refuse(X, int(wrong.argmax()), position, cells[wrong.argmax()])
    return numbers


def _number(X: Any, row: int, position: int, cell: Any) -> float:
    where = f"{place(X, row)}, {column(X, position)}"
    if isinstance(cell, complex | np.complexfloating):
        raise InputError(f"{where}: Complex data not supported ({quote(cell)}); split it into two real columns")
    if isinstance(cell, np.datetime64 | np.timedelta64):
        raise InputError(f"{where}: {quote(cell)} is a time, not a number; convert the column or drop it")
    try:
        with warnings.catch_warnings(action="ignore"), np.errstate(over="ignore"):
            return float(cell)
    except OverflowError:
        return np.inf
    except ValueError:
        raise InputError(f"{where}: {quote(cell)} is text, not a number; encode the column or drop it") from None
    except TypeError:
        raise _WrongKindError(
            f"{where}: argument must be a string or a real number, not {quote(cell)}; convert the column or drop it"
        ) from None


def _refuse(X: Any, row: int, position: int, value: Any) -> None:
    """Raise InputError for a number that is missing, infinite or too large."""
    where = f"{place(X, row)}, {column(X, position)}"
    text = quote(value)
    if "nan" in text.lower() or pd.isna(value):
        raise InputError(f"{where}: missing value (NaN); fill it or drop the row")
    if "inf" in text.lower():
        raise InputError(f"{where}: {text} is not finite (inf); correct it or drop the row")
    raise InputError(f"{where}: {text} is too large for distances, the most is {LARGEST:g}; scale the column")
