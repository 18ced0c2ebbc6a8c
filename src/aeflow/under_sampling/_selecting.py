"""What the under-samplers share: they search numbers, and return rows as they were given."""

from typing import Any

import numpy as np
import pandas as pd
from imblearn.utils import check_target_type
from imblearn.utils._tags import Tags
from scipy import sparse

from aeflow._checks import check_labels, check_numbers, check_strategy, note_columns


class SelectingMixin:
    """Before an imbalanced-learn base whose ``_fit_resample`` sets ``sample_indices_``."""

    sampling_strategy: Any
    sample_indices_: np.ndarray

    def fit_resample(self, X: Any, y: Any, **params: Any) -> tuple[Any, Any]:
        """Return the rows that stay, and their labels.

        Parameters
        ----------
        X : array-like, sparse matrix or DataFrame of shape (n_rows, n_features)
            Numbers of any dtype, or text that reads as numbers; they are compared as float64.
        y : array-like of shape (n_rows,)
            A label for each row, none missing.

        Returns
        -------
        X_kept : as X, of shape (n_rows_kept, n_features)
            The rows of X at ``sample_indices_``, bit for bit: dtypes, names and, of a frame, its index.
        y_kept : as y, of shape (n_rows_kept,)
            Their labels, with the index of ``X_kept`` where both are pandas'.

        Raises
        ------
        InputError (a ValueError)
            For what cannot be compared, a missing label and a number of rows that a class cannot keep.
        """
        check_labels(X, y)
        super().fit_resample(check_numbers(X), y, **params)  # type: ignore[misc]
        note_columns(self, X)
        X_kept, y_kept = _rows_at(X, self.sample_indices_), _rows_at(y, self.sample_indices_)
        if isinstance(y_kept, pd.Series | pd.DataFrame):
            y_kept.index = X_kept.index if isinstance(X_kept, pd.DataFrame) else pd.RangeIndex(len(y_kept))
        return X_kept, y_kept

    def _check_X_y(self, X: Any, y: Any) -> tuple[Any, np.ndarray, bool]:  # noqa: N802 (imbalanced-learn's name)
        check_labels(X, y)
        y, binarize_y = check_target_type(y, indicate_one_vs_all=True)
        check_strategy(self.sampling_strategy, y, grows=False)
        note_columns(self, X)
        return check_numbers(X), np.asarray(y), binarize_y

    def __sklearn_tags__(self) -> Tags:
        tags = super().__sklearn_tags__()  # type: ignore[misc]
        tags.sampler_tags.sample_indices = True
        return tags


def _rows_at(given: Any, rows: np.ndarray) -> Any:
    """Return the rows at these positions, as the same kind of array."""
    if isinstance(given, pd.DataFrame):
        # pandas cannot pick rows of a column in another byte order, but can bring them back to it.
        foreign = {
            i: dtype for i, dtype in enumerate(given.dtypes) if isinstance(dtype, np.dtype) and not dtype.isnative
        }
        native = {i: dtype.newbyteorder("=") for i, dtype in foreign.items()}
        numbered = given.set_axis(range(given.shape[1]), axis=1)
        return numbered.astype(native).iloc[rows].astype(foreign).set_axis(given.columns, axis=1)
    if isinstance(given, pd.Series):
        return _rows_at(given.to_frame(), rows).iloc[:, 0].rename(given.name)
    if sparse.issparse(given):
        return given.tocsr()[rows].asformat(given.format)
    if isinstance(given, list):
        return [given[row] for row in rows]
    return (given if hasattr(given, "dtype") else np.asarray(given))[rows]
