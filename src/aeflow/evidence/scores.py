"""Precision, recall and F1 from a confusion matrix (Sect. 4.4, eqs. 12-17)."""

from typing import Any

import numpy as np


def scores(confusion: np.ndarray, classes: tuple[str, ...]) -> dict[str, Any]:
    """Return every score of one classifier as a fraction in [0, 1].

    confusion[i, j] counts rows of class i that were taken for class j, shape (k, k). With TP_i the
    diagonal, eq. 12: precision_i = TP_i / (TP_i + FP_i); eq. 13: recall_i = TP_i / (TP_i + FN_i);
    eq. 14: F1_i = 2 precision_i recall_i / (precision_i + recall_i); each is 0 where it would be
    0 / 0. Eqs. 15-17: the weighted score is the sum of support_i / total times the class's score;
    the macro F1 is the plain mean. Raises ValueError if a class has no rows.
    """
    true_positives = np.diag(confusion).astype(float)
    predicted, support = confusion.sum(axis=0), confusion.sum(axis=1)
    if not support.all():
        raise ValueError(f"no rows of class {classes[int(np.argmin(support))]}")
    precision = _ratio(true_positives, predicted)
    recall = _ratio(true_positives, support)
    f1 = _ratio(2 * precision * recall, precision + recall)
    weights = support / support.sum()
    return {
        "weighted_precision": float(weights @ precision),
        "weighted_recall": float(weights @ recall),
        "weighted_f1": float(weights @ f1),
        "macro_f1": float(f1.mean()),
        "accuracy": float(true_positives.sum() / support.sum()),
        "support": dict(zip(classes, support.tolist(), strict=True)),
        "precision": dict(zip(classes, precision.tolist(), strict=True)),
        "recall": dict(zip(classes, recall.tolist(), strict=True)),
        "f1": dict(zip(classes, f1.tolist(), strict=True)),
    }


def _ratio(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    return np.divide(a, b, out=np.zeros(len(a)), where=b != 0)
