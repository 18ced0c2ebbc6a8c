"""Rows as the paper's generators see them: label codes and z-scores (Sect. 4.2)."""

from collections.abc import Sequence
from typing import Self

import numpy as np
import pandas as pd
from sklearn.preprocessing import StandardScaler

from aeflow.over_sampling._columns import Column, numbers


class ScaledTable:
    """Rows to standardised features and back.

    Categories become their codes, and every column x* = (x - u) / sigma (eq. 11) with the fitted
    rows' mean u and standard deviation sigma; a constant column has sigma 1.
    """

    def __init__(self, columns: Sequence[Column], scaler: StandardScaler) -> None:
        self.columns = list(columns)
        self.scaler = scaler

    @classmethod
    def fit(cls, columns: Sequence[Column], frame: pd.DataFrame) -> Self:
        return cls(columns, StandardScaler().fit(numbers(columns, frame)))

    @property
    def width(self) -> int:
        """Features of an encoded row."""
        return len(self.columns)

    def encode(self, frame: pd.DataFrame) -> np.ndarray:
        """Return features, shape (n, width), float32; raise InputError for an unknown category."""
        return self.scaler.transform(numbers(self.columns, frame)).astype(np.float32)

    def decode(self, features: np.ndarray, rng: np.random.Generator) -> np.ndarray:
        """Return the numbers behind features (n, width), categories as codes: (n, len(columns)), float64.

        They need not be legal yet; ``rng`` is not used, as nothing here is random.
        """
        return self.scaler.inverse_transform(features.astype(np.float64))
