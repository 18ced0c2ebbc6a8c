"""LabelEncoder and z-score (Sect. 4.2), fitted on the training set alone."""

from collections.abc import Mapping
from typing import Any, Self

import numpy as np
import pandas as pd

from nids.data.legal import BEYOND, Kind


class Encoder:
    """Records to standardised features, and back to legal records.

    Categories become their label codes, and every feature becomes x* = (x - u) / sigma (eq. 11)
    with the training set's mean u and standard deviation sigma. A constant feature has sigma 1.
    The paper calls sigma the variance; a z-score divides by the standard deviation. A category that training lacked
    gets the code after the last, in a column all of whose bits are 0 where categories are one-hot.

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
    def fit(cls, records: pd.DataFrame, kinds: Mapping[str, Kind]) -> Self:
        """Learn the kinds, categories, means and standard deviations of training records.

        kinds: those that are known; any other column holds whole numbers if all training rows have them, or numbers.
        """
        from sklearn.preprocessing import StandardScaler  # heavy: only the stage encode fits

        features = {name: kinds.get(name) or _kind(records[name].to_numpy()) for name in map(str, records)}
        texts = [name for name, kind in features.items() if kind == "category"]
        categories = {name: sorted(map(str, records[name].unique())) for name in texts}
        unscaled = cls(features, categories, np.zeros(len(features)), np.ones(len(features)))
        scaler = StandardScaler().fit(unscaled.transform(records))
        return cls(features, categories, scaler.mean_, scaler.scale_)

    def transform(self, records: pd.DataFrame) -> pd.DataFrame:
        """Return the features, float64, in the order of ``features``."""
        features = records[self.names].copy()
        for name, codes in self._codes(records).items():
            features[name] = codes
        return features.astype("float64").sub(self.mean).div(self.scale)

    def unknown(self, records: pd.DataFrame) -> dict[str, np.ndarray]:
        """Return of each column with categories that training lacked which rows have one, bool (n,)."""
        found = {name: codes == len(self.categories[name]) for name, codes in self._codes(records).items()}
        return {name: rows for name, rows in found.items() if rows.any()}

    def _codes(self, records: pd.DataFrame) -> dict[str, np.ndarray]:
        found = {}
        for name, categories in self.categories.items():
            # Each text is looked up once.
            column = pd.Categorical(records[name])
            codes = pd.Index(categories, dtype=object).get_indexer(pd.Index(column.categories, dtype=object))
            found[name] = np.where(codes < 0, len(categories), codes)[column.codes]
        return found

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
                # Within what a float holds exactly: beyond int64 it is the processor that says what comes out.
                low, high = 1 - BEYOND if kind == "integer" else 0, 1 if kind == "flag" else BEYOND - 1
                records[name] = plain[name].round().clip(low, high).astype("int64")
        return records

    def records(self, frame: pd.DataFrame) -> pd.DataFrame:
        """Return training records as samplers see them: texts for categories, int64 for whole numbers, or float64."""
        dtypes = {"category": "str", "number": "float64", "rate": "float64"}
        return frame[self.names].astype({name: dtypes.get(kind, "int64") for name, kind in self.features.items()})

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


def _kind(values: np.ndarray) -> Kind:
    whole = (values == np.rint(values)).all() and (np.abs(values) < BEYOND).all()
    return "integer" if whole else "number"
