from pathlib import Path

import numpy as np
import pytest
from sklearn.metrics import precision_recall_fscore_support

from aeflow.base.files import read_yaml
from aeflow.evidence.scores import scores
from aeflow.evidence.tables import weighted_from_paper

PAPER = read_yaml(Path(__file__).parents[1] / "data/paper.yaml")
SUPPORT = {"Dos": 7458, "Normal": 9711, "Probe": 2421, "R2L": 2754, "U2R": 200}


def test_scores_by_hand() -> None:
    found = scores(np.array([[8, 2], [1, 4]]), ("a", "b"))
    # eq. 12: 8 / 9, 4 / 6. eq. 13: 8 / 10, 4 / 5. eq. 14: 2 * P * R / (P + R). Supports 10 and 5.
    assert found["precision"] == pytest.approx({"a": 8 / 9, "b": 4 / 6})
    assert found["recall"] == pytest.approx({"a": 0.8, "b": 0.8})
    assert found["f1"] == pytest.approx({"a": 16 / 19, "b": 8 / 11})
    assert found["weighted_precision"] == pytest.approx(10 / 15 * 8 / 9 + 5 / 15 * 4 / 6)
    assert found["weighted_recall"] == pytest.approx(0.8)
    assert found["weighted_f1"] == pytest.approx(10 / 15 * 16 / 19 + 5 / 15 * 8 / 11)
    assert found["macro_f1"] == pytest.approx((16 / 19 + 8 / 11) / 2)
    assert found["accuracy"] == pytest.approx(12 / 15)
    assert found["support"] == {"a": 10, "b": 5}


def test_scores_are_scikit_learns() -> None:
    rng = np.random.default_rng(0)
    confusion = rng.integers(0, 50, size=(4, 4))
    y, predicted = np.repeat(np.indices((4, 4)).reshape(2, -1), confusion.ravel(), axis=1)
    found = scores(confusion, ("a", "b", "c", "d"))
    for average in ("weighted", "macro"):
        expected = precision_recall_fscore_support(y, predicted, average=average)
        assert found[f"{average}_f1"] == pytest.approx(expected[2])
    assert found["weighted_precision"] == pytest.approx(
        precision_recall_fscore_support(y, predicted, average="weighted")[0]
    )


def test_a_class_never_predicted_scores_zero() -> None:
    found = scores(np.array([[5, 0], [3, 0]]), ("a", "b"))
    assert found["precision"]["b"] == found["recall"]["b"] == found["f1"]["b"] == 0


def test_a_class_without_rows_is_refused() -> None:
    with pytest.raises(ValueError, match="no rows of class b"):
        scores(np.array([[5, 1], [0, 0]]), ("a", "b"))


@pytest.mark.parametrize("score", ["precision", "recall", "f1"])
@pytest.mark.parametrize("phase", ["before", "after"])
def test_weighted_averages_of_the_papers_table_3(phase: str, score: str) -> None:
    """Eqs. 15-17 give the paper's last row from its other five, up to its rounding."""
    printed = PAPER["table3"][phase][score]
    weighted = sum(SUPPORT[row] * printed[row] for row in SUPPORT) / sum(SUPPORT.values())
    assert weighted == pytest.approx(printed["Weighted avg"], abs=0.011)


def test_papers_recalls_are_whole_numbers_of_rows() -> None:
    found = np.array(
        [[6149, 1309, 0, 0, 0], [0, 9244, 467, 0, 0], [0, 0, 1949, 472, 0], [0, 0, 0, 950, 1804], [83, 0, 0, 0, 117]]
    )
    recall = scores(found, tuple(SUPPORT))["recall"]
    for row, printed in PAPER["table3"]["after"]["recall"].items():
        if row in recall:
            assert 100 * recall[row] == pytest.approx(printed, abs=0.006)


def test_values_behind_the_papers_fig_6() -> None:
    derived = weighted_from_paper(PAPER, SUPPORT)
    assert {m: round(v["f1"], 2) for m, v in derived.items()} == pytest.approx(
        {"raw": 71.30, "smote": 72.83, "vae": 75.23, "cgan": 77.01, "ae_flow_paper": 80.50, "ae_flow": 80.50}, abs=0.011
    )
