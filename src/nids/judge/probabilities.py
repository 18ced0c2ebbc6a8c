"""What class probabilities are worth by themselves, before any rule."""

from collections.abc import Sequence

import numpy as np
from sklearn.metrics import average_precision_score

from nids.judge.scores import ratio

# Bins of equal width for the largest probability, in reliability curves and their error.
BINS = 10


def probability_scores(probabilities: np.ndarray, labels: np.ndarray, classes: Sequence[str]) -> dict[str, float]:
    """Return the scores of class probabilities (n, k) for labels (n,).

    ``pr_auc_<class>``: the area under the precision-recall curve of the class against the others, as
    average precision; ``brier``: the mean over rows of the squared distance to the one-hot label,
    in [0, 2] (Brier 1950); ``calibration_error``: the mean over rows of |accuracy - confidence| of
    the row's bin (Guo et al., arXiv:1706.04599, eq. 3).
    """
    onehot = np.eye(len(classes))[labels]
    rows, confidence, accuracy = reliability(probabilities, labels)
    return {
        **{
            f"pr_auc_{name}": float(average_precision_score(onehot[:, i], probabilities[:, i]))
            for i, name in enumerate(classes)
        },
        "brier": float(np.square(probabilities - onehot).sum(axis=1).mean()),
        "calibration_error": float((rows * np.abs(accuracy - confidence)).sum() / rows.sum()),
    }


def reliability(probabilities: np.ndarray, labels: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return for each of ``BINS`` bins of the largest probability its rows, mean of it, and accuracy; each (BINS,).

    The last two are 0 for a bin without rows.
    """
    largest = probabilities.max(axis=1)
    bins = np.minimum((largest * BINS).astype(np.int64), BINS - 1)
    rows = np.bincount(bins, minlength=BINS)
    confidence = np.bincount(bins, weights=largest, minlength=BINS)
    right = np.bincount(bins, weights=probabilities.argmax(axis=1) == labels, minlength=BINS)
    return rows, ratio(confidence, rows), ratio(right, rows)
