"""What values each column of a frame may hold, learned from its rows."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd
from pandas.api import types
from scipy import sparse

from aeflow.errors import InputError

Categorical = Literal["auto"] | Sequence[Any]

# A column whose numbers have more digits after the point is continuous.
MOST_DECIMALS = 4


@dataclass(frozen=True)
class Column:
    """One column: its name, and either its ``categories`` or the range and digits of its numbers.

    ``decimals`` digits after the point are enough for every number seen (0: whole numbers, None:
    continuous), and all lie from ``low`` to ``high``. So flags stay 0 or 1, rates in [0, 1], and
    counts whole and not negative.
    """

    name: Any
    categories: pd.Index | None = None
    low: float = 0.0
    high: float = 0.0
    decimals: int | None = None

    def codes(self, values: pd.Series) -> np.ndarray:
        """Return each value's position in ``categories``, int64; raise InputError for an unknown one."""
        assert self.categories is not None
        codes = self.categories.get_indexer(pd.Index(np.asarray(values)))
        if (codes < 0).any():
            row = int((codes < 0).argmax())
            raise InputError(
                f"row {row + 1}, column {self.name}: {values.iloc[row]!r} is not among the categories "
                "that the sampler has learned; fit it anew"
            )
        return codes

    def legal(self, values: np.ndarray) -> np.ndarray:
        """Return the nearest legal number, or the category with the nearest code, for any finite float."""
        if self.categories is not None:
            codes = np.rint(values).clip(0, len(self.categories) - 1).astype(np.int64)
            return np.asarray(self.categories)[codes]
        rounded = values if self.decimals is None else values.round(self.decimals)
        # + 0.0 turns -0.0 into 0.0.
        return rounded.clip(self.low, self.high) + 0.0

    def is_legal(self, values: np.ndarray) -> np.ndarray:
        """Return for each value, a number or the code of a category, whether ``legal`` would leave it as it is."""
        if self.categories is not None:
            return (values == np.rint(values)) & (values >= 0) & (values < len(self.categories))
        return self.legal(values) == values


def to_frame(X: Any) -> pd.DataFrame:
    """Return rows as a frame of dense columns, numbered from 0; an array of objects gets a dtype for each."""
    if not isinstance(X, pd.DataFrame):
        return pd.DataFrame(X.toarray() if sparse.issparse(X) else X).infer_objects()
    frame = X.reset_index(drop=True).set_axis(range(X.shape[1]), axis=1)
    of_sparse = [i for i, dtype in enumerate(frame.dtypes) if isinstance(dtype, pd.SparseDtype)]
    return frame.astype({i: frame.dtypes[i].subtype for i in of_sparse})


def learn_columns(frame: pd.DataFrame, names: Sequence[Any], categorical: Categorical) -> list[Column]:
    """Return what the columns of ``frame``, whose names are ``names``, may hold.

    ``categorical`` names the categorical columns beside those of text, category or bool dtype,
    which always are: by name, by position or as a mask of bools; "auto" adds none. Raises
    InputError for a column that is not there, a missing or infinite value, and a column of
    another dtype.
    """
    mask = _mask(names, categorical)
    return [_learn(frame.iloc[:, i], name, bool(mask[i])) for i, name in enumerate(names)]


def numbers(columns: Sequence[Column], frame: pd.DataFrame) -> np.ndarray:
    """Return the rows as numbers, categories as codes: shape (n, len(columns)), float64."""
    return np.column_stack(
        [
            np.asarray(frame.iloc[:, i], dtype=np.float64)
            if column.categories is None
            else column.codes(frame.iloc[:, i]).astype(np.float64)
            for i, column in enumerate(columns)
        ]
    )


def _mask(names: Sequence[Any], categorical: Categorical) -> np.ndarray:
    mask = np.zeros(len(names), dtype=bool)
    if isinstance(categorical, str):
        return mask
    if len(categorical) == len(mask) and all(isinstance(item, bool | np.bool_) for item in categorical):
        return np.array(categorical, dtype=bool)
    for item in categorical:
        if item in names:
            mask |= [name == item for name in names]
        elif isinstance(item, int | np.integer) and -len(mask) <= item < len(mask):
            mask[item] = True
        else:
            raise InputError(
                f"categorical_features: {item!r} is neither a column nor a position below {len(mask)}; correct it"
            )
    return mask


def _learn(values: pd.Series, name: Any, categorical: bool) -> Column:
    missing = np.asarray(values.isna())
    if missing.any():
        raise InputError(
            f"row {int(missing.argmax()) + 1}, column {name}: missing value (NaN); fill it or drop the row"
        )
    if categorical or not types.is_numeric_dtype(values.dtype) or types.is_bool_dtype(values.dtype):
        if types.is_datetime64_any_dtype(values.dtype) or types.is_timedelta64_dtype(values.dtype):
            raise InputError(f"column {name}: times are neither numbers nor categories; convert or drop it")
        return Column(name, categories=_sorted(values, name))
    if types.is_complex_dtype(values.dtype):
        raise InputError(f"column {name}: Complex data not supported; split it into two real columns")
    numbers = np.asarray(values, dtype=np.float64)
    infinite = ~np.isfinite(numbers)
    if infinite.any():
        raise InputError(
            f"row {int(infinite.argmax()) + 1}, column {name}: {numbers[infinite.argmax()]} is not finite "
            "(inf); correct it or drop the row"
        )
    distinct = np.unique(numbers)
    decimals = next((d for d in range(MOST_DECIMALS + 1) if (distinct.round(d) == distinct).all()), None)
    return Column(name, low=float(distinct[0]), high=float(distinct[-1]), decimals=decimals)


def _sorted(values: pd.Series, name: Any) -> pd.Index:
    distinct = pd.Index(np.asarray(values)).unique()
    try:
        return distinct.sort_values()
    except TypeError:
        raise InputError(
            f"column {name}: its values cannot be ordered, so their types differ; make them alike"
        ) from None
