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
from nids.detect.density import Density
from nids.detect.fit import fit, probabilities
from nids.methods import METHODS, STUDIED
from nids.params import Params
from nids.runs.ablation import FITTED, OVERSAMPLING, PARTS, ablate, cell, method_of
from nids.runs.repeat import repeat
from nids.runs.run import Run, Settings, Shared, kept

pytestmark = [pytest.mark.filterwarnings("ignore::aeflow.errors.CollapseWarning"), pytest.mark.usefixtures("few_trees")]

OPTIONS = Options(categorical="label", lr_max_iter=3, colsample_bytree=0.5)
SAMPLERS: dict[str, dict[str, Any]] = {
    "raw": {},
    "class_weight": {},
    "smote": {"k_neighbors": 3},
    "vae": {"max_epochs": 2, "hidden": (8,)},
    "ae_flow": {"max_epochs": 2, "hidden": (8,)},
    "ae_flow_all": {"max_epochs": 2, "hidden": (8,)},
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


def _run(method: str, settings: Settings, train: Training, seed: int, density: Density | None = None) -> Run:
    return Run(method, settings, train, seed, Shared(kept(settings, train, None, seed), density))


def _assert_same(found: Rows, expected: Rows) -> None:
    np.testing.assert_array_equal(found.features, expected.features)
    np.testing.assert_array_equal(found.labels, expected.labels)


@pytest.mark.parametrize("method", SAMPLERS)
def test_a_training_set_is_the_three_steps_by_hand(small: Training, method: str) -> None:
    """What the stages undersample, oversample and clean do one after the other."""
    settings = _settings(method)
    rows, synthetic = _run(method, settings, small, 3).training_set()
    stay, new = None, None
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
        stay = cleaned(small, before, new, ("Normal", "Dos"), 1, 3)
        assert set(stay) < set(before)
    _assert_same(rows, training_set(small, stay, new))
    known, counts = class_counts(small.labels, small.classes), class_counts(rows.labels, small.classes)
    more = {"R2L": 30, "U2R": 25} if new is not None else {}
    assert {name: counts[name] for name in ("Probe", "R2L", "U2R")} == {
        name: known[name] + more.get(name, 0) for name in ("Probe", "R2L", "U2R")
    }
    if stay is None:
        assert [counts[name] for name in ("Normal", "Dos")] == [known[name] for name in ("Normal", "Dos")]
    else:
        assert counts["Normal"] <= 90
        assert counts["Dos"] <= 60


def test_ae_flow_on_all_rows_keeps_them_and_weighs_the_classes(small: Training) -> None:
    settings = _settings("ae_flow_all")
    run = _run("ae_flow_all", settings, small, 0)
    rows, synthetic = run.training_set()
    n = len(small.labels)
    assert len(rows.labels) == n + 55
    _assert_same(Rows(rows.features[:n], rows.labels[:n]), Rows(small.features, small.labels))
    assert synthetic is not None
    # The same new rows as those of AE-Flow.
    _assert_same(run.new()[0], _run("ae_flow", _settings("ae_flow"), small, 0).new()[0])
    found, _ = run.probabilities(rows, ["xgb"], small.features)
    for weighted in (True, False):
        by_hand = fit("xgb", rows, small.encoder, OPTIONS, weighted=weighted, seed=0)
        same = probabilities("xgb", by_hand, small.features, small.encoder, OPTIONS) == found["xgb"]
        assert same.all() == weighted


def test_the_seed_decides_what_is_kept_and_drawn(small: Training) -> None:
    first, again, other = (_run("smote", _settings("smote"), small, seed).training_set()[0] for seed in (0, 0, 1))
    _assert_same(first, again)
    assert not np.array_equal(first.features, other.features)


def test_rows_that_are_not_known_reach_nothing(small: Training) -> None:
    """Other labels and features of theirs change nothing, and those of known rows do."""
    known = np.random.default_rng(0).random(len(small.labels)) < 0.67
    features, labels = small.features.copy(), small.labels.copy()
    features[~known] += 5.0
    labels[~known] = (labels[~known] + 1) % 5
    changed = Training(features, labels, small.records, small.types, small.encoder, small.classes)
    before, _ = _run("smote", _settings("smote"), small.known(known), 0).training_set()
    after, _ = _run("smote", _settings("smote"), changed.known(known), 0).training_set()
    _assert_same(after, before)
    labels[np.flatnonzero(known)[:40]] = 2
    relabelled, _ = _run("smote", _settings("smote"), changed.known(known), 0).training_set()
    assert len(relabelled.labels) != len(before.labels) or (relabelled.labels != before.labels).any()


def test_a_part_without_the_rows_for_a_target_keeps_all_of_the_class(small: Training) -> None:
    counts = class_counts(small.labels, small.classes)
    settings = _settings("class_weight", kept_rows={"Normal": 90, "Dos": 10_000})
    found = class_counts(small.labels[kept(settings, small, None, 0)], small.classes)
    assert found == counts | {"Normal": 90}


def test_what_is_kept_of_known_rows_are_positions_among_them(small: Training) -> None:
    known = np.random.default_rng(0).random(len(small.labels)) < 0.67
    settings = _settings("class_weight")
    found = kept(settings, small, known, 0)
    np.testing.assert_array_equal(found, kept(settings, small.known(known), None, 0))
    assert class_counts(small.labels[known][found], small.classes)["Normal"] == 90


def test_probabilities_are_those_of_classifiers_fitted_by_hand(small: Training, density: Density) -> None:
    run = Run("class_weight", _settings("class_weight"), small, 5, Shared(density=density))
    rows = Rows(small.features[::2], small.labels[::2])
    found, lr = run.probabilities(rows, FILES, small.features)
    assert list(found) == list(FILES)
    assert lr["converged"] in (True, False)
    widened = np.hstack([small.features, density.of(small.features)])
    for name, p in found.items():
        x = widened if name == "xgb_density" else small.features
        by_hand = fit(name, Rows(x[::2], rows.labels), small.encoder, OPTIONS, weighted=True, seed=5)
        np.testing.assert_array_equal(p, probabilities(name, by_hand, x, small.encoder, OPTIONS))
    assert (found["xgb_density"] != found["xgb_onehot"]).any()
    assert run.probabilities(rows, ["dt"], small.features)[1] == {}


def test_where_no_class_is_large_all_rows_stay(small: Training) -> None:
    """A data set of equal classes, or one whose description keeps all rows."""
    settings = _settings("smote", kept_rows={})
    rows, _ = _run("smote", settings, small, 0).training_set()
    np.testing.assert_array_equal(kept(settings, small, None, 0), np.arange(len(small.labels)))
    assert class_counts(rows.labels, small.classes) == {
        name: n + {"R2L": 30, "U2R": 25}.get(name, 0) for name, n in class_counts(small.labels, small.classes).items()
    }


def test_a_class_too_small_for_a_method_does_not_stop_its_run(small: Training) -> None:
    """It is in the training set as it is, and the report says why."""
    settings = _settings("smote", sampler={"k_neighbors": 22})
    shared = Shared(kept(settings, small, None, 0))
    found, report = repeat("smote", settings, small, shared, ("dt",), small.features, 0)
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
    run = _run("vae", settings, small, 2)
    found, report = repeat("vae", settings, small, run.shared, ("dt", "lr"), small.features, 2)
    rows, _ = run.training_set()
    expected, lr = run.probabilities(rows, ("dt", "lr"), small.features)
    for name, p in expected.items():
        np.testing.assert_array_equal(found[name], p)
    assert report["rows"] == class_counts(rows.labels, small.classes)
    assert report["lr"] == lr
    assert list(report["fits"]) == ["R2L", "U2R"]
    assert report["left_alone"] == {}
    _, plain = repeat("raw", _settings("raw"), small, Shared(), ("dt",), small.features, 2)
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
    run = _run(method, settings, small, 1)
    found = ablate(oversampling, settings, small, run.shared, small.features, 1)
    assert set(found) == {parts for parts in PARTS if method_of(oversampling, *parts) is None}
    new = run.new()[0] if METHODS[method].sampler else None
    for (kmeans, oss), of_cell in found.items():
        assert tuple(of_cell) == FITTED
        stay = undersampled(small, settings.kept_rows, 3, 1) if kmeans else None
        if oss:
            stay = cleaned(small, stay, new, ("Normal", "Dos"), 1, 1)
        expected, _ = run.probabilities(training_set(small, stay, new), FITTED, small.features)
        for name, p in expected.items():
            np.testing.assert_array_equal(of_cell[name], p)
