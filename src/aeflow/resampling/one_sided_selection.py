"""One-sided selection (Sect. 3.3), from imbalanced-learn, giving the rows to keep."""

from collections.abc import Sequence

import numpy as np
from imblearn.under_sampling import OneSidedSelection


def one_sided_selection(
    features: np.ndarray, labels: np.ndarray, cleaned: Sequence[int], n_seeds: int, seed: int
) -> np.ndarray:
    """Return the sorted positions of the rows that stay, int64.

    features (n, n_features), labels (n,) int64; only rows of the ``cleaned`` labels are removed.
    """
    sampler = OneSidedSelection(sampling_strategy=list(cleaned), n_seeds_S=n_seeds, random_state=seed)
    sampler.fit_resample(features, labels)
    # With more than one seed imbalanced-learn 0.14.2 can return a row twice.
    return np.unique(sampler.sample_indices_).astype(np.int64)
