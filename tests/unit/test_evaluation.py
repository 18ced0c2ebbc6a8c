"""Probabilities against the answers: which rows come out, and that they say what the classifiers do."""

from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from nids.data.dataset import Dataset
from nids.data.sets import Answers
from nids.detect import CLASSIFIERS, DECIDED, FILES, MAIN
from nids.detect.decision import decide
from nids.detect.predictions import read_probabilities, write_probabilities
from nids.detect.voting import with_voting
from nids.judge.detection import detection
from nids.judge.evaluation import ABLATED, CALIBRATED, cell_scores, evaluate, evaluate_file
from nids.judge.probabilities import BINS, probability_scores, reliability
from nids.judge.scores import confusion_matrix, scores

CLASSES = ("Dos", "Normal", "Probe", "R2L", "U2R")
# In another order than that of the classes.
MULTIPLIERS = {
    name: {"Normal": 1.0, "U2R": 1000.0, "R2L": 30.0 + i, "Probe": 0.5, "Dos": 1.0} for i, name in enumerate(DECIDED)
}
Probabilities = dict[str, np.ndarray]


@pytest.fixture(scope="module")
def answers(dataset: Dataset) -> Answers:
    """Test rows of the demo data's types; a part of them is another test set, and a further one has rows of its own."""
    class_of = dataset.class_of | {"mscan": "Probe"}
    types = np.repeat(list(class_of), 12)
    types = np.concatenate([types, types[::5]])
    labels = np.array([dataset.classes.index(class_of[name]) for name in types])
    n = np.arange(len(types))
    in_test = n < 12 * len(class_of)
    sets = {"test": in_test, "test_21": ~in_test | (n % 7 == 0), "test_new": in_test & (n % 3 > 0)}
    return Answers(labels, types, types != "mscan", sets, dataset.classes, "Normal")


@pytest.fixture(scope="module")
def probabilities(answers: Answers) -> Probabilities:
    """Of each classifier others, better than chance; rows of U2R are mostly missed."""
    rng = np.random.default_rng(0)
    boost = np.array([2.0, 2.0, 2.0, 1.0, 0.5])[answers.labels, None] * np.eye(5)[answers.labels]
    found = {}
    for name in FILES:
        odds = np.exp(rng.normal(0, 1, size=boost.shape) + boost)
        found[name] = odds / odds.sum(axis=1, keepdims=True)
    return with_voting(found, "soft")


@pytest.fixture(scope="module")
def found(probabilities: Probabilities, answers: Answers) -> dict[str, pd.DataFrame]:
    rows = evaluate(probabilities, answers, MULTIPLIERS)
    return {kind: pd.DataFrame(of_kind) for kind, of_kind in rows.items()}


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
def test_scores_are_of_the_rows_of_each_set(
    probabilities: Probabilities, answers: Answers, found: dict[str, pd.DataFrame], name: str
) -> None:
    p, labels = probabilities[name], answers.labels
    for test, rows in answers.sets.items():
        row = _scores_of(found, test, name, "argmax")
        expected = scores(confusion_matrix(labels[rows], p[rows].argmax(axis=1), 5), CLASSES, "Normal")
        assert row == pytest.approx(expected | probability_scores(p[rows], labels[rows], CLASSES))
        if name in DECIDED:
            multipliers = np.array([MULTIPLIERS[name][of_class] for of_class in CLASSES])
            row = _scores_of(found, test, name, "decided")
            decided = confusion_matrix(labels[rows], decide(p[rows], multipliers), 5)
            assert row == pytest.approx(scores(decided, CLASSES, "Normal"))
            assert row["recall_U2R"] > expected["recall_U2R"]


def test_attacks_sum_to_the_classes(answers: Answers, dataset: Dataset, found: dict[str, pd.DataFrame]) -> None:
    table = found["attacks"]
    counts = pd.Series(answers.of("test").types).value_counts().to_dict()
    assert len(table) == 2 * len(DECIDED) * len(counts)
    for classifier, rule in product(DECIDED, ("argmax", "decided")):
        rows = table[(table["classifier"] == classifier) & (table["rule"] == rule)]
        assert dict(zip(rows["attack"], rows["rows"], strict=True)) == counts
        assert rows["class"].tolist() == rows["attack"].map(dataset.class_of | {"mscan": "Probe"}).tolist()
        assert set(rows["attack"][~rows["seen"]]) == {"mscan"}
        expected = _scores_of(found, "test", classifier, rule)
        for name in CLASSES:
            of_class = rows[rows["class"] == name]
            assert of_class["rows"].sum() == expected[f"support_{name}"]
            assert of_class["found"].sum() / of_class["rows"].sum() == pytest.approx(expected[f"recall_{name}"])


def test_attacks_against_normal_traffic_are_those_of_the_main_configuration(
    probabilities: Probabilities, answers: Answers, found: dict[str, pd.DataFrame]
) -> None:
    in_test = answers.sets["test"]
    p, multipliers = probabilities[MAIN[0]][in_test], np.array([MULTIPLIERS[MAIN[0]][of] for of in CLASSES])
    expected = detection(1 - p[:, 1], decide(p, multipliers) != 1, answers.of("test"))
    for kind, rows in expected.items():
        assert found[kind].to_dict("records") == rows
    rate = _scores_of(found, "test", *MAIN)["false_alarm_rate"]
    assert found["detection"]["false_alarm_rate"].tolist() == pytest.approx([rate])


def test_attacks_are_found_where_their_rows_are(
    probabilities: Probabilities, answers: Answers, found: dict[str, pd.DataFrame]
) -> None:
    """By type, as the sums over a class cannot tell."""
    right = probabilities["voting"].argmax(axis=1) == answers.labels
    rows = found["attacks"].query("classifier == 'voting' and rule == 'argmax'").set_index("attack")
    types, in_test = set(answers.types.tolist()), answers.sets["test"]
    assert rows["found"].to_dict() == {attack: right[in_test & (answers.types == attack)].sum() for attack in types}


def test_reliability_curves_are_of_the_whole_test_set(
    probabilities: Probabilities, answers: Answers, found: dict[str, pd.DataFrame]
) -> None:
    assert set(found["calibration"]["classifier"]) == set(CALIBRATED)
    for name in CALIBRATED:
        curve = found["calibration"][found["calibration"]["classifier"] == name]
        assert curve["bin"].tolist() == list(range(BINS))
        in_test = answers.sets["test"]
        assert curve["rows"].sum() == in_test.sum()
        expected = reliability(probabilities[name][in_test], answers.labels[in_test])
        np.testing.assert_allclose(curve[["rows", "confidence", "accuracy"]].to_numpy().T, expected, rtol=1e-6)


def test_without_rules_there_are_no_decided_rows_and_no_attacks(probabilities: Probabilities, answers: Answers) -> None:
    rows = evaluate({name: probabilities[name] for name in ("xgb", "lr")}, answers, {})
    assert {(row["classifier"], row["rule"]) for row in rows["scores"]} == {("xgb", "argmax"), ("lr", "argmax")}
    assert all(rows[kind] == [] for kind in ("attacks", "calibration", "detection", "roc", "alarms"))


def _of_test(answers: Answers, predicted: np.ndarray) -> dict[str, float]:
    rows = answers.sets["test"]
    return scores(confusion_matrix(answers.labels[rows], predicted[rows], 5), CLASSES, "Normal")


@pytest.fixture
def stored(probabilities: Probabilities, tmp_path: Path) -> Path:
    """A run's probabilities as the stages store them: without Voting, which is made of two of them."""
    write_probabilities(tmp_path / "seed0.parquet", {name: probabilities[name] for name in FILES}, CLASSES)
    return tmp_path / "seed0.parquet"


def test_probabilities_are_stored_to_the_bit(probabilities: Probabilities, stored: Path) -> None:
    again = read_probabilities(stored, CLASSES)
    assert list(again) == list(FILES)
    for name, p in again.items():
        assert p.dtype == probabilities[name].dtype
        np.testing.assert_array_equal(p, probabilities[name])


@pytest.mark.parametrize("voting", ["soft", "hard"])
def test_stored_probabilities_are_scored_with_voting_behind_them(
    probabilities: Probabilities, answers: Answers, stored: Path, voting: str
) -> None:
    expected = evaluate(with_voting({name: probabilities[name] for name in FILES}, voting), answers, MULTIPLIERS)
    assert evaluate_file(stored, answers, voting, MULTIPLIERS) == expected
    if voting == "hard":
        members = np.array([probabilities[name].argmax(axis=1) for name in ("xgb", "lr")])
        votes = _of_test(answers, members.min(axis=0))
        row = next(row for row in expected["scores"] if row["classifier"] == "voting" and row["test"] == "test")
        assert {name: row[name] for name in votes} == pytest.approx(votes)


def test_a_cell_of_the_ablation_has_a_row_for_each_of_its_classifiers(
    probabilities: Probabilities, answers: Answers, stored: Path
) -> None:
    rows = cell_scores(stored, answers, "soft")
    assert tuple(row.pop("classifier") for row in rows) == ABLATED
    for name, row in zip(ABLATED, rows, strict=True):
        predicted = probabilities[name].argmax(axis=1)
        assert row == _of_test(answers, predicted)
