"""What a classifier sees of the encoded features: label codes, as in the paper, or one-hot categories."""

import numpy as np

from nids.data.encoder import Encoder
from nids.detect import WITH_DENSITY


def inputs(name: str, categorical: str, features: np.ndarray, encoder: Encoder) -> np.ndarray:
    """Return what classifier ``name`` (a key of ``FILES``) sees of encoded features (n, n_features), float64.

    ``categorical`` is "label" or "onehot". Label codes: the features as they are. One-hot: the
    numbers, then a column for each category, (n, numbers + categories), all 0 for one that training lacked; for XGBoost
    (n, n_features) with the nearest category's code, of which it makes the one-hot splits itself, in half the time.
    For one of WITH_DENSITY features has more columns behind those encoded, which stay as they are.
    """
    if sees_codes(name, categorical):
        codes = features.copy()
        codes[:, np.flatnonzero(encoder.categorical)] = category_codes(features, encoder)
        return codes
    if categorical == "label":
        return features
    sizes = [len(categories) for categories in encoder.categories.values()]
    codes = category_codes(features, encoder).T
    onehot = [np.eye(size + 1)[of_column, :size] for size, of_column in zip(sizes, codes, strict=True)]
    return np.hstack([features[:, ~encoder.categorical], *onehot])


def sees_codes(name: str, categorical: str) -> bool:
    """Return whether classifier ``name`` is an XGBoost that makes one-hot splits of category codes."""
    return name in ("xgb_onehot", *WITH_DENSITY) or (name == "xgb" and categorical == "onehot")


def feature_types(encoder: Encoder, n_columns: int) -> list[str]:
    """Return the kind of each of n_columns as XGBoost has it: "c" a category, "q" a number."""
    return ["c" if i in np.flatnonzero(encoder.categorical) else "q" for i in range(n_columns)]


def category_codes(features: np.ndarray, encoder: Encoder) -> np.ndarray:
    """Return the nearest category's code in each categorical column, int64; the code after the last: unknown."""
    of = np.flatnonzero(encoder.categorical)
    plain = features[:, of] * encoder.scale[of] + encoder.mean[of]
    last = np.array([len(categories) for categories in encoder.categories.values()])
    return np.rint(plain).clip(0, last).astype(np.int64)
