import numpy as np
import pytest
from conftest import ROOT
from imblearn.metrics import geometric_mean_score
from sklearn.metrics import accuracy_score, matthews_corrcoef, precision_recall_fscore_support

from nids.base.yaml import read_yaml
from nids.data.sets import Answers
from nids.judge.probabilities import BINS, probability_scores, reliability
from nids.judge.scores import argmax_scores, confusion_matrix, scores
from nids.judge.tables import weighted_from_paper

PAPER = read_yaml(ROOT / "data/paper.yaml")
SUPPORT = {"Dos": 7458, "Normal": 9711, "Probe": 2421, "R2L": 2754, "U2R": 200}


def test_scores_by_hand() -> None:
    found = scores(np.array([[8, 2], [1, 4]]), ("a", "b"), "a")
    # eq. 12: 8 / 9, 4 / 6. eq. 13: 8 / 10, 4 / 5. eq. 14: 2 * P * R / (P + R). Supports 10 and 5.
    assert found == pytest.approx(
        {
            "precision_a": 8 / 9,
            "precision_b": 4 / 6,
            "weighted_precision": 10 / 15 * 8 / 9 + 5 / 15 * 4 / 6,
            "macro_precision": (8 / 9 + 4 / 6) / 2,
            "recall_a": 0.8,
            "recall_b": 0.8,
            "weighted_recall": 0.8,
            "macro_recall": 0.8,
            "f1_a": 16 / 19,
            "f1_b": 8 / 11,
            "weighted_f1": 10 / 15 * 16 / 19 + 5 / 15 * 8 / 11,
            "macro_f1": (16 / 19 + 8 / 11) / 2,
            "accuracy": 12 / 15,
            # For two classes Gorodkin's is (TP TN - FP FN) / sqrt of the product of the four sums.
            "mcc": (8 * 4 - 1 * 2) / np.sqrt(9 * 10 * 5 * 6),
            "g_mean": 0.8,
            "false_alarm_rate": 0.2,
            "support_a": 10,
            "support_b": 5,
        }
    )


@pytest.mark.parametrize("seed", range(5))
def test_scores_are_those_of_the_libraries(seed: int) -> None:
    confusion = np.random.default_rng(seed).integers(0, 50, size=(4, 4))
    confusion[:, seed % 4] += 20  # a class that is taken too often
    y, predicted = np.repeat(np.indices((4, 4)).reshape(2, -1), confusion.ravel(), axis=1)
    np.testing.assert_array_equal(confusion_matrix(y, predicted, 4), confusion)
    classes = ("a", "b", "c", "d")
    found = scores(confusion_matrix(y, predicted, 4), classes, "c")
    for average in ("weighted", "macro"):
        expected = precision_recall_fscore_support(y, predicted, average=average)
        assert [found[f"{average}_{name}"] for name in ("precision", "recall", "f1")] == pytest.approx(expected[:3])
    for name, of_classes in zip(
        ("precision", "recall", "f1", "support"), precision_recall_fscore_support(y, predicted), strict=True
    ):
        assert [found[f"{name}_{label}"] for label in classes] == pytest.approx(of_classes)
    assert found["accuracy"] == pytest.approx(accuracy_score(y, predicted))
    assert found["mcc"] == pytest.approx(matthews_corrcoef(y, predicted))
    assert found["g_mean"] == pytest.approx(geometric_mean_score(y, predicted, average="multiclass"))
    assert found["false_alarm_rate"] == pytest.approx((predicted[y == 2] != 2).mean())


def test_a_class_never_predicted_scores_zero() -> None:
    found = scores(np.array([[5, 0], [3, 0]]), ("a", "b"), "a")
    assert found["precision_b"] == found["recall_b"] == found["f1_b"] == found["g_mean"] == found["mcc"] == 0
    assert found["false_alarm_rate"] == 0


def test_a_class_without_rows_is_refused() -> None:
    with pytest.raises(ValueError, match="no rows of class b"):
        scores(np.array([[5, 1], [0, 0]]), ("a", "b"), "a")


def test_confusion_counts_rows_of_a_class_by_what_they_were_taken_for() -> None:
    """Classes that no row has or is taken for keep their row and column."""
    found = confusion_matrix(np.array([0, 0, 0, 2, 2]), np.array([0, 1, 1, 2, 0]), 4)
    assert found.tolist() == [[1, 2, 0, 0], [0, 0, 0, 0], [1, 0, 1, 0], [0, 0, 0, 0]]


def test_arg_max_takes_the_likeliest_class_of_each_test_row() -> None:
    labels = np.array([0, 0, 1, 1])
    # The third row is of a further test set alone.
    labels, in_test = np.insert(labels, 2, 0), np.array([True, True, False, True, True])
    answers = Answers(labels, labels.astype(str), labels == 0, {"test": in_test, "other": labels == 0}, ("a", "b"), "a")
    found = argmax_scores({"lr": np.array([[0.9, 0.1], [0.2, 0.8], [0.1, 0.9], [0.4, 0.6], [0.1, 0.9]])}, answers)
    expected = scores(np.array([[1, 1], [0, 2]]), ("a", "b"), "a")
    assert found == [{"test": "test", "classifier": "lr", "rule": "argmax"} | expected]


def _drawn(n: int) -> tuple[np.ndarray, np.ndarray]:
    """Probabilities of three classes and labels that follow them in part; some rows are sure."""
    rng = np.random.default_rng(0)
    probabilities = rng.dirichlet([0.7, 0.7, 0.7], size=n)
    probabilities[: n // 10] = np.eye(3)[rng.integers(0, 3, n // 10)]
    probabilities[::7] = probabilities[::7].round(1)  # equal ones
    return probabilities, np.where(rng.random(n) < 0.7, probabilities.argmax(axis=1), rng.integers(0, 3, n))


def test_probability_scores_are_their_formulas() -> None:
    probabilities, labels = _drawn(400)
    found = probability_scores(probabilities, labels, ("a", "b", "c"))
    assert list(found) == ["pr_auc_a", "pr_auc_b", "pr_auc_c", "brier", "calibration_error"]
    distances = [
        sum((p - (i == label)) ** 2 for i, p in enumerate(row))
        for row, label in zip(probabilities, labels, strict=True)
    ]
    assert found["brier"] == pytest.approx(np.mean(distances))

    error = 0.0
    largest, right = probabilities.max(axis=1), probabilities.argmax(axis=1) == labels
    for low in np.arange(10) / 10:
        in_bin = (largest >= low) & ((largest < low + 0.1) | (low == 0.9))
        if in_bin.any():
            error += in_bin.sum() / 400 * abs(right[in_bin].mean() - largest[in_bin].mean())
    assert found["calibration_error"] == pytest.approx(error)

    # Average precision: at each threshold, from the top, precision times the growth of recall.
    for i, name in enumerate("abc"):
        area, before = 0.0, 0.0
        for threshold in np.unique(probabilities[:, i])[::-1]:
            taken = probabilities[:, i] >= threshold
            recall = (taken & (labels == i)).sum() / (labels == i).sum()
            area += (labels[taken] == i).mean() * (recall - before)
            before = recall
        assert found[f"pr_auc_{name}"] == pytest.approx(area)


def test_probability_scores_of_the_sure() -> None:
    labels = np.array([0, 1, 1, 0])
    right, wrong = np.eye(2)[labels], np.eye(2)[1 - labels]
    assert probability_scores(right, labels, ("a", "b")) == pytest.approx(
        {"pr_auc_a": 1, "pr_auc_b": 1, "brier": 0, "calibration_error": 0}
    )
    found = probability_scores(wrong, labels, ("a", "b"))
    assert (found["brier"], found["calibration_error"]) == (2, 1)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_reliability_by_hand(dtype: type) -> None:
    probabilities = np.array([[0.55, 0.45], [0.57, 0.43], [0.25, 0.75], [0.0, 1.0], [0.92, 0.08]])
    rows, confidence, accuracy = reliability(probabilities.astype(dtype), np.array([0, 1, 1, 1, 1]))
    assert BINS == 10
    assert rows.tolist() == [0, 0, 0, 0, 0, 2, 0, 1, 0, 2]
    np.testing.assert_allclose(confidence, [0, 0, 0, 0, 0, 0.56, 0, 0.75, 0, 0.96], rtol=1e-6)
    assert accuracy.tolist() == [0, 0, 0, 0, 0, 0.5, 0, 1, 0, 0.5]


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
    recall = scores(found, tuple(SUPPORT), "Normal")
    for row, printed in PAPER["table3"]["after"]["recall"].items():
        if row in SUPPORT:
            assert 100 * recall[f"recall_{row}"] == pytest.approx(printed, abs=0.006)


def test_values_behind_the_papers_fig_6() -> None:
    derived = weighted_from_paper(PAPER, SUPPORT)
    assert {m: round(v["f1"], 2) for m, v in derived.items()} == pytest.approx(
        {"raw": 71.30, "smote": 72.83, "vae": 75.23, "cgan": 77.01, "ae_flow_paper": 80.50, "ae_flow": 80.50}, abs=0.011
    )
