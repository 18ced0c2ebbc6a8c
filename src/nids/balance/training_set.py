"""The recipe of a method's training set (Sect. 3): K-means undersampling, new rows, one-sided selection.

Real rows are stored once; each step says by their positions which of them it keeps. New rows come
after them, and none of its classes is cleaned, so all of them stay.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from aeflow.errors import InputError
from nids.data.sets import Training


@dataclass(frozen=True)
class Rows:
    """Rows to learn from: features (n, n_features), float64, and labels (n,), int64."""

    features: np.ndarray
    labels: np.ndarray


def training_set(train: Training, kept: np.ndarray | None = None, new: Rows | None = None) -> Rows:
    """Return the rows of ``train`` at the positions ``kept`` (None: all), then the new ones, if there are any."""
    features, labels = (train.features, train.labels) if kept is None else (train.features[kept], train.labels[kept])
    if new is None:
        return Rows(features, labels)
    return Rows(np.vstack([features, new.features]), np.concatenate([labels, new.labels]))


def class_counts(labels: np.ndarray, classes: Sequence[str]) -> dict[str, int]:
    """Return the rows of each class among labels (n,)."""
    return dict(zip(classes, np.bincount(labels, minlength=len(classes)).tolist(), strict=True))


def undersampled(train: Training, kept_rows: Mapping[str, int], n_clusters: int, seed: int) -> np.ndarray:
    """Return the sorted positions, int64, of the rows that K-means density undersampling keeps.

    ``kept_rows[name]`` rows stay of each class ``name``, and all rows of the other classes. Raises
    InputError for more kept rows than the class has, and for fewer than clusters.
    """
    from aeflow.under_sampling import DensityUnderSampler  # heavy: not every caller undersamples

    if not kept_rows:
        return np.arange(len(train.labels))
    for name, n in kept_rows.items():
        if n > (count := int((train.labels == train.classes.index(name)).sum())):
            raise InputError(f"balance.kept_rows.{name}: {n} rows are to be kept of {count}; choose {count} or less")
    sampler = DensityUnderSampler(sampling_strategy=dict(kept_rows), n_clusters=n_clusters, random_state=seed)
    sampler.fit_resample(train.features, np.array(train.classes)[train.labels])
    return sampler.sample_indices_


def cleaned(
    train: Training, kept: np.ndarray | None, new: Rows | None, majority: tuple[str, ...], n_seeds: int, seed: int
) -> np.ndarray:
    """Return the positions, int64, of those rows of ``train`` that one-sided selection leaves of a training set.

    kept and new: as in ``training_set``; the classes ``majority`` are cleaned.
    """
    from aeflow.under_sampling import OneSidedSelection  # heavy: not every caller cleans

    before = np.arange(len(train.labels)) if kept is None else kept
    if not majority:
        return before
    rows = training_set(train, kept, new)
    classes = [train.classes.index(name) for name in majority]
    sampler = OneSidedSelection(sampling_strategy=classes, n_seeds_S=n_seeds, random_state=seed)
    sampler.fit_resample(rows.features, rows.labels)
    stay = sampler.sample_indices_
    return before[stay[stay < len(before)]]
