"""What a classifier sees of the encoded features: label codes, as in the paper, or one-hot categories."""

import numpy as np

from aeflow.nsl_kdd.encoder import Encoder
from aeflow.nsl_kdd.schema import CATEGORIES, FEATURES

# For XGBoost: "c" marks a category, "q" a number.
FEATURE_TYPES = ["c" if name in CATEGORIES else "q" for name in FEATURES]
_CATEGORICAL = np.array([name in CATEGORIES for name in FEATURES])


def inputs(name: str, categorical: str, features: np.ndarray, encoder: Encoder) -> np.ndarray:
    """Return what classifier ``name`` (a key of ``FILES``) sees of encoded features (n, 41), float64.

    ``categorical`` is "label" or "onehot". Label codes: the features as they are. One-hot: the
    numbers, then a column for each category, (n, 38 + categories); for XGBoost (n, 41) with the
    nearest category's code, of which it makes the one-hot splits itself, in half the time.
    """
    if sees_codes(name, categorical):
        codes = features.copy()
        codes[:, _CATEGORICAL] = _codes(features, encoder)
        return codes
    if categorical == "label":
        return features
    sizes = [len(encoder.categories[category]) for category in CATEGORIES]
    onehot = [np.eye(size)[codes] for size, codes in zip(sizes, _codes(features, encoder).T, strict=True)]
    return np.hstack([features[:, ~_CATEGORICAL], *onehot])


def sees_codes(name: str, categorical: str) -> bool:
    """Return whether classifier ``name`` is an XGBoost that makes one-hot splits of category codes."""
    return name == "xgb_onehot" or (name == "xgb" and categorical == "onehot")


def _codes(features: np.ndarray, encoder: Encoder) -> np.ndarray:
    """Return the nearest category's code in each categorical column, (n, 3), int64."""
    plain = features[:, _CATEGORICAL] * encoder.scale[_CATEGORICAL] + encoder.mean[_CATEGORICAL]
    last = np.array([len(encoder.categories[name]) - 1 for name in CATEGORIES])
    return np.rint(plain).clip(0, last).astype(np.int64)
