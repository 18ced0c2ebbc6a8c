"""Which real rows of NSL-KDD the two under-samplers leave."""

from collections.abc import Mapping

import numpy as np

from aeflow.nsl_kdd.schema import CLASSES, MAJORITY
from aeflow.under_sampling.density import DensityUnderSampler
from aeflow.under_sampling.one_sided_selection import OneSidedSelection


def by_density(
    features: np.ndarray, labels: np.ndarray, kept_rows: Mapping[str, int], n_clusters: int, seed: int
) -> np.ndarray:
    """Return the sorted positions, int64, that K-means density under-sampling keeps of features (n, 41).

    ``kept_rows[name]`` rows stay of each class ``name``, and all rows of the other classes; labels
    (n,) are positions in CLASSES. Raises InputError for fewer kept rows than clusters.
    """
    sampler = DensityUnderSampler(sampling_strategy=dict(kept_rows), n_clusters=n_clusters, random_state=seed)
    sampler.fit_resample(features, np.array(CLASSES)[labels])
    return sampler.sample_indices_


def by_one_sided_selection(features: np.ndarray, labels: np.ndarray, n_seeds: int, seed: int) -> np.ndarray:
    """Return the sorted positions, int64, that one-sided selection on Normal and Dos keeps of features (n, 41)."""
    cleaned = [CLASSES.index(name) for name in MAJORITY]
    sampler = OneSidedSelection(sampling_strategy=cleaned, n_seeds_S=n_seeds, random_state=seed)
    sampler.fit_resample(features, labels)
    return sampler.sample_indices_
