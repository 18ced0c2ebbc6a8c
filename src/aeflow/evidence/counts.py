"""Rows of each class."""

from collections.abc import Sequence

import numpy as np

from aeflow.nsl_kdd.schema import CLASSES


def class_counts(labels_of_seeds: Sequence[np.ndarray]) -> dict[str, float]:
    """Return the mean over seeds of each class's rows, for label arrays of shape (n,)."""
    counts = [np.bincount(labels, minlength=len(CLASSES)) for labels in labels_of_seeds]
    return dict(zip(CLASSES, np.mean(counts, axis=0).tolist(), strict=True))
