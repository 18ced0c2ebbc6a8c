"""What a classifier sees of the encoded features: label codes, as in the paper, or one-hot categories."""

import numpy as np

from nids.data.encoder import Encoder


def inputs(name: str, categorical: str, features: np.ndarray, encoder: Encoder) -> np.ndarray:
    """Return what classifier ``name`` (a key of ``FILES``) sees of encoded features (n, n_features), float64.

    ``categorical`` is "label" or "onehot". Label codes: the features as they are. One-hot: the
    numbers, then a column for each category, (n, numbers + categories), all 0 for one that training lacked; for XGBoost
    (n, n_features) with the nearest category's code, of which it makes the one-hot splits itself, in half the time.
    """
    if sees_codes(name, categorical):
        codes = features.copy()
        codes[:, encoder.categorical] = _codes(features, encoder)
        return codes
    if categorical == "label":
        return features
    sizes = [len(categories) for categories in encoder.categories.values()]
    onehot = [np.eye(size + 1)[codes, :size] for size, codes in zip(sizes, _codes(features, encoder).T, strict=True)]
    return np.hstack([features[:, ~encoder.categorical], *onehot])


def sees_codes(name: str, categorical: str) -> bool:
    """Return whether classifier ``name`` is an XGBoost that makes one-hot splits of category codes."""
    return name == "xgb_onehot" or (name == "xgb" and categorical == "onehot")


def feature_types(encoder: Encoder) -> list[str]:
    """Return the kind of each feature as XGBoost has it: "c" a category, "q" a number."""
    return ["c" if categorical else "q" for categorical in encoder.categorical]


def _codes(features: np.ndarray, encoder: Encoder) -> np.ndarray:
    """Return the nearest category's code in each categorical column, int64; the code after the last: unknown."""
    of = encoder.categorical
    plain = features[:, of] * encoder.scale[of] + encoder.mean[of]
    last = np.array([len(categories) for categories in encoder.categories.values()])
    return np.rint(plain).clip(0, last).astype(np.int64)
