"""What values each column of a frame may hold, learned from its rows.

Between a column and the generators its values are *working values*, in which nothing is lost: of a
category its position, of a whole number how far it is above the lowest one, both uint64, of another
number itself, float64 or longdouble.
"""

import datetime
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, cast

import numpy as np
import pandas as pd
from pandas.api import types
from scipy import sparse

from aeflow._checks import are_missing, place, quote
from aeflow._checks import column as column_of
from aeflow.errors import InputError

Categorical = Literal["auto"] | Sequence[Any]

# A column whose numbers have more digits after the point is continuous. Six: microseconds.
MOST_DECIMALS = 6
# Texts are taken for an identifier if more than half of the rows have one that occurs once, and they are many.
MANY_TEXTS = 100
# Texts are taken for numbers if so many of the rows have a number.
NUMBERS_SHARE = 0.9
# The largest float that uint64 holds.
LARGEST_WHOLE = np.nextafter(2.0**64, 0)


@dataclass(frozen=True)
class Column:
    """One column: its name, how messages call it, and its categories, or the range and digits of its numbers.

    ``categories`` (k,) are sorted, and ``values`` are the same as the column has them. Of numbers,
    ``decimals`` digits after the point are enough for every one seen (0: whole numbers, None:
    continuous), and all lie from ``low`` to ``high``. So flags stay 0 or 1, rates in [0, 1], and counts
    whole and not negative. ``storage`` is numpy's dtype of the column, and ``working`` values that are
    positions or whole numbers go from 0 to ``span``; it is None for floats.
    """

    name: Any
    said: str
    dtype: Any
    storage: np.dtype
    span: int | None
    categories: pd.Index | None = None
    values: Any = None
    low: Any = None
    high: Any = None
    decimals: int | None = None

    def working(self, values: pd.Series, *, bounded: bool) -> np.ndarray:
        """Return the working values of a column of these or other rows; outside of the range, the nearest.

        Raises InputError as ``nearest`` does, and for a category that was not learned and, if ``bounded``, a number
        outside of the range.
        """
        working, known = self.nearest(values)
        if self.categories is not None and not known.all():
            row = int((~known).argmax())
            raise InputError(
                f"{place(values, row)}, {self.said}: {quote(values.iloc[row])} is not among the "
                "categories that were learned; fit it anew"
            )
        if bounded and not known.all():
            row = int((~known).argmax())
            (found,) = cast(np.ndarray, exact(values.iloc[[row]]))
            raise InputError(
                f"{place(values, row)}, {self.said}: {found} is outside of {self.low} to {self.high}, the range that "
                "was learned; fit it anew"
            )
        return working

    def nearest(self, values: pd.Series) -> tuple[np.ndarray, np.ndarray]:
        """Return working values, and whether each value is a category that was learned or in the range, bool (n,).

        Other categories get the first one's, other numbers the nearest one's. Raises InputError for a missing or
        infinite value, and what is no number where numbers were learned.
        """
        _refuse_missing(values, self.said)
        if self.categories is not None:
            try:
                codes = self.categories.get_indexer(_keys(values))
            except (TypeError, ArithmeticError):
                raise _without_order(values, self.said) from None
            return codes.clip(0).astype(np.uint64), codes >= 0
        numbers = exact(values)
        if numbers is None:
            raise InputError(f"{self.said}: {values.dtype} where numbers were learned; convert it")
        _refuse_infinite(numbers, values, self.said)
        beyond = (numbers < self.low) | (numbers > self.high)
        if self.span is None:
            return numbers.astype(self.low.dtype).clip(self.low, self.high), ~beyond
        # As unsigned integers, differences of 64 bits do not wrap.
        inside = np.where(beyond, np.where(numbers < self.low, self.low, self.high), numbers).astype(self.low.dtype)
        return inside.view(np.uint64) - self.low.view(np.uint64), ~beyond

    def legal(self, values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return the working values nearest to numbers (n,), and whether each was one, bool.

        The numbers are floats, or working values that are positions or whole numbers: those stay.
        """
        if values.dtype.kind == "u":
            return values, np.ones(len(values), dtype=bool)
        if self.span is not None:
            whole = np.rint(values)
            below = whole < self.span
            steps = np.where(below, np.where(below, whole, 0).clip(0).astype(np.uint64), np.uint64(self.span))
            return steps, (whole == values) & (whole == steps)
        rounded = (values if self.decimals is None else _rounded(values, self.decimals)).clip(self.low, self.high)
        with np.errstate(over="ignore"):  # a number between the column's own may still round beyond its dtype
            stored = rounded.astype(self.storage).astype(self.low.dtype)
        # + 0.0 turns -0.0 into 0.0.
        return stored.clip(self.low, self.high) + 0.0, rounded == values

    def own(self, working: np.ndarray) -> Any:
        """Return working values (n,) as the column has them: an array of pandas or numpy, in its dtype."""
        if self.categories is not None:
            return self.values.take(working.astype(np.intp))
        if self.span is not None:
            working = (working.astype(np.uint64) + self.low.view(np.uint64)).view(self.low.dtype)
        return pd.Series(working, copy=False).astype(self.dtype).array


def as_table(X: Any) -> Any:
    """Return rows as a frame or array if they are one, as a sparse matrix that can be indexed, or as an array."""
    if sparse.issparse(X):
        return X if X.format in ("csr", "csc") else X.tocsr()
    if isinstance(X, pd.DataFrame) or hasattr(X, "dtype"):
        return X
    array = np.asarray(X)
    # Beside texts, numpy makes numbers texts too.
    return np.array(X, dtype=object) if array.dtype.kind in "US" else array


def as_frame(X: Any) -> pd.DataFrame:
    """Return rows as a frame of dtypes in this machine's byte order; a sparse matrix is made dense."""
    if isinstance(X, pd.DataFrame):
        frame = X
    else:
        array = X.toarray() if sparse.issparse(X) else X
        # Objects stay objects: pandas' texts cannot hold every text.
        frame = pd.DataFrame(array, dtype=object if array.dtype.kind in "SUO" else None)
    native = [dtype.newbyteorder("=") if isinstance(dtype, np.dtype) else dtype for dtype in frame.dtypes]
    if native == list(frame.dtypes):
        return frame
    columns = {i: frame.iloc[:, i].astype(dtype) for i, dtype in enumerate(native)}
    return pd.DataFrame(columns).set_axis(frame.columns, axis=1)


def learn_columns(frame: pd.DataFrame, categorical: Categorical) -> list[Column]:
    """Return what the columns of ``frame`` may hold.

    ``categorical`` names the categorical columns beside those of text, category or bool dtype,
    which always are: by name, by position or as a mask of bools; "auto" adds none. Raises
    InputError for a column that is not there, a missing or infinite value, times that are not named,
    and texts that are an identifier. Warns of texts that are numbers.
    """
    mask = _mask(list(frame.columns), categorical)
    return [_learn(frame.iloc[:, i], column_of(frame, i), bool(mask[i])) for i in range(frame.shape[1])]


def match(columns: Sequence[Column], X: Any) -> pd.DataFrame:
    """Return other rows as a frame whose columns are those that were learned, in that order; arrays by position.

    Raises InputError if the columns are not the same.
    """
    names, frame = [column.name for column in columns], as_frame(X)
    found = list(frame.columns)
    if found == names:
        return frame
    if len(set(names)) == len(names) == len(found) and set(found) == set(names):
        return frame[names]
    missing, unknown = ([name for name in a if name not in set(b)] for a, b in ((names, found), (found, names)))
    said = [f"{verb} {', '.join(map(quote, of[:5]))}" for verb, of in (("lacks", missing), ("has", unknown)) if of]
    raise InputError(
        f"columns: X {' and '.join(said) or 'has them in another order, and names repeat'}; "
        f"give the {len(names)} columns that were learned"
    )


def exact(values: pd.Series) -> np.ndarray | None:
    """Return a column's numbers in a dtype that holds them all: int64, uint64, float64 or longdouble.

    Shape (n,). None for what is no number, and for numbers of objects that none of these holds.
    """
    if values.dtype == object:
        # Nothing else is converted: pandas refuses some texts with errors of its own.
        if types.infer_dtype(values, skipna=False) not in ("integer", "floating", "mixed-integer-float"):
            return None
        found = values.infer_objects()
        # Where whole numbers stand among others, a float may not hold them.
        if found.dtype.kind not in "iuf" or not (found.astype(object) == values).all():
            return None
        values = found
    dtype = values.dtype
    if isinstance(dtype, pd.SparseDtype):
        return exact(pd.Series(np.asarray(values)))
    if not types.is_numeric_dtype(dtype) or types.is_bool_dtype(dtype) or types.is_complex_dtype(dtype):
        return None
    own = _storage(dtype)
    if own.kind not in "iuf":  # Arrow's decimals
        return None
    working = {"i": np.dtype(np.int64), "u": np.dtype(np.uint64)}.get(own.kind, np.result_type(own, np.float64))
    numbers = values.to_numpy(dtype=working.newbyteorder("="))
    return np.add(numbers, 0.0) if own.kind == "f" else numbers  # + 0.0 turns -0.0 into 0.0


def float64(columns: Sequence[Column], frame: pd.DataFrame, *, bounded: bool) -> np.ndarray:
    """Return the working values of rows, as ``Column.working`` does, as float64: shape (n, len(columns))."""
    numbers = np.empty((len(frame), len(columns)))
    for i, column in enumerate(columns):
        numbers[:, i] = column.working(frame.iloc[:, i], bounded=bounded)
    return numbers


def _storage(dtype: Any) -> np.dtype:
    """Return numpy's dtype, in this machine's byte order, behind one of numpy or pandas."""
    return np.dtype(getattr(dtype, "numpy_dtype", dtype)).newbyteorder("=")


def _mask(names: Sequence[Any], categorical: Categorical) -> np.ndarray:
    mask = np.zeros(len(names), dtype=bool)
    if isinstance(categorical, str):
        return mask
    given = list(categorical)
    if given and all(isinstance(item, bool | np.bool_) for item in given):
        if len(given) != len(names):
            raise InputError(
                f"categorical_features: {len(given)} entries for {len(names)} columns; give one for each, or names"
            )
        return np.array(given, dtype=bool)
    for item in given:
        if item in names:
            mask |= np.array([bool(name == item) for name in names])
        elif isinstance(item, int | np.integer) and -len(mask) <= item < len(mask):
            mask[item] = True
        else:
            raise InputError(
                f"categorical_features: {quote(item)} is neither a column nor a position below {len(mask)}; correct it"
            )
    return mask


def _learn(values: pd.Series, said: str, categorical: bool) -> Column:
    _refuse_missing(values, said)
    if _are_times(values) and not categorical:
        raise InputError(
            f"{said}: times are neither numbers nor categories; convert or drop it, or name it in categorical_features"
        )
    if types.is_complex_dtype(values.dtype) or (
        values.dtype == object and types.infer_dtype(values, skipna=False) == "complex"
    ):
        raise InputError(f"{said}: Complex data not supported; split it into two real columns")
    numbers = None if isinstance(values.dtype, pd.CategoricalDtype) else exact(values)
    if categorical or numbers is None:
        learned = _learn_categories(values, said)
        if not categorical and (values.dtype == object or types.is_string_dtype(values.dtype)):
            _look_at_texts(values, said)
        return learned
    _refuse_infinite(numbers, values, said)
    distinct = np.unique(numbers)
    low, high = distinct[0], distinct[-1]
    if numbers.dtype.kind in "iu":
        span = int(high) - int(low)
        return Column(values.name, said, values.dtype, np.min_scalar_type(span), span, low=low, high=high, decimals=0)
    storage = numbers.dtype if values.dtype == object else _storage(getattr(values.dtype, "subtype", values.dtype))
    digits = _decimals(distinct, storage)
    return Column(values.name, said, values.dtype, storage, None, low=low, high=high, decimals=digits)


def _learn_categories(values: pd.Series, said: str) -> Column:
    keys = _keys(values)
    try:
        first = np.flatnonzero(~keys.duplicated())
        first = first[keys[first].argsort()]
    except (TypeError, ArithmeticError):  # the latter of Decimals that are no number
        raise _without_order(values, said) from None
    span = len(first) - 1
    return Column(
        values.name,
        said,
        values.dtype,
        np.min_scalar_type(span),
        span,
        categories=keys[first],
        values=values.iloc[first].array,
    )


def _without_order(values: pd.Series, said: str) -> InputError:
    return InputError(
        f"{said}: its values, {quote(values.iloc[0])} for one, cannot be told apart or put in an order; "
        "make them all texts or all numbers"
    )


def _decimals(distinct: np.ndarray, storage: np.dtype) -> int | None:
    """Return the fewest digits after the point from which each number comes back in its own precision."""
    for digits in range(MOST_DECIMALS + 1):
        if (_rounded(distinct, digits).astype(storage) == distinct.astype(storage)).all():
            return digits
    return None


def _rounded(values: np.ndarray, digits: int) -> np.ndarray:
    """Return floats with so many digits after the point; integers, and floats without room for more, as they are."""
    if values.dtype.kind in "iu":
        return values
    small = np.abs(values) < 2.0**52 / 10**digits
    return np.where(small, np.where(small, values, 0).round(digits), values)


def _refuse_missing(values: pd.Series, said: str) -> None:
    missing = are_missing(values)
    if missing.any():
        raise InputError(
            f"{place(values, int(missing.argmax()))}, {said}: missing value (NaN); fill it or drop the row"
        )


def _refuse_infinite(numbers: np.ndarray, values: pd.Series, said: str) -> None:
    infinite = ~np.isfinite(numbers)
    if infinite.any():
        row = int(infinite.argmax())
        raise InputError(
            f"{place(values, row)}, {said}: {numbers[row]} is not finite (inf); correct it or drop the row"
        )


def _are_times(values: pd.Series) -> bool:
    dtype = values.dtype
    if isinstance(dtype, pd.ArrowDtype):
        return dtype.type in (datetime.date, datetime.time) or dtype.kind in "mM"
    if types.is_object_dtype(dtype):
        return types.infer_dtype(values, skipna=False).startswith(("date", "time", "period"))
    return dtype.kind in "mM" or isinstance(dtype, pd.PeriodDtype)


def _keys(values: pd.Series) -> pd.Index:
    """Return a column's values as they are looked up: numbers exactly, others in their dtype or as objects."""
    dtype = values.dtype
    numbers = None if isinstance(dtype, pd.CategoricalDtype) else exact(values)
    if numbers is not None:
        return pd.Index(numbers, dtype=object if numbers.dtype == np.longdouble else None)
    if isinstance(dtype, pd.SparseDtype):
        return pd.Index(np.asarray(values), dtype=dtype.subtype)
    # Arrow orders texts and times, not all else.
    in_arrow = isinstance(dtype, pd.ArrowDtype) and dtype.kind == "O"
    return pd.Index(values, dtype=object if in_arrow else dtype)


def _look_at_texts(values: pd.Series, said: str) -> None:
    """Refuse texts that are an identifier, from which nothing can be learned; warn of texts that are numbers."""
    counts = values.value_counts()
    once = int((counts == 1).sum())
    if len(counts) > MANY_TEXTS and 2 * once > len(values):
        raise InputError(f"{said}: {once} of {len(values)} texts occur once, so it is an identifier; drop the column")
    texts = pd.Series([_text(value) for value in counts.index], dtype=object)
    numbers = pd.to_numeric(texts, errors="coerce").notna().to_numpy()
    share = counts.to_numpy()[numbers].sum() / len(values)
    if share >= NUMBERS_SHARE:
        others = [quote(text) for text in counts.index[~numbers][:3]]
        warnings.warn(
            f"{said}: its texts are numbers{', but for ' + ', '.join(others) if others else ''}; they are "
            "taken for categories: convert them, or name the column in categorical_features",
            UserWarning,
            stacklevel=2,
        )


def _text(value: Any) -> str:
    """Return a value as text, of bytes what they say."""
    try:
        return value.decode(errors="replace") if isinstance(value, bytes) else str(value)
    except ValueError:  # a whole number of more digits than Python prints
        return quote(value)
