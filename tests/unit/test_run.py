"""A run in memory is the recipe by hand, and holds on to the rows that it was given."""

from itertools import product
from typing import Any

import numpy as np
import pytest

from nids.balance.synthesise import synthesise
from nids.balance.training_set import Rows, class_counts, cleaned, training_set, undersampled
from nids.data.dataset import Dataset
from nids.data.sets import Training
from nids.detect import FILES, Options
from nids.detect.fit import fit, probabilities
from nids.methods import METHODS, STUDIED
from nids.params import Params
from nids.runs.ablation import FITTED, OVERSAMPLING, PARTS, ablate, cell, method_of
from nids.runs.repeat import repeat
from nids.runs.run import Run, Settings

pytestmark = [pytest.mark.filterwarnings("ignore::aeflow.errors.CollapseWarning"), pytest.mark.usefixtures("few_trees")]

OPTIONS = Options(categorical="label", lr_max_iter=3, colsample_bytree=0.5)
SAMPLERS: dict[str, dict[str, Any]] = {
    "raw": {},
    "class_weight": {},
    "smote": {"k_neighbors": 3},
    "vae": {"max_epochs": 2, "hidden": (8,)},
    "ae_flow": {"max_epochs": 2, "hidden": (8,)},
}


def _settings(method: str, **changes: Any) -> Settings:
    settings: dict[str, Any] = {
        "sampler": SAMPLERS[method],
        "new_rows": {"R2L": 30, "U2R": 25},
        "kept_rows": {"Normal": 90, "Dos": 60},
        "n_clusters": 3,
        "oss_seeds": 1,
        "options": OPTIONS,
    }
    return Settings(**(settings | changes))


def _assert_same(found: Rows, expected: Rows) -> None:
    np.testing.assert_array_equal(found.features, expected.features)
    np.testing.assert_array_equal(found.labels, expected.labels)


@pytest.mark.parametrize("method", SAMPLERS)
def test_a_training_set_is_the_three_steps_by_hand(small: Training, method: str) -> None:
    """What the stages undersample, oversample and clean do one after the other."""
    settings = _settings(method)
    rows, synthetic = Run(method, settings, small, 3).training_set()
    kept, new = None, None
    if METHODS[method].sampler:
        drawn = synthesise(method, settings.sampler, small, settings.new_rows, 3)
        new = Rows(drawn.features(method, small.encoder).to_numpy(), drawn.labels)
        assert synthetic is not None
        assert type(synthetic.sampler) is type(drawn.sampler)
        assert synthetic.left_alone == {}
    else:
        assert synthetic is None
    if METHODS[method].undersampled:
        before = undersampled(small, settings.kept_rows, 3, 3)
        kept = cleaned(small, before, new, ("Normal", "Dos"), 1, 3)
        assert set(kept) < set(before)
    _assert_same(rows, training_set(small, kept, new))
    known, counts = class_counts(small.labels, small.classes), class_counts(rows.labels, small.classes)
    more = {"R2L": 30, "U2R": 25} if new is not None else {}
    assert {name: counts[name] for name in ("Probe", "R2L", "U2R")} == {
        name: known[name] + more.get(name, 0) for name in ("Probe", "R2L", "U2R")
    }
    if kept is None:
        assert counts == known
    else:
        assert counts["Normal"] <= 90
        assert counts["Dos"] <= 60


def test_the_seed_decides_what_is_kept_and_drawn(small: Training) -> None:
    first, again, other = (Run("smote", _settings("smote"), small, seed).training_set()[0] for seed in (0, 0, 1))
    _assert_same(first, again)
    assert not np.array_equal(first.features, other.features)


def test_rows_that_are_not_known_reach_nothing(small: Training) -> None:
    """Other labels and features of theirs change nothing, and those of known rows do."""
    known = np.random.default_rng(0).random(len(small.labels)) < 0.67
    features, labels = small.features.copy(), small.labels.copy()
    features[~known] += 5.0
    labels[~known] = (labels[~known] + 1) % 5
    changed = Training(features, labels, small.records, small.types, small.encoder, small.classes)
    before, _ = Run("smote", _settings("smote"), small.known(known), 0).training_set()
    after, _ = Run("smote", _settings("smote"), changed.known(known), 0).training_set()
    _assert_same(after, before)
    labels[np.flatnonzero(known)[:40]] = 2
    relabelled, _ = Run("smote", _settings("smote"), changed.known(known), 0).training_set()
    assert len(relabelled.labels) != len(before.labels) or (relabelled.labels != before.labels).any()


def test_a_part_without_the_rows_for_a_target_keeps_all_of_the_class(small: Training) -> None:
    counts = class_counts(small.labels, small.classes)
    settings = _settings("class_weight", kept_rows={"Normal": 90, "Dos": 10_000})
    kept = Run("class_weight", settings, small, 0).kept()
    found = class_counts(small.labels[kept], small.classes)
    assert found == counts | {"Normal": 90}


def test_probabilities_are_those_of_classifiers_fitted_by_hand(small: Training) -> None:
    settings = _settings("class_weight")
    run = Run("class_weight", settings, small, 5)
    rows = Rows(small.features[::2], small.labels[::2])
    found, lr = run.probabilities(rows, FILES, small.features)
    assert list(found) == list(FILES)
    assert lr["converged"] in (True, False)
    for name, p in found.items():
        by_hand = fit(name, rows, small.encoder, OPTIONS, weighted=True, seed=5)
        np.testing.assert_array_equal(p, probabilities(name, by_hand, small.features, small.encoder, OPTIONS))
    assert run.probabilities(rows, ["dt"], small.features)[1] == {}


def test_where_no_class_is_large_all_rows_stay(small: Training) -> None:
    """A data set of equal classes, or one whose description keeps all rows."""
    settings = _settings("smote", kept_rows={})
    rows, _ = Run("smote", settings, small, 0).training_set()
    np.testing.assert_array_equal(Run("smote", settings, small, 0).kept(), np.arange(len(small.labels)))
    assert class_counts(rows.labels, small.classes) == {
        name: n + {"R2L": 30, "U2R": 25}.get(name, 0) for name, n in class_counts(small.labels, small.classes).items()
    }


def test_a_class_too_small_for_a_method_does_not_stop_its_run(small: Training) -> None:
    """It is in the training set as it is, and the report says why."""
    settings = _settings("smote", sampler={"k_neighbors": 22})
    found, report = repeat("smote", settings, small, None, ("dt",), small.features, 0)
    assert report["left_alone"] == {"U2R": "22 rows, and 23 are needed for 22 neighbours (smote.k_neighbors)"}
    before = class_counts(small.labels, small.classes)
    assert (report["rows"]["U2R"], report["rows"]["R2L"]) == (before["U2R"], before["R2L"] + 30)
    assert np.isfinite(found["dt"]).all()


def test_settings_are_those_of_params_and_the_description(params: Params, dataset: Dataset) -> None:
    found = Settings.of("smote", params, dataset)
    assert found == Settings(
        sampler={"k_neighbors": 5},
        new_rows={"R2L": 400, "U2R": 400},
        kept_rows={"Normal": 600, "Dos": 600},
        n_clusters=20,
        oss_seeds=1,
        options=params.options,
    )


def test_a_repeat_is_a_run_with_a_report(small: Training) -> None:
    settings = _settings("vae")
    found, report = repeat("vae", settings, small, None, ("dt", "lr"), small.features, 2)
    run = Run("vae", settings, small, 2)
    rows, _ = run.training_set()
    expected, lr = run.probabilities(rows, ("dt", "lr"), small.features)
    for name, p in expected.items():
        np.testing.assert_array_equal(found[name], p)
    assert report["rows"] == class_counts(rows.labels, small.classes)
    assert report["lr"] == lr
    assert list(report["fits"]) == ["R2L", "U2R"]
    assert report["left_alone"] == {}
    _, plain = repeat("raw", _settings("raw"), small, None, ("dt",), small.features, 2)
    assert (plain["lr"], plain["fits"], plain["left_alone"]) == ({}, {}, {})


def test_cells_of_the_ablation_that_are_a_methods_are_not_fitted_again() -> None:
    cells = {(of, kmeans, oss): method_of(of, kmeans, oss) for of, (kmeans, oss) in product(OVERSAMPLING, PARTS)}
    assert {key: method for key, method in cells.items() if method is not None} == {
        ("none", False, False): "raw",
        ("smote", True, True): "smote",
        (STUDIED, True, True): STUDIED,
    }
    assert len({cell(*key) for key in cells}) == len(cells) == 12


@pytest.mark.parametrize("oversampling", ["none", "smote"])
def test_the_other_cells_have_the_parts_that_they_name(small: Training, oversampling: str) -> None:
    method = OVERSAMPLING[oversampling]
    settings = _settings(method)
    found = ablate(oversampling, settings, small, None, small.features, 1)
    assert set(found) == {parts for parts in PARTS if method_of(oversampling, *parts) is None}
    run = Run(method, settings, small, 1)
    new = run.new()[0] if METHODS[method].sampler else None
    for (kmeans, oss), of_cell in found.items():
        assert tuple(of_cell) == FITTED
        kept = undersampled(small, settings.kept_rows, 3, 1) if kmeans else None
        if oss:
            kept = cleaned(small, kept, new, ("Normal", "Dos"), 1, 1)
        expected, _ = run.probabilities(training_set(small, kept, new), FITTED, small.features)
        for name, p in expected.items():
            np.testing.assert_array_equal(of_cell[name], p)
