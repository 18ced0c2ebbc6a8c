"""LabelEncoder and z-score (Sect. 4.2), fitted on the training set alone."""

from collections.abc import Mapping
from typing import Any, Self

import numpy as np
import pandas as pd

from aeflow.errors import InputError
from nids.data.description import Kind


class Encoder:
    """Records to standardised features, and back to legal records.

    Categories become their label codes, and every feature becomes x* = (x - u) / sigma (eq. 11)
    with the training set's mean u and standard deviation sigma. A constant feature has sigma 1.
    The paper calls sigma the variance; a z-score divides by the standard deviation.

    ``features`` has the kind of each feature, in order; ``categories`` the sorted texts of those that are
    categories; mean and scale have shape (n_features,), float64.
    """

    def __init__(
        self,
        features: Mapping[str, Kind],
        categories: Mapping[str, list[str]],
        mean: np.ndarray,
        scale: np.ndarray,
    ) -> None:
        self.features = dict(features)
        self.categories = {name: list(values) for name, values in categories.items()}
        self.mean = mean
        self.scale = scale

    @property
    def names(self) -> list[str]:
        """The features in their order."""
        return list(self.features)

    @property
    def categorical(self) -> np.ndarray:
        """Whether each feature holds codes of categories, shape (n_features,), bool."""
        return np.array([kind == "category" for kind in self.features.values()])

    @classmethod
    def fit(cls, records: pd.DataFrame, features: Mapping[str, Kind]) -> Self:
        """Learn the categories, means and standard deviations of training records."""
        from sklearn.preprocessing import LabelEncoder, StandardScaler  # heavy: only the stage encode fits

        texts = [name for name, kind in features.items() if kind == "category"]
        categories = {name: LabelEncoder().fit(records[name]).classes_.tolist() for name in texts}
        unscaled = cls(features, categories, np.zeros(len(features)), np.ones(len(features)))
        scaler = StandardScaler().fit(unscaled.transform(records, "training records"))
        return cls(features, categories, scaler.mean_, scaler.scale_)

    def transform(self, records: pd.DataFrame, source: str) -> pd.DataFrame:
        """Return the features, float64, in the order of ``features``.

        Raises InputError, naming ``source``, row and column, for a category that training lacked.
        """
        features = records[self.names].copy()
        for name, categories in self.categories.items():
            codes = pd.Index(categories).get_indexer(pd.Index(records[name]))
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
        plain = features[self.names].mul(self.scale).add(self.mean)
        records = pd.DataFrame(index=features.index)
        for name, kind in self.features.items():
            if kind == "category":
                categories = np.array(self.categories[name], dtype=object)
                records[name] = categories[plain[name].round().clip(0, len(categories) - 1).astype(int)]
            elif kind == "rate":
                records[name] = plain[name].round(2).clip(0, 1)
            elif kind == "number":
                records[name] = plain[name]
            else:
                records[name] = plain[name].round().clip(0, 1 if kind == "flag" else None).astype("int64")
        return records

    def to_json(self) -> dict[str, Any]:
        """Return the fitted state as JSON types; ``from_json`` restores it exactly."""
        return {
            "features": self.features,
            "categories": self.categories,
            "mean": dict(zip(self.names, self.mean.tolist(), strict=True)),
            "scale": dict(zip(self.names, self.scale.tolist(), strict=True)),
        }

    @classmethod
    def from_json(cls, state: Mapping[str, Any]) -> Self:
        """Return the encoder that ``to_json`` described."""
        mean, scale = (np.array([state[key][name] for name in state["features"]]) for key in ("mean", "scale"))
        return cls(state["features"], state["categories"], mean, scale)
