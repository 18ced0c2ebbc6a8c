"""Attacks against normal traffic: areas, curves and alarms."""

from pathlib import Path

import numpy as np
import pytest
from sklearn.metrics import roc_auc_score, roc_curve

from nids.data.sets import Answers, Training
from nids.detect.density import Density
from nids.judge.detection import RATES, detection
from nids.judge.evaluation import density_file

CLASSES = ("Dos", "Normal", "Probe")
TYPES = {"neptune": "Dos", "normal": "Normal", "satan": "Probe", "mscan": "Probe"}


def _answers(types: list[str]) -> Answers:
    """Training lacks mscan."""
    of = np.array(types)
    labels = np.array([CLASSES.index(TYPES[name]) for name in types])
    return Answers(labels, of, of != "mscan", {"test": np.ones(len(of), dtype=bool)}, CLASSES, "Normal")


@pytest.fixture(scope="module")
def answers() -> Answers:
    return _answers(np.random.default_rng(0).choice(list(TYPES), 500, p=[0.3, 0.4, 0.2, 0.1]).tolist())


@pytest.fixture(scope="module")
def score(answers: Answers) -> np.ndarray:
    return np.random.default_rng(1).normal(answers.types != "normal", 1.0)


def test_areas_and_shares_are_of_attacks_and_of_those_that_training_lacks(answers: Answers, score: np.ndarray) -> None:
    normal, unseen = answers.types == "normal", answers.types == "mscan"
    alarm = score > 0.7
    (found,) = detection(score, alarm, answers)["detection"]
    assert found == pytest.approx(
        {
            "auc": roc_auc_score(~normal, score),
            "auc_unseen": roc_auc_score(unseen[normal | unseen], score[normal | unseen]),
            "false_alarm_rate": (alarm & normal).sum() / normal.sum(),
            "recall": (alarm & ~normal).sum() / (~normal).sum(),
            "recall_unseen": (alarm & unseen).sum() / unseen.sum(),
        }
    )


def test_the_curve_is_scikit_learns(answers: Answers, score: np.ndarray) -> None:
    normal = answers.types == "normal"
    found = detection(score, score > 0, answers)["roc"]
    assert [row["false_alarms"] for row in found] == pytest.approx(RATES)
    rates, recalls, _ = roc_curve(~normal, score, drop_intermediate=False)
    expected = [recalls[rates <= rate + 1e-9].max() for rate in RATES]
    assert [row["found"] for row in found] == pytest.approx(expected)
    assert found[0]["found"] < 1
    assert found[-1] == {"false_alarms": 1, "found": 1}


def test_equal_scores_raise_no_alarm_at_no_false_alarms() -> None:
    answers = _answers(["normal", "normal", "satan", "neptune"])
    found = detection(np.array([0.5, 0.1, 0.5, 0.6]), np.zeros(4, dtype=bool), answers)["roc"]
    by_rate = {round(row["false_alarms"], 4): row["found"] for row in found}
    assert by_rate[0] == 0.5
    assert by_rate[round(0.7**2, 4)] == 0.5
    assert by_rate[round(0.72**2, 4)] == 1


def test_alarms_are_counted_by_type_whatever_the_class(answers: Answers, score: np.ndarray) -> None:
    alarm = score > 0.7
    rows = detection(score, alarm, answers)["alarms"]
    assert [row["attack"] for row in rows] == ["mscan", "neptune", "satan"]
    for row in rows:
        of = answers.types == row["attack"]
        assert row == {
            "attack": row["attack"],
            "class": TYPES[row["attack"]],
            "seen": row["attack"] != "mscan",
            "rows": of.sum(),
            "found": (of & alarm).sum(),
        }


@pytest.mark.parametrize(("types", "missing"), [(["normal"] * 3, "recall"), (["satan"] * 3, "false_alarm_rate")])
def test_what_there_is_nothing_of_is_missing(types: list[str], missing: str) -> None:
    found = detection(np.arange(3.0), np.ones(3, dtype=bool), _answers(types))
    (row,) = found["detection"]
    assert {name for name, value in row.items() if np.isnan(value)} == {missing, "auc", "auc_unseen", "recall_unseen"}
    assert found["roc"] == []
    assert len(found["alarms"]) == len({*types} - {"normal"})


def test_a_density_in_a_file_is_a_detector(small: Training, density: Density, tmp_path: Path) -> None:
    """Of the rows of the whole test set alone, with the threshold that it was fitted with."""
    density.save(tmp_path / "seed0.safetensors")
    in_test = np.arange(len(small.labels)) % 3 > 0
    seen = small.types != "neptune"
    answers = Answers(small.labels, small.types, seen, {"test": in_test}, small.classes, "Normal")
    found = density_file(tmp_path / "seed0.safetensors", small.encoder, small.features, answers)
    records, normal = small.records[in_test], small.labels[in_test] == small.classes.index("Normal")
    alarm = density.detector.predict(records) == -1
    (row,) = found["detection"]
    assert row["false_alarm_rate"] == alarm[normal].mean()
    assert row["recall"] == alarm[~normal].mean()
    assert row["auc"] == pytest.approx(roc_auc_score(~normal, -density.detector.score_samples(records)))
    assert sum(of["rows"] for of in found["alarms"]) == (~normal).sum()
    assert [of["attack"] for of in found["alarms"] if not of["seen"]] == ["neptune"]
