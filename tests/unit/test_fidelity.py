"""The measures of fidelity, on sets for which the right value is known."""

from typing import Any

import numpy as np
import pytest
from scipy.stats import wasserstein_distance

from nids.judge.fidelity import (
    c2st_auc,
    correlation_difference,
    density_and_coverage,
    fidelity,
    total_variation,
)
from nids.judge.fidelity_summary import MEASURED, fidelity_markdown, fidelity_summary
from nids.show.pages.fidelity_tables import fidelity_tables


def _normal(n: int, seed: int, shift: float = 0.0) -> np.ndarray:
    return np.random.default_rng(seed).normal(shift, 1.0, size=(n, 4))


def test_density_and_coverage_by_hand() -> None:
    # Six real rows on a line: with K = 5 each ball reaches to the farthest of the others.
    real = np.arange(6.0)[:, None]
    assert density_and_coverage(real, np.array([[2.5], [100.0]])) == (6 / (5 * 2), 1.0)
    # Only the ball of the row at 0, with radius 5, reaches to -4.
    assert density_and_coverage(real, np.array([[-4.0], [100.0]])) == pytest.approx((1 / 10, 1 / 6))


def test_density_and_coverage_of_equal_rows_count_the_rim() -> None:
    rows = np.ones((20, 3))
    assert density_and_coverage(rows, rows) == (20 / 5, 1.0)


def test_density_and_coverage_of_the_same_distribution_and_of_another() -> None:
    density, coverage = density_and_coverage(_normal(400, 0), _normal(400, 1))
    assert density == pytest.approx(1, abs=0.1)
    assert coverage > 0.93
    assert density_and_coverage(_normal(400, 0), _normal(400, 1, shift=8)) == (0, 0)
    # One real row over and over: dense, and it covers little.
    assert density_and_coverage(_normal(400, 0), np.repeat(_normal(1, 0), 400, axis=0))[1] < 0.1


def test_c2st_tells_apart_only_what_differs() -> None:
    assert c2st_auc(_normal(300, 0), _normal(300, 1), seed=0) == pytest.approx(0.5, abs=0.08)
    assert c2st_auc(_normal(300, 0), _normal(300, 1, shift=4), seed=0) > 0.99
    assert c2st_auc(_normal(300, 0), _normal(300, 1), 0) == c2st_auc(_normal(300, 0), _normal(300, 1), 0)


def test_total_variation_by_hand() -> None:
    assert total_variation(np.array([0, 0, 1, 2]), np.array([0, 1, 1, 3])) == pytest.approx(0.5)


def test_correlation_difference_by_hand() -> None:
    x = np.arange(10.0)
    real, synthetic = np.column_stack([x, x, np.ones(10)]), np.column_stack([x, -x, np.ones(10)])
    assert correlation_difference(real, synthetic) == pytest.approx(2)
    assert correlation_difference(real, real) == 0


def test_nearest_rows_and_copies() -> None:
    train, held_out = _normal(50, 0), _normal(20, 1)
    synthetic = np.vstack([train[:5], train[5:20] + 0.001])
    found = fidelity(train, held_out, synthetic, np.zeros(4, dtype=bool) | (np.arange(4) == 3), seed=0)
    assert found["exact_copies"] == 0.25
    assert found["nearest"] == pytest.approx(0.002, rel=0.01)
    assert found["held_out_nearest"] > 0.3
    expected = np.mean([wasserstein_distance(held_out[:, i], synthetic[:, i]) for i in range(3)])
    assert found["wasserstein"] == pytest.approx(expected)


CLASSES = ("R2L", "U2R")
FIGURES = {
    "c2st_auc": 0.6,
    "density": 1.0,
    "coverage": 0.9,
    "nearest": 0.4,
    "held_out_nearest": 0.2,
    "exact_copies": 0.0,
    "wasserstein": 0.1,
    "total_variation": 0.1,
    "correlation_difference": 0.1,
    "legal": 1.0,
    "legal_when_drawn": 0.5,
    "h_mean": 0.05,
    "h_std": 0.95,
}


def _runs(**changes: dict[str, float]) -> dict[str, Any]:
    """Two seeds of two folds for each method; the second seed's figures are 0.02 higher."""
    return {
        method: [
            {
                "seed": seed,
                "fold": fold,
                "classes": {
                    name: {key: value + 0.02 * seed for key, value in (FIGURES | changes.get(method, {})).items()}
                    for name in CLASSES
                },
            }
            for seed in (0, 1)
            for fold in (0, 1)
        ]
        for method in MEASURED
    }


def test_summary_is_the_mean_and_the_spread_over_seeds() -> None:
    found = fidelity_summary(_runs(), CLASSES)["R2L"]
    assert list(found["methods"]) == list(MEASURED)
    assert found["methods"]["vae"]["coverage"] == {"mean": 0.91, "std": pytest.approx(0.0141)}


def test_a_method_without_figures_of_a_class_is_named_in_its_place() -> None:
    runs = _runs()
    del runs["smote"][3]["classes"]["U2R"]
    found = fidelity_summary(runs, CLASSES)
    assert [of["left_alone"] for of in found.values()] == [[], ["smote"]]
    assert "smote" in found["R2L"]["methods"]
    assert "smote" not in {*found["U2R"]["methods"], *found["U2R"]["ae_flow_better"]}
    told = "SMOTE cannot grow U2R on a part of its rows, and so is not measured on it."
    assert fidelity_markdown(found).count(told) == 1
    (of_u2r,) = [of for of in fidelity_tables(found) if of["id"] == "fidelity-U2R"]
    assert of_u2r["note"].endswith(told)


def test_better_is_by_more_than_the_spread() -> None:
    runs = _runs(vae={"c2st_auc": 0.7, "coverage": 0.91, "wasserstein": 0.11}, cgan={"coverage": 0.8})
    found = fidelity_summary(runs, CLASSES)["U2R"]["ae_flow_better"]
    assert list(found) == ["smote", "vae", "cgan", "ae_flow_paper"]
    assert found["vae"] == {"c2st_auc": True, "coverage": False, "wasserstein": False}
    assert found["cgan"] == {"c2st_auc": False, "coverage": True, "wasserstein": False}


def test_targets_are_measured_not_assumed() -> None:
    runs = _runs(ae_flow={"nearest": 0.9, "c2st_auc": 0.8, "h_std": 0.8, "exact_copies": 0.02})
    targets = fidelity_summary(runs, CLASSES)["R2L"]["targets"]
    missed = {target for target, of in targets.items() if not of["met"]}
    assert missed == {
        "standard deviation of h on held-out rows",
        "C2ST AUC",
        "distance to the nearest train row, over held-out rows'",
        "exact copies",
    }
    text = fidelity_markdown(fidelity_summary(runs, CLASSES))
    assert ["C2ST AUC", "0.810", "at most 0.75", "no"] in [
        [cell.strip() for cell in line.strip("|").split("|")] for line in text.splitlines()
    ]
    assert "AE-Flow (eq. 10)" in text
    # A Git host cuts wider tables.
    assert max(line.count("|") for line in text.splitlines()) <= 9
