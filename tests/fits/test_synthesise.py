"""New rows by each method on the demo records."""

from importlib import import_module
from typing import Any

import numpy as np
import pandas as pd
import pytest

from aeflow.over_sampling._generative import GenerativeSampler
from nids.balance.report import report
from nids.balance.synthesise import draw, synthesise
from nids.base.section import Section
from nids.data.legal import illegal_cells
from nids.data.sets import Training
from nids.methods import METHODS, Nothing
from nids.params import Params

pytestmark = pytest.mark.filterwarnings("ignore::aeflow.errors.CollapseWarning")

QUICK: dict[str, Any] = {"max_epochs": 2, "hidden": (8,)}
SETTINGS: dict[str, dict[str, Any]] = {
    "random": {"shrinkage": 0.0},
    "smotenc": {"k_neighbors": 3},
    "adasyn": {"n_neighbors": 5},
    "borderline_smote": {"k_neighbors": 5},
    "smote": {"k_neighbors": 3},
    "vae": QUICK,
    "cgan": QUICK,
    "ae_flow_paper": QUICK | {"objective": "paper"},
    "ae_flow": QUICK,
    "ae_flow_all": QUICK,
}
# These interpolate label codes; the others draw records.
OF_CODES = ("smote", "adasyn", "borderline_smote")


def _of(train: Training, name: str) -> np.ndarray:
    return train.labels == train.classes.index(name)


def _few(train: Training) -> Training:
    """The rows of the small classes alone."""
    return train.known(_of(train, "R2L") | _of(train, "U2R"))


def test_every_method_with_a_sampler_is_tested() -> None:
    assert set(SETTINGS) == {key for key, method in METHODS.items() if method.sampler}


def test_settings_of_a_method_are_those_of_its_sampler(params: Params) -> None:
    """Each key of its section is a parameter that the sampler has."""
    for key, method in METHODS.items():
        assert issubclass(method.settings, Section)
        settings = params.of(key)
        # Those of another method are that method's section.
        own = METHODS[method.settings_of] if method.settings_of else method
        assert set(settings) == set(own.settings.model_fields)
        if method.sampler:
            module, _, name = method.sampler.partition(":")
            sampler = getattr(import_module(module), name)
            extra = {"categorical_features": [0]} if method.categories else {}
            assert set(settings) <= set(sampler(**extra).get_params()), key
        else:
            assert method.settings is Nothing


def test_generators_are_given_records_and_find_the_categories_themselves() -> None:
    for key, method in METHODS.items():
        if not method.sampler:
            continue
        module, _, name = method.sampler.partition(":")
        if issubclass(getattr(import_module(module), name), GenerativeSampler):
            assert method.sees == "records", key
            assert not method.categories, key


@pytest.mark.parametrize("method", SETTINGS)
def test_new_rows_are_of_the_wanted_classes_and_decode_to_legal_records(small: Training, method: str) -> None:
    new = synthesise(method, SETTINGS[method], small, {"R2L": 30, "U2R": 20}, seed=0)
    features, encoder = new.features(method, small.encoder), small.encoder
    assert list(features.columns) == encoder.names
    assert len(features) == len(new.labels)
    counts = np.bincount(new.labels, minlength=5).tolist()
    # ADASYN rounds each row's share.
    assert counts == pytest.approx([0, 0, 0, 30, 20], abs=8 if method == "adasyn" else 0)
    assert counts[:3] == [0, 0, 0]
    back = encoder.inverse_transform(features)
    assert not illegal_cells(back, encoder.features).any(axis=None)
    if method not in OF_CODES:
        # Words are words of the class, and all but SMOTENC's numbers are legal as they are.
        decoded = encoder.transform(back)
        columns = list(encoder.categories) if method == "smotenc" else encoder.names
        pd.testing.assert_frame_equal(decoded[columns], features[columns])
        for name in encoder.categories:
            assert set(back[name]) <= set(small.records[name])
    # What is stored is what the sampler sees, the same each time: records where it draws records.
    stored, of_sampler = draw(method, SETTINGS[method], small, {"R2L": 30, "U2R": 20}, 0)
    pd.testing.assert_frame_equal(stored, new.rows.assign(label=new.labels), check_exact=True)
    texts = [name for name in stored if not pd.api.types.is_numeric_dtype(stored[name])]
    assert texts == (list(encoder.categories) if METHODS[method].sees == "records" else [])
    assert set(of_sampler) == {"curves", "fits", "models", "left_alone"}
    assert new.left_alone == of_sampler["left_alone"] == {}


def test_smote_rows_lie_between_two_rows_of_their_class(small: Training) -> None:
    new = synthesise("smote", SETTINGS["smote"], small, {"R2L": 0, "U2R": 5}, seed=0)
    real = small.features[_of(small, "U2R")]
    for row in new.features("smote", small.encoder).to_numpy():
        a, b = real[:, None], real[None]
        through = np.linalg.norm(row - a, axis=2) + np.linalg.norm(row - b, axis=2)
        direct = np.linalg.norm(a - b, axis=2)
        assert np.isclose(through, direct)[direct > 0].any()


def test_random_rows_are_copies_unless_they_are_spread(small: Training) -> None:
    new = synthesise("random", {"shrinkage": 0.0}, small, {"R2L": 30, "U2R": 40}, seed=0)
    for name in ("R2L", "U2R"):
        drawn = new.rows.to_numpy()[new.labels == small.classes.index(name)]
        assert (drawn[:, None] == small.features[_of(small, name)]).all(axis=2).any(axis=1).all()
        assert len(np.unique(drawn, axis=0)) > 10
    spread = synthesise("random", {"shrinkage": 0.5}, small, {"R2L": 30, "U2R": 40}, seed=0)
    assert not (spread.rows.to_numpy()[:, None] == small.features).all(axis=2).any()


def test_smotenc_takes_the_words_of_the_class_and_numbers_between(small: Training) -> None:
    new = synthesise("smotenc", SETTINGS["smotenc"], small, {"R2L": 40, "U2R": 40}, seed=0)
    words = list(small.encoder.categories)
    numbers = [name for name in small.encoder.names if name not in words]
    for name in ("R2L", "U2R"):
        of_class, drawn = small.records[_of(small, name)], new.rows[new.labels == small.classes.index(name)]
        for category in words:
            assert set(drawn[category]) <= set(of_class[category])
        assert (drawn[numbers].max() <= of_class[numbers].max()).all()
        assert (drawn[numbers].min() >= of_class[numbers].min()).all()
        assert not set(drawn["src_bytes"]) <= set(of_class["src_bytes"])


@pytest.mark.parametrize("method", ["adasyn", "borderline_smote"])
def test_borders_are_those_to_all_other_classes(small: Training, method: str) -> None:
    """Without the rows of Normal, Dos and Probe the same class has other borders, and so other new rows."""
    of_all = synthesise(method, SETTINGS[method], small, {"R2L": 30, "U2R": 20}, seed=0)
    alone = synthesise(method, SETTINGS[method], _few(small), {"R2L": 30, "U2R": 20}, seed=0)
    assert not np.array_equal(of_all.rows.to_numpy(), alone.rows.to_numpy())


@pytest.mark.parametrize("method", ["random", "smote", "smotenc"])
def test_the_others_look_at_no_other_class(small: Training, method: str) -> None:
    of_all = synthesise(method, SETTINGS[method], small, {"R2L": 30, "U2R": 20}, seed=0)
    alone = synthesise(method, SETTINGS[method], _few(small), {"R2L": 30, "U2R": 20}, seed=0)
    pd.testing.assert_frame_equal(of_all.rows, alone.rows, check_exact=True)


@pytest.mark.parametrize(
    ("method", "key"),
    [
        ("smote", "k_neighbors"),
        ("smotenc", "k_neighbors"),
        ("adasyn", "n_neighbors"),
        ("borderline_smote", "k_neighbors"),
    ],
)
def test_a_class_with_too_few_rows_for_the_neighbours_is_left_alone(small: Training, method: str, key: str) -> None:
    new = synthesise(method, {key: 22}, small, {"R2L": 90, "U2R": 90}, seed=0)
    assert new.left_alone == {"U2R": f"22 rows, and 23 are needed for 22 neighbours ({method}.{key})"}
    assert set(new.labels) == {small.classes.index("R2L")}
    new = synthesise(method, {key: 21}, small, {"R2L": 99, "U2R": 99}, seed=0)
    assert new.left_alone == {}
    assert set(new.labels) == {3, 4}


@pytest.mark.parametrize(
    ("method", "rows"),
    [(method, rows) for method in SETTINGS if METHODS[method].sampler for rows in (1, 2)],
)
def test_a_class_of_a_row_or_two_stops_no_method(small: Training, method: str, rows: int) -> None:
    """It is grown or left alone, and what is said of it says why; the other class is grown all the same."""
    of_class = np.flatnonzero(_of(small, "U2R"))
    few = small.known(~np.isin(np.arange(len(small.labels)), of_class[rows:]))
    frame, found = draw(method, SETTINGS[method], few, {"R2L": 30, "U2R": 20}, 0)
    neighbours = next((value for key, value in SETTINGS[method].items() if key.endswith("_neighbors")), None)
    least = 2 if neighbours is None else neighbours + 1
    counts = np.bincount(frame["label"], minlength=5)
    assert counts[3] == pytest.approx(30, abs=8 if method == "adasyn" else 0)
    if rows < least:
        assert list(found["left_alone"]) == ["U2R"]
        assert found["left_alone"]["U2R"].startswith(f"{rows} rows, and {least} are needed")
    assert counts[4] == (20 if rows >= least else 0)


@pytest.mark.parametrize("method", ["smote", "smotenc", "ae_flow"])
def test_without_a_class_to_grow_there_are_no_rows(small: Training, method: str) -> None:
    """Its file has the columns of any other, so that later stages read it as they read others."""
    of_class = np.flatnonzero(_of(small, "U2R"))
    few = small.known(~np.isin(np.arange(len(small.labels)), of_class[1:]))
    frame, found = draw(method, SETTINGS[method], few, {"U2R": 20}, 0)
    drawn, _ = draw(method, SETTINGS[method], small, {"U2R": 20}, 0)
    assert len(frame) == 0
    assert frame.dtypes.to_dict() == drawn.dtypes.to_dict()
    assert found == {"curves": {}, "fits": {}, "models": {}, "left_alone": found["left_alone"]}
    new = synthesise(method, SETTINGS[method], few, {"U2R": 20}, 0)
    assert new.sampler is None
    features = new.features(method, small.encoder)
    assert features.shape == (0, len(small.encoder.names))
    assert (features.dtypes == np.float64).all()


def test_a_method_that_a_data_set_has_too_few_features_for_stops_no_run(small: Training) -> None:
    """Of a data set with ten features, say, eq. 10 has no latent of 16."""
    settings = QUICK | {"objective": "paper", "latent_dim": 42}
    new = synthesise("ae_flow_paper", settings, small, {"R2L": 30, "U2R": 20}, seed=0)
    why = "latent_dim: 42 is above the 41 features; choose 41 or less"
    assert new.left_alone == {"R2L": why, "U2R": why}
    assert (len(new.rows), new.sampler) == (0, None)


def test_adasyn_leaves_alone_what_has_no_border(small: Training) -> None:
    """Each class lies by itself, and every row of R2L has more equals than neighbours."""
    features = small.features + 1e6 * small.labels[:, None]
    rows = np.concatenate([np.arange(len(features)), np.repeat(np.flatnonzero(_of(small, "R2L")), 40)])
    alone = Training(
        features[rows],
        small.labels[rows],
        small.records.iloc[rows],
        small.types[rows],
        small.encoder,
        small.classes,
    )
    new = synthesise("adasyn", {"n_neighbors": 5}, alone, {"R2L": 30}, seed=0)
    assert len(new.labels) == 0
    assert new.left_alone["R2L"].startswith("Not any neigbours belong to the majority class.")
    assert "\n" not in new.left_alone["R2L"]


def test_reports_hold_curves_figures_and_architecture(small: Training) -> None:
    rows = {"R2L": 3, "U2R": 3}
    found = report(synthesise("ae_flow", QUICK, small, rows, seed=0).sampler)
    assert list(found["curves"]) == ["R2L", "U2R"]
    assert found["fits"]["U2R"]["collapsed"] in (True, False)
    assert list(found["models"]) == ["R2L", "U2R"]
    model = found["models"]["R2L"]
    width = model["encoder"][0]
    assert model == {
        "input": "cells",
        "encoder": [width, 8, 12],
        "decoder": [12, 8, width],
        "coupling_layers": 4,
        "coupling": "affine",
    }
    settings = QUICK | {"objective": "paper", "latent_dim": 3}
    paper = report(synthesise("ae_flow_paper", settings, small, rows, seed=0).sampler)["models"]["R2L"]
    assert paper["input"] == "features"
    assert paper["encoder"] == [len(small.records.columns), 8, 3]
    cgan = report(synthesise("cgan", QUICK, small, rows, seed=0).sampler)
    assert list(cgan["curves"]) == ["R2L+U2R"]
    assert cgan["models"] == {}
    smote = report(synthesise("smote", {}, small, rows, seed=0).sampler)
    assert smote == {"curves": {}, "fits": {}, "models": {}}
