"""LabelEncoder and z-score (Sect. 4.2), fitted on the training set alone."""

from collections.abc import Mapping
from typing import Any, Self

import numpy as np
import pandas as pd

from aeflow.base.errors import InputError
from aeflow.nsl_kdd.schema import CATEGORIES, FEATURES


class Encoder:
    """Records to 41 standardised features, and back to legal records.

    Categories become their label codes, and every feature becomes x* = (x - u) / sigma (eq. 11)
    with the training set's mean u and standard deviation sigma. A constant feature has sigma 1.
    The paper calls sigma the variance; a z-score divides by the standard deviation.
    """

    def __init__(self, categories: Mapping[str, list[str]], mean: np.ndarray, scale: np.ndarray) -> None:
        self.categories = {name: list(values) for name, values in categories.items()}
        self.mean = mean
        self.scale = scale

    @classmethod
    def fit(cls, records: pd.DataFrame) -> Self:
        """Learn the categories, means and standard deviations of training records."""
        from sklearn.preprocessing import LabelEncoder, StandardScaler  # heavy: only the stage encode fits

        categories = {name: LabelEncoder().fit(records[name]).classes_.tolist() for name in CATEGORIES}
        unscaled = cls(categories, np.zeros(len(FEATURES)), np.ones(len(FEATURES)))
        scaler = StandardScaler().fit(unscaled.transform(records, "training records"))
        return cls(categories, scaler.mean_, scaler.scale_)

    def transform(self, records: pd.DataFrame, source: str) -> pd.DataFrame:
        """Return the 41 features, float64, in the order of ``schema.FEATURES``.

        Raises InputError, naming ``source``, row and column, for a category that training lacked.
        """
        features = records[list(FEATURES)].copy()
        for name in CATEGORIES:
            codes = pd.Index(self.categories[name]).get_indexer(pd.Index(records[name]))
            if (codes < 0).any():
                row = int((codes < 0).argmax())
                raise InputError(
                    f"{source}, row {row + 1}, column {name}: {records[name].iloc[row]!r} never occurs in the "
                    "training set; remove the row or train on data that has it"
                )
            features[name] = codes
        return features.astype("float64").sub(self.mean).div(self.scale)

    def inverse_transform(self, features: pd.DataFrame) -> pd.DataFrame:
        """Return legal records: the nearest category, whole number, flag or rate for each value."""
        plain = features[list(FEATURES)].mul(self.scale).add(self.mean)
        records = pd.DataFrame(index=features.index)
        for name, kind in FEATURES.items():
            if kind == "category":
                categories = np.array(self.categories[name], dtype=object)
                records[name] = categories[plain[name].round().clip(0, len(categories) - 1).astype(int)]
            elif kind == "rate":
                records[name] = plain[name].round(2).clip(0, 1)
            else:
                records[name] = plain[name].round().clip(0, 1 if kind == "flag" else None).astype("int64")
        return records

    def to_json(self) -> dict[str, Any]:
        """Return the fitted state as JSON types; ``from_json`` restores it exactly."""
        names = list(FEATURES)
        return {
            "categories": self.categories,
            "mean": dict(zip(names, self.mean.tolist(), strict=True)),
            "scale": dict(zip(names, self.scale.tolist(), strict=True)),
        }

    @classmethod
    def from_json(cls, state: Mapping[str, Any]) -> Self:
        names = list(FEATURES)
        return cls(
            state["categories"],
            np.array([state["mean"][name] for name in names]),
            np.array([state["scale"][name] for name in names]),
        )
