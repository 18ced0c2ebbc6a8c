"""SMOTE, from imbalanced-learn, giving the synthetic rows alone."""

import numpy as np
from imblearn.over_sampling import SMOTE

from aeflow.base.errors import InputError
from aeflow.nsl_kdd.schema import CLASSES


def smote(
    features: np.ndarray, labels: np.ndarray, new_rows: dict[int, int], k_neighbors: int, seed: int
) -> tuple[np.ndarray, np.ndarray]:
    """Interpolate ``new_rows[label]`` new rows of each label between its real ones.

    features (n, n_features), labels (n,) int64, positions in ``schema.CLASSES``. Returns the new
    features and labels. Raises InputError if a class has too few rows for ``k_neighbors``.
    """
    counts = np.bincount(labels)
    for label in new_rows:
        if counts[label] <= k_neighbors:
            raise InputError(
                f"smote.k_neighbors: {k_neighbors} neighbours need {k_neighbors + 1} rows, "
                f"{CLASSES[label]} has {counts[label]}; choose {counts[label] - 1} or less"
            )
    totals = {label: int(counts[label]) + n for label, n in new_rows.items()}
    sampler = SMOTE(sampling_strategy=totals, k_neighbors=k_neighbors, random_state=seed)
    resampled, resampled_labels = sampler.fit_resample(features, labels)
    # imbalanced-learn appends the new rows to the given ones.
    return resampled[len(features) :], resampled_labels[len(features) :]
