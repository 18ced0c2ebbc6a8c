"""Rows to clean, and the comparison with imbalanced-learn's one-sided selection."""

from typing import Any

import imblearn.under_sampling
import numpy as np
from threadpoolctl import threadpool_limits

from aeflow.under_sampling import OneSidedSelection


def assert_as_imbalanced_learn(X: Any, y: Any, seed: int, sampling_strategy: Any = "auto") -> np.ndarray:
    """Assert that both keep the same rows; return these."""
    ours = OneSidedSelection(sampling_strategy=sampling_strategy, random_state=seed)
    theirs = imblearn.under_sampling.OneSidedSelection(sampling_strategy=sampling_strategy, random_state=seed)
    ours.fit_resample(X, y)
    with threadpool_limits(1):  # on more, ties fall differently there
        theirs.fit_resample(X, y)
    np.testing.assert_array_equal(ours.sample_indices_, np.sort(theirs.sample_indices_))
    return ours.sample_indices_


def classes(seed: int, sizes: list[int], n_features: int, apart: float) -> tuple[np.ndarray, np.ndarray]:
    """Return normal rows, with means that lie ``apart``, and their labels."""
    rng = np.random.default_rng(seed)
    y = rng.permutation(np.repeat(np.arange(len(sizes)), sizes))
    return rng.normal(apart * y[:, None], 1.0, size=(len(y), n_features)), y


def grid(seed: int, n_features: int) -> tuple[np.ndarray, np.ndarray]:
    """Return rows on a small grid, where most distances occur many times and many rows are equal."""
    rng = np.random.default_rng(seed)
    y = rng.permutation(np.repeat([0, 1, 2, 3], [90, 60, 20, 12]))
    X = np.zeros((len(y), n_features))
    varying = rng.integers(1, min(n_features, 7))
    X[:, :varying] = rng.integers(0, rng.integers(2, 8), size=(len(y), varying))
    return X, y
