"""Fitted classifiers on test sets: which rows come out, and that they say what the classifiers do."""

from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from sklearn.base import ClassifierMixin

from aeflow.classifiers import FILES
from aeflow.classifiers.decision import decide
from aeflow.classifiers.fit import fit
from aeflow.classifiers.inputs import inputs
from aeflow.evidence.evaluation import CALIBRATED, TestSet, evaluate
from aeflow.evidence.methods import CLASSIFIERS, DECIDED
from aeflow.evidence.scores import BINS, confusion_matrix, probability_scores, reliability, scores
from aeflow.nsl_kdd.encoder import Encoder
from aeflow.nsl_kdd.records import classes_of, read_records
from aeflow.nsl_kdd.schema import ATTACK, CLASS_OF_ATTACK, CLASSES

DEMO = Path(__file__).parents[1] / "data/demo"
# In another order than that of the classes.
MULTIPLIERS = {
    name: {"Normal": 1.0, "U2R": 1000.0, "R2L": 30.0 + i, "Probe": 0.5, "Dos": 1.0} for i, name in enumerate(DECIDED)
}
Fitted = tuple[dict[str, ClassifierMixin], dict[str, TestSet], Encoder]


@pytest.fixture(scope="module")
def fitted() -> Fitted:
    """Classifiers with one-hot inputs, of a third of the demo rows; the second test set is a part of the first."""
    records = read_records(DEMO / "train.txt")
    encoder = Encoder.fit(records)
    features, labels = encoder.transform(records, "train").to_numpy()[::3], classes_of(records)[::3]
    settings: dict[str, Any] = {"lr_max_iter": 200, "colsample_bytree": 0.5, "weighted": False, "seed": 0}
    classifiers = {
        name: fit(name, inputs(name, "onehot", features, encoder), labels, categorical="onehot", **settings)
        for name in FILES
    }
    test = read_records(DEMO / "test.txt")
    x, y, attacks = encoder.transform(test, "test").to_numpy(), classes_of(test), test[ATTACK].to_numpy(str)
    new = np.arange(len(y)) % 3 > 0
    part = np.arange(len(y)) % 2 == 0
    return classifiers, {"test": (x, y, attacks, new), "test_21": (x[part], y[part], attacks[part], new[part])}, encoder


@pytest.fixture(scope="module")
def found(fitted: Fitted) -> dict[str, pd.DataFrame]:
    classifiers, tests, encoder = fitted
    rows = evaluate(classifiers, tests, encoder, "onehot", "soft", MULTIPLIERS)
    return {kind: pd.DataFrame(of_kind) for kind, of_kind in rows.items()}


def _probabilities(fitted: Fitted, name: str) -> np.ndarray:
    classifiers, tests, encoder = fitted
    if name == "voting":
        return (_probabilities(fitted, "xgb") + _probabilities(fitted, "lr")) / 2
    return classifiers[name].predict_proba(inputs(name, "onehot", tests["test"][0], encoder))


def test_there_is_a_row_for_each_test_set_classifier_and_rule(found: dict[str, pd.DataFrame]) -> None:
    names = found["scores"][["test", "classifier", "rule"]].apply(tuple, axis=1).tolist()
    expected = {
        (test, classifier, rule)
        for test in ("test", "test_new", "test_21")
        for classifier in CLASSIFIERS
        for rule in (("argmax", "decided") if classifier in DECIDED else ("argmax",))
    }
    assert set(names) == expected
    assert len(names) == len(expected)


def _scores_of(found: dict[str, pd.DataFrame], test: str, classifier: str, rule: str) -> dict[Any, float]:
    rows = found["scores"].set_index(["test", "classifier", "rule"]).to_dict("index")
    return {name: value for name, value in rows[(test, classifier, rule)].items() if not np.isnan(value)}


@pytest.mark.parametrize("name", CLASSIFIERS)
def test_scores_are_of_the_rows_of_each_set(fitted: Fitted, found: dict[str, pd.DataFrame], name: str) -> None:
    _, labels, _, new = fitted[1]["test"]
    p = _probabilities(fitted, name)
    sets = {"test": np.full(len(labels), True), "test_new": new, "test_21": np.arange(len(labels)) % 2 == 0}
    for test, rows in sets.items():
        row = _scores_of(found, test, name, "argmax")
        expected = scores(confusion_matrix(labels[rows], p[rows].argmax(axis=1), 5), CLASSES, "Normal")
        assert row == pytest.approx(expected | probability_scores(p[rows], labels[rows], CLASSES))
        if name in DECIDED:
            multipliers = np.array([MULTIPLIERS[name][of_class] for of_class in CLASSES])
            row = _scores_of(found, test, name, "decided")
            decided = confusion_matrix(labels[rows], decide(p[rows], multipliers), 5)
            assert row == pytest.approx(scores(decided, CLASSES, "Normal"))
            assert row["recall_U2R"] > expected["recall_U2R"]


def test_attacks_sum_to_the_classes(fitted: Fitted, found: dict[str, pd.DataFrame]) -> None:
    table = found["attacks"]
    counts = pd.Series(fitted[1]["test"][2]).value_counts().to_dict()
    assert len(table) == 2 * len(DECIDED) * len(counts)
    for classifier, rule in product(DECIDED, ("argmax", "decided")):
        rows = table[(table["classifier"] == classifier) & (table["rule"] == rule)]
        assert dict(zip(rows["attack"], rows["rows"], strict=True)) == counts
        expected = _scores_of(found, "test", classifier, rule)
        for name in CLASSES:
            of_class = rows[rows["attack"].map(CLASS_OF_ATTACK) == name]
            assert of_class["rows"].sum() == expected[f"support_{name}"]
            assert of_class["found"].sum() / of_class["rows"].sum() == pytest.approx(expected[f"recall_{name}"])


def test_attacks_are_found_where_their_rows_are(fitted: Fitted, found: dict[str, pd.DataFrame]) -> None:
    """By type, as the sums over a class cannot tell."""
    _, labels, attacks, _ = fitted[1]["test"]
    right = _probabilities(fitted, "voting").argmax(axis=1) == labels
    rows = found["attacks"].query("classifier == 'voting' and rule == 'argmax'").set_index("attack")
    assert rows["found"].to_dict() == {attack: right[attacks == attack].sum() for attack in set(attacks.tolist())}


def test_reliability_curves_are_of_all_rows(fitted: Fitted, found: dict[str, pd.DataFrame]) -> None:
    labels = fitted[1]["test"][1]
    assert set(found["calibration"]["classifier"]) == set(CALIBRATED)
    for name in CALIBRATED:
        curve = found["calibration"][found["calibration"]["classifier"] == name]
        assert curve["bin"].tolist() == list(range(BINS))
        assert curve["rows"].sum() == len(labels)
        expected = reliability(_probabilities(fitted, name), labels)
        np.testing.assert_allclose(curve[["rows", "confidence", "accuracy"]].to_numpy().T, expected, rtol=1e-6)


def test_hard_voting_counts_votes(fitted: Fitted) -> None:
    classifiers, tests, encoder = fitted
    members = {name: classifiers[name] for name in ("xgb", "lr")}
    rows = evaluate(members, {"test": tests["test"]}, encoder, "onehot", "hard", {})["scores"]
    votes = np.array([_probabilities(fitted, name).argmax(axis=1) for name in members])
    expected = scores(confusion_matrix(tests["test"][1], votes.min(axis=0), 5), CLASSES, "Normal")
    row = next(row for row in rows if row["classifier"] == "voting" and row["test"] == "test")
    assert {name: row[name] for name in expected} == pytest.approx(expected)


def test_without_rules_there_are_no_decided_rows_and_no_attacks(fitted: Fitted) -> None:
    """As in the ablation, which fits the members of Voting alone."""
    classifiers, tests, encoder = fitted
    members = {name: classifiers[name] for name in ("xgb", "lr")}
    rows = evaluate(members, {"test": tests["test"]}, encoder, "onehot", "soft", {})
    assert {(row["classifier"], row["rule"]) for row in rows["scores"]} == {
        (name, "argmax") for name in ("xgb", "lr", "voting")
    }
    assert {row["test"] for row in rows["scores"]} == {"test", "test_new"}
    assert rows["attacks"] == []
    assert {row["classifier"] for row in rows["calibration"]} == {"voting"}
