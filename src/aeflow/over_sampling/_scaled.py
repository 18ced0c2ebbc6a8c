"""Rows as the paper's generators see them: label codes and z-scores (Sect. 4.2)."""

from collections.abc import Sequence
from typing import Self

import numpy as np
import pandas as pd
from sklearn.preprocessing import StandardScaler

from aeflow.errors import InputError
from aeflow.over_sampling._columns import Column, float64


class ScaledTable:
    """Rows to standardised features and back.

    Categories become their codes, and every column x* = (x - u) / sigma (eq. 11) with the fitted
    rows' mean u and standard deviation sigma; a constant column has sigma 1.
    """

    n_uniform = 0  # the uniform numbers that a row is drawn with

    def __init__(self, columns: Sequence[Column], scaler: StandardScaler) -> None:
        self.columns = list(columns)
        self.scaler = scaler

    @classmethod
    def fit(cls, columns: Sequence[Column], frame: pd.DataFrame) -> Self:
        """Learn u and sigma of each column; raise InputError for numbers whose squares float64 does not hold."""
        with np.errstate(over="ignore", invalid="ignore"):
            scaler = StandardScaler().fit(float64(columns, frame, bounded=True))
        wrong = ~(np.isfinite(scaler.mean_) & np.isfinite(scaler.var_))
        if wrong.any():
            column = columns[int(wrong.argmax())]
            raise InputError(
                f"{column.said}: its numbers, {column.low} to {column.high}, are too large for z-scores; "
                "divide them, or take their logarithm"
            )
        return cls(columns, scaler)

    @property
    def width(self) -> int:
        """Features of an encoded row."""
        return len(self.columns)

    def encode(self, frame: pd.DataFrame, *, bounded: bool) -> np.ndarray:
        """Return features, shape (n, width), float32; raise InputError as ``Column.working`` does."""
        return self.scaler.transform(float64(self.columns, frame, bounded=bounded)).astype(np.float32)

    def decode(self, features: np.ndarray, uniform: np.ndarray) -> tuple[list[np.ndarray], np.ndarray]:
        """Return the nearest legal working values of each column for features (n, width), and whether a row was legal.

        ``uniform`` is not used: nothing here is random.
        """
        numbers = self.scaler.inverse_transform(features.astype(np.float64))
        values, legal = zip(*(column.legal(numbers[:, i]) for i, column in enumerate(self.columns)), strict=True)
        return list(values), np.logical_and.reduce(legal)
