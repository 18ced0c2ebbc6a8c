"""Generators fitted without some rows of the small classes, on the demo records."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest

from aeflow.errors import InputError
from nids.balance.synthesise import Synthetic, synthesise
from nids.data.sets import Training
from nids.methods import METHODS, PRINTED
from nids.runs.held_out import held_out_fidelity
from nids.runs.measured import NOISE, REAL, measured

pytestmark = pytest.mark.filterwarnings("ignore::aeflow.errors.CollapseWarning")

QUICK: dict[str, Any] = {"max_epochs": 2, "hidden": (8,)}
SETTINGS: dict[str, dict[str, Any]] = {
    REAL: {},
    NOISE: {},
    "smote": {"k_neighbors": 3},
    "vae": QUICK,
    "cgan": QUICK,
    "ae_flow_paper": QUICK | {"objective": "paper"},
    "ae_flow": QUICK,
}
CLASSES = ("R2L", "U2R")


def test_every_method_of_the_paper_that_draws_rows_is_measured_once() -> None:
    found = [method for arm in dict.fromkeys(row.arm for row in METHODS.values()) for method in measured(arm)]
    drawing = [method for method in PRINTED if METHODS[method].sampler]
    of_methods = [method for method in found if method in METHODS]
    assert sorted(of_methods) == sorted(drawing)
    assert {REAL, NOISE} < set(found)
    assert set(SETTINGS) == set(found)


@pytest.mark.parametrize("method", SETTINGS)
def test_held_out_fidelity_has_every_figure(small: Training, monkeypatch: pytest.MonkeyPatch, method: str) -> None:
    monkeypatch.setattr("nids.runs.held_out.ROUNDS", 1)
    found = held_out_fidelity(method, SETTINGS[method], small, CLASSES, folds=3, fold=1, seed=0)
    assert tuple(found) == CLASSES
    for figures in found.values():
        assert figures["legal"] == 1
        assert {"c2st_auc", "density", "coverage", "nearest", "legal_when_drawn"} <= set(figures)
        assert ("h_std" in figures) == method.startswith("ae_flow")
        assert all(np.isfinite(value) for value in figures.values())
    if method == REAL:
        assert found["R2L"]["legal_when_drawn"] == 1


def test_held_out_rows_are_not_among_those_learned(small: Training, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[set[int]] = []
    drawn: list[dict[str, int]] = []

    def spy(
        method: str, settings: Mapping[str, Any], known: Training, new_rows: Mapping[str, int], seed: int
    ) -> Synthetic:
        seen.append(set(known.records.index[known.labels == known.classes.index("U2R")]))
        drawn.append(dict(new_rows))
        return synthesise(method, settings, known, new_rows, seed)

    monkeypatch.setattr("nids.runs.held_out.synthesise", spy)
    monkeypatch.setattr("nids.runs.held_out.fidelity", lambda *_: {"coverage": 1.0})
    for fold in range(3):
        held_out_fidelity("smote", SETTINGS["smote"], small, CLASSES, folds=3, fold=fold, seed=0)
    u2r = set(small.records.index[small.labels == small.classes.index("U2R")])
    held = [u2r - known for known in seen]
    assert sorted(len(part) for part in held) == [7, 7, 8]
    assert set.union(*held) == u2r
    # Three sets of rows, each as large as that of the held-out ones.
    assert [rows["U2R"] for rows in drawn] == [3 * len(part) for part in held]


@pytest.mark.parametrize(
    ("rows", "folds", "message"),
    [
        (22, 12, "fidelity.folds: 12 parts of the 22 rows of U2R have less than 2 rows; choose 11 or less"),
        (3, 2, "fidelity.folds: 2 parts of the 3 rows of U2R have less than 2 rows; take U2R out of balance.new_rows"),
        (4, 2, "fidelity.folds: 2 parts leave no real rows of U2R to compare others with; choose more parts"),
    ],
)
def test_parts_of_too_few_rows_are_refused(small: Training, rows: int, folds: int, message: str) -> None:
    u2r = np.flatnonzero(small.labels == small.classes.index("U2R"))
    few = np.ones(len(small.labels), dtype=bool)
    few[u2r[rows:]] = False
    with pytest.raises(InputError) as caught:
        held_out_fidelity(REAL, {}, small.known(few), ("U2R",), folds=folds, fold=0, seed=0)
    assert str(caught.value) == message


def test_a_class_that_a_method_cannot_grow_on_a_part_of_it_is_left_out(small: Training) -> None:
    settings = {"k_neighbors": 20}
    found = held_out_fidelity("smote", settings, small, CLASSES, folds=3, fold=1, seed=0)
    assert list(found) == ["R2L"]
    assert held_out_fidelity("smote", {"k_neighbors": 100}, small, CLASSES, folds=3, fold=1, seed=0) == {}
