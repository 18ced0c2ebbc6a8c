"""Fitted classifiers on the test sets: rows of scores, of attack types and of reliability curves."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from sklearn.base import ClassifierMixin

from aeflow.classifiers.decision import decide
from aeflow.classifiers.inputs import inputs
from aeflow.classifiers.voting import vote
from aeflow.evidence.scores import confusion_matrix, probability_scores, reliability, scores
from aeflow.nsl_kdd.encoder import Encoder
from aeflow.nsl_kdd.schema import CLASSES

# The classifiers whose reliability curves are kept.
CALIBRATED = ("voting", "xgb_onehot")
# Encoded features (n, 41), labels (n,), attack types (n,), and which rows, bool (n,), are no training rows.
TestSet = tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]
Rows = list[dict[str, Any]]


def evaluate(
    fitted: Mapping[str, ClassifierMixin],
    tests: Mapping[str, TestSet],
    encoder: Encoder,
    categorical: str,
    voting: str,
    multipliers: Mapping[str, Mapping[str, float]],
) -> dict[str, Rows]:
    """Return rows of ``scores``, ``attacks`` and ``calibration`` of fitted classifiers and of Voting behind them.

    ``multipliers`` has ``{class: multiplier}`` of the decision rule for the classifiers that have
    one. Of the set "test", the scores on its rows that are no training rows are given as "test_new";
    attack types and reliability curves are of that set alone, and of no classifier that is not there.
    """
    found: dict[str, Rows] = {"scores": [], "attacks": [], "calibration": []}
    for test, (features, labels, attacks, new) in tests.items():
        probabilities = {
            name: classifier.predict_proba(inputs(name, categorical, features, encoder))
            for name, classifier in fitted.items()
        }
        probabilities["voting"] = vote([probabilities["xgb"], probabilities["lr"]], voting)
        for classifier, p in probabilities.items():
            for name, rows in ((test, slice(None)), ("test_new", new)) if test == "test" else ((test, slice(None)),):
                key = {"test": name, "classifier": classifier}
                found["scores"] += _score_rows(key, p[rows], labels[rows], multipliers.get(classifier))
            if test == "test" and classifier in multipliers:
                found["attacks"] += _attack_rows(classifier, p, labels, attacks, multipliers[classifier])
            if test == "test" and classifier in CALIBRATED:
                found["calibration"] += _calibration_rows(classifier, p, labels)
    return found


def _score_rows(
    key: dict[str, Any], p: np.ndarray, labels: np.ndarray, multipliers: Mapping[str, float] | None
) -> Rows:
    rows = [key | {"rule": "argmax"} | _scores(p.argmax(axis=1), labels) | probability_scores(p, labels, CLASSES)]
    if multipliers is not None:
        rows.append(key | {"rule": "decided"} | _scores(decide(p, _as_array(multipliers)), labels))
    return rows


def _attack_rows(
    classifier: str, p: np.ndarray, labels: np.ndarray, attacks: np.ndarray, multipliers: Mapping[str, float]
) -> Rows:
    """Return for each rule and attack type how many of its rows were taken for their class."""
    types, of_row = np.unique(attacks, return_inverse=True)
    rows = []
    for rule, predicted in (("argmax", p.argmax(axis=1)), ("decided", decide(p, _as_array(multipliers)))):
        hits = np.bincount(of_row, weights=predicted == labels)
        rows += [
            {"classifier": classifier, "rule": rule, "attack": str(attack), "rows": int(n), "found": int(found)}
            for attack, n, found in zip(types, np.bincount(of_row), hits, strict=True)
        ]
    return rows


def _calibration_rows(classifier: str, p: np.ndarray, labels: np.ndarray) -> Rows:
    return [
        {
            "classifier": classifier,
            "bin": i,
            "rows": int(n),
            "confidence": float(confidence),
            "accuracy": float(accuracy),
        }
        for i, (n, confidence, accuracy) in enumerate(zip(*reliability(p, labels), strict=True))
    ]


def _as_array(multipliers: Mapping[str, float]) -> np.ndarray:
    return np.array([multipliers[name] for name in CLASSES])


def _scores(predicted: np.ndarray, labels: np.ndarray) -> dict[str, float]:
    return scores(confusion_matrix(labels, predicted, len(CLASSES)), CLASSES, "Normal")
