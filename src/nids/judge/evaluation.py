"""Probabilities against the answers: rows of scores, of attack types and of reliability curves."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from nids.data.encoder import Encoder
from nids.data.sets import Answers
from nids.detect import MAIN, PAPERS
from nids.detect.decision import decide
from nids.detect.density import Density
from nids.detect.predictions import read_probabilities
from nids.detect.voting import with_voting
from nids.judge.detection import detection
from nids.judge.probabilities import probability_scores, reliability
from nids.judge.scores import argmax_scores, scores_of

# The classifiers whose reliability curves are kept.
CALIBRATED = (PAPERS[0], MAIN[0])
# The classifiers of the ablation.
ABLATED = ("xgb", "voting")
Rows = list[dict[str, Any]]


def evaluate(
    found: Mapping[str, np.ndarray], answers: Answers, multipliers: Mapping[str, Mapping[str, float]]
) -> dict[str, Rows]:
    """Return rows of ``scores`` on every test set, and of ``attacks``, ``calibration`` and ``detection`` on "test".

    ``multipliers`` has ``{class: multiplier}`` of the decision rule for the classifiers that have one;
    attack types are of those alone. What ``nids.judge.detection`` finds is of the configuration MAIN.
    """
    rows: dict[str, Rows] = {"scores": [], "attacks": [], "calibration": [], "detection": [], "roc": [], "alarms": []}
    in_test, of_test = answers.sets["test"], answers.of("test")
    for name, p in found.items():
        rule = None
        if name in multipliers:
            rule = np.array([multipliers[name][of] for of in answers.classes])
            rows["attacks"] += _attack_rows(name, p[in_test], of_test, rule)
            if name == MAIN[0]:
                normal = answers.classes.index(answers.normal)
                rows |= detection(1 - p[in_test, normal], decide(p[in_test], rule) != normal, of_test)
        for test, chosen in answers.sets.items():
            rows["scores"] += _score_rows({"test": test, "classifier": name}, p[chosen], answers, chosen, rule)
        if name in CALIBRATED:
            rows["calibration"] += _calibration_rows(name, p[in_test], of_test.labels)
    return rows


def _score_rows(
    key: dict[str, Any], p: np.ndarray, answers: Answers, chosen: np.ndarray, rule: np.ndarray | None
) -> Rows:
    labels = answers.labels[chosen]
    of_probabilities = probability_scores(p, labels, answers.classes)
    rows = [key | {"rule": "argmax"} | scores_of(p.argmax(axis=1), labels, answers) | of_probabilities]
    if rule is not None:
        rows.append(key | {"rule": "decided"} | scores_of(decide(p, rule), labels, answers))
    return rows


def _attack_rows(classifier: str, p: np.ndarray, answers: Answers, rule: np.ndarray) -> Rows:
    """Return for each rule and attack type how many of its rows were taken for their class."""
    types, first, of_row = np.unique(answers.types, return_index=True, return_inverse=True)
    rows = []
    for name, predicted in (("argmax", p.argmax(axis=1)), ("decided", decide(p, rule))):
        hits = np.bincount(of_row, weights=predicted == answers.labels)
        rows += [
            {
                "classifier": classifier,
                "rule": name,
                "attack": str(attack),
                "class": answers.classes[answers.labels[at]],
                "seen": bool(answers.seen[at]),
                "rows": int(n),
                "found": int(hit),
            }
            for attack, at, n, hit in zip(types, first, np.bincount(of_row), hits, strict=True)
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


def evaluate_file(
    path: Path, answers: Answers, voting: str, multipliers: Mapping[str, Mapping[str, float]]
) -> dict[str, Rows]:
    """Return ``evaluate`` of the probabilities in a file, and of Voting behind them."""
    return evaluate(with_voting(read_probabilities(path, answers.classes), voting), answers, multipliers)


def density_file(path: Path, encoder: Encoder, test: np.ndarray, answers: Answers) -> dict[str, Rows]:
    """Return ``detection`` of the density in a file, for test features (n, n_features) of the rows of ``answers``."""
    density, in_test = Density.load(path, encoder), answers.sets["test"]
    novelty = density.detector.offset_ - density.of(test[in_test]).sum(axis=1)
    return detection(novelty, novelty > 0, answers.of("test"))


def cell_scores(path: Path, answers: Answers, voting: str) -> Rows:
    """Return rows of scores on the whole test set of the classifiers ABLATED, of the probabilities in a file."""
    found = with_voting(read_probabilities(path, answers.classes), voting)
    rows = argmax_scores({name: found[name] for name in ABLATED}, answers)
    return [{key: value for key, value in row.items() if key not in ("test", "rule")} for row in rows]
