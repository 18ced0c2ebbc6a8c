"""The scores of one classifier on one test set (Sect. 4.4, eqs. 12-17, and more)."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from nids.data.sets import Answers


def confusion_matrix(labels: np.ndarray, predicted: np.ndarray, n_classes: int) -> np.ndarray:
    """Return how many rows of class i were taken for class j, (n_classes, n_classes), for int64 classes (n,)."""
    pairs = np.bincount(labels * n_classes + predicted, minlength=n_classes**2)
    return pairs.reshape(n_classes, n_classes)


def scores(confusion: np.ndarray, classes: Sequence[str], normal: str) -> dict[str, float]:
    """Return every score of a confusion matrix (k, k) as a fraction in [0, 1]; MCC is in [-1, 1].

    confusion[i, j] counts rows of class i that were taken for class j. With TP_i the diagonal, eq.
    12: precision_i = TP_i / (TP_i + FP_i); eq. 13: recall_i = TP_i / (TP_i + FN_i); eq. 14: F1_i =
    2 precision_i recall_i / (precision_i + recall_i); each is 0 where it would be 0 / 0. Eqs.
    15-17: the weighted score is the sum of support_i / total times the class's score; the macro
    score is the plain mean. ``mcc`` is Matthews' correlation for many classes (Gorodkin 2004),
    ``g_mean`` the geometric mean of the recalls, ``false_alarm_rate`` the share of rows of class
    ``normal`` that were taken for another. Raises ValueError if a class has no rows.
    """
    true_positives = np.diag(confusion).astype(float)
    predicted, support = confusion.sum(axis=0), confusion.sum(axis=1)
    if not support.all():
        raise ValueError(f"no rows of class {classes[int(np.argmin(support))]}")
    precision = ratio(true_positives, predicted)
    recall = ratio(true_positives, support)
    f1 = ratio(2 * precision * recall, precision + recall)
    total = support.sum()
    found = {}
    for name, of_classes in (("precision", precision), ("recall", recall), ("f1", f1)):
        found[f"weighted_{name}"] = float(support / total @ of_classes)
        found[f"macro_{name}"] = float(of_classes.mean())
        found |= {f"{name}_{row}": float(value) for row, value in zip(classes, of_classes, strict=True)}
    return found | {
        "accuracy": float(true_positives.sum() / total),
        "mcc": _mcc(true_positives, predicted.astype(float), support.astype(float)),
        "g_mean": float(recall.prod() ** (1 / len(recall))),
        "false_alarm_rate": float(1 - recall[list(classes).index(normal)]),
        **{f"support_{row}": int(n) for row, n in zip(classes, support, strict=True)},
    }


def scores_of(predicted: np.ndarray, labels: np.ndarray, answers: Answers) -> dict[str, float]:
    """Return the ``scores`` of predicted classes (n,) for labels (n,), some or all of the answers'."""
    confusion = confusion_matrix(labels, predicted, len(answers.classes))
    return scores(confusion, answers.classes, answers.normal)


def argmax_scores(found: Mapping[str, np.ndarray], answers: Answers) -> list[dict[str, Any]]:
    """Return a row of scores on the test set for each classifier's probabilities (n, n_classes), with arg max."""
    rows, test = answers.sets["test"], answers.of("test")
    return [
        {"test": "test", "classifier": name, "rule": "argmax"} | scores_of(p[rows].argmax(axis=1), test.labels, test)
        for name, p in found.items()
    ]


def _mcc(true_positives: np.ndarray, predicted: np.ndarray, support: np.ndarray) -> float:
    total = support.sum()
    covariance = true_positives.sum() * total - predicted @ support
    spread = np.sqrt((total**2 - predicted @ predicted) * (total**2 - support @ support))
    return float(covariance / spread) if spread else 0.0


def ratio(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Return a / b, and 0 where b is 0."""
    return np.divide(a, b, out=np.zeros(len(a)), where=b != 0)
