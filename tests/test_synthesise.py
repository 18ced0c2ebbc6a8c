"""New NSL-KDD rows by each method, and their fidelity, on the demo records."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from aeflow.base.errors import InputError
from aeflow.evidence.held_out import held_out_fidelity
from aeflow.nsl_kdd.encoder import Encoder
from aeflow.nsl_kdd.legal import illegal_cells
from aeflow.nsl_kdd.records import classes_of, read_records
from aeflow.nsl_kdd.schema import CATEGORIES, CLASSES, FEATURES
from aeflow.over_sampling.report import report
from aeflow.over_sampling.synthesise import synthesise

pytestmark = pytest.mark.filterwarnings("ignore::aeflow.over_sampling.ae_flow.CollapseWarning")

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
}
# These interpolate label codes; the others draw records.
OF_CODES = ("smote", "adasyn", "borderline_smote")
Data = tuple[pd.DataFrame, np.ndarray, Encoder]


@pytest.fixture(scope="module")
def data() -> Data:
    records = read_records(Path(__file__).parents[1] / "data/demo/train.txt")
    return records[list(FEATURES)], classes_of(records), Encoder.fit(records)


@pytest.mark.parametrize("method", SETTINGS)
def test_new_rows_are_of_the_wanted_classes_and_decode_to_legal_records(data: Data, method: str) -> None:
    records, labels, encoder = data
    new = synthesise(method, SETTINGS[method], records, labels, encoder, {"R2L": 30, "U2R": 20}, seed=0)
    assert tuple(new.features.columns) == tuple(FEATURES)
    assert len(new.features) == len(new.labels)
    counts = np.bincount(new.labels, minlength=5).tolist()
    # ADASYN rounds each row's share.
    assert counts == pytest.approx([0, 0, 0, 30, 20], abs=8 if method == "adasyn" else 0)
    assert counts[:3] == [0, 0, 0]
    back = encoder.inverse_transform(new.features)
    assert not illegal_cells(back).any(axis=None)
    if method not in OF_CODES:
        # Words are words of the class, and all but SMOTENC's numbers are legal as they are.
        decoded, drawn = encoder.transform(back, "back"), new.features
        columns = list(CATEGORIES) if method == "smotenc" else list(FEATURES)
        pd.testing.assert_frame_equal(decoded[columns], drawn[columns])
        for name in CATEGORIES:
            assert set(back[name]) <= set(records[name])
    again = synthesise(method, SETTINGS[method], records, labels, encoder, {"R2L": 30, "U2R": 20}, seed=0)
    pd.testing.assert_frame_equal(again.features, new.features, check_exact=True)


def test_smote_rows_lie_between_two_rows_of_their_class(data: Data) -> None:
    records, labels, encoder = data
    new = synthesise("smote", SETTINGS["smote"], records, labels, encoder, {"R2L": 0, "U2R": 5}, seed=0)
    real = encoder.transform(records[labels == CLASSES.index("U2R")], "real").to_numpy()
    for row in new.features.to_numpy():
        a, b = real[:, None], real[None]
        through = np.linalg.norm(row - a, axis=2) + np.linalg.norm(row - b, axis=2)
        direct = np.linalg.norm(a - b, axis=2)
        assert np.isclose(through, direct)[direct > 0].any()


def test_random_rows_are_copies_unless_they_are_spread(data: Data) -> None:
    records, labels, encoder = data
    new = synthesise("random", {"shrinkage": 0.0}, records, labels, encoder, {"R2L": 30, "U2R": 40}, seed=0)
    for name in ("R2L", "U2R"):
        of_class = encoder.transform(records[labels == CLASSES.index(name)], "real").to_numpy()
        drawn = new.features.to_numpy()[new.labels == CLASSES.index(name)]
        assert (drawn[:, None] == of_class).all(axis=2).any(axis=1).all()
        assert len(np.unique(drawn, axis=0)) > 10
    spread = synthesise("random", {"shrinkage": 0.5}, records, labels, encoder, {"R2L": 30, "U2R": 40}, seed=0)
    of_class = encoder.transform(records, "real").to_numpy()
    assert not (spread.features.to_numpy()[:, None] == of_class).all(axis=2).any()


def test_smotenc_takes_the_words_of_the_class_and_numbers_between(data: Data) -> None:
    records, labels, encoder = data
    new = synthesise("smotenc", SETTINGS["smotenc"], records, labels, encoder, {"R2L": 40, "U2R": 40}, seed=0)
    back = encoder.inverse_transform(new.features)
    numbers = [name for name in FEATURES if name not in CATEGORIES]
    for name in ("R2L", "U2R"):
        of_class = records[labels == CLASSES.index(name)]
        drawn = back[new.labels == CLASSES.index(name)]
        for category in CATEGORIES:
            assert set(drawn[category]) <= set(of_class[category])
        assert (drawn[numbers].max() <= of_class[numbers].max()).all()
        assert (drawn[numbers].min() >= of_class[numbers].min()).all()
        assert not set(drawn["src_bytes"]) <= set(of_class["src_bytes"])


@pytest.mark.parametrize("method", ["adasyn", "borderline_smote"])
def test_borders_are_those_to_all_other_classes(data: Data, method: str) -> None:
    """Without the rows of Normal, Dos and Probe the same class has other borders, and so other new rows."""
    records, labels, encoder = data
    rows = {"R2L": 30, "U2R": 20}
    new = synthesise(method, SETTINGS[method], records, labels, encoder, rows, seed=0)
    few = labels >= CLASSES.index("R2L")
    alone = synthesise(method, SETTINGS[method], records[few], labels[few], encoder, rows, seed=0)
    assert not np.array_equal(new.features.to_numpy(), alone.features.to_numpy())


@pytest.mark.parametrize("method", ["random", "smote", "smotenc"])
def test_the_others_look_at_no_other_class(data: Data, method: str) -> None:
    records, labels, encoder = data
    rows = {"R2L": 30, "U2R": 20}
    few = labels >= CLASSES.index("R2L")
    of_all = synthesise(method, SETTINGS[method], records, labels, encoder, rows, seed=0)
    alone = synthesise(method, SETTINGS[method], records[few], labels[few], encoder, rows, seed=0)
    pd.testing.assert_frame_equal(of_all.features, alone.features, check_exact=True)


@pytest.mark.parametrize(
    ("method", "key"),
    [
        ("smote", "k_neighbors"),
        ("smotenc", "k_neighbors"),
        ("adasyn", "n_neighbors"),
        ("borderline_smote", "k_neighbors"),
    ],
)
def test_too_few_rows_for_the_neighbours_are_refused(data: Data, method: str, key: str) -> None:
    with pytest.raises(InputError) as caught:
        synthesise(method, {key: 22}, *data, {"R2L": 1, "U2R": 1}, seed=0)
    assert str(caught.value) == f"{method}.{key}: 22 neighbours need 23 rows, U2R has 22; choose 21 or less"
    new = synthesise(method, {key: 21}, *data, {"R2L": 99, "U2R": 99}, seed=0)
    assert set(new.labels) == {3, 4}


def test_adasyn_without_a_border_is_refused(data: Data) -> None:
    """Every R2L and U2R row has more equals than neighbours, so no other class is near."""
    records, labels, encoder = data
    few = np.flatnonzero(labels >= CLASSES.index("R2L"))
    copies = np.concatenate([np.arange(len(labels)), np.repeat(few, 40)])
    of_class = pd.DataFrame({"label": labels[copies]})
    lone = records.iloc[copies].assign(src_bytes=1_000_000_000 * of_class["label"].to_numpy())
    with pytest.raises(InputError, match=r"adasyn: Not any neigbours belong to the majority class\. .*\. Choose "):
        synthesise("adasyn", {"n_neighbors": 5}, lone, of_class["label"].to_numpy(), encoder, {"R2L": 30}, seed=0)


def test_reports_hold_curves_figures_and_architecture(data: Data) -> None:
    found = report(synthesise("ae_flow", QUICK, *data, {"R2L": 3, "U2R": 3}, seed=0).sampler)
    assert list(found["curves"]) == ["R2L", "U2R"]
    assert found["fits"]["U2R"]["collapsed"] in (True, False)
    assert found["models"]["R2L"]["decoder"][:2] == [12, 8]
    cgan = report(synthesise("cgan", QUICK, *data, {"R2L": 3, "U2R": 3}, seed=0).sampler)
    assert list(cgan["curves"]) == ["R2L+U2R"]
    assert cgan["models"] == {}
    smote = report(synthesise("smote", {}, *data, {"R2L": 3, "U2R": 3}, seed=0).sampler)
    assert smote == {"curves": {}, "fits": {}, "models": {}}


@pytest.mark.parametrize("method", ["real", "noise", *SETTINGS])
def test_held_out_fidelity_has_every_figure(data: Data, method: str) -> None:
    found = held_out_fidelity(method, SETTINGS.get(method, {}), *data, folds=3, fold=1, seed=0)
    assert list(found) == ["R2L", "U2R"]
    for figures in found.values():
        assert figures["legal"] == 1
        assert {"c2st_auc", "density", "coverage", "nearest", "legal_when_drawn"} <= set(figures)
        assert ("h_std" in figures) == method.startswith("ae_flow")
        assert all(np.isfinite(value) for value in figures.values())
    if method == "real":
        assert found["R2L"]["legal_when_drawn"] == 1


def test_held_out_rows_are_not_among_those_learned(data: Data, monkeypatch: pytest.MonkeyPatch) -> None:
    records, labels, encoder = data
    seen: list[pd.DataFrame] = []

    def spy(method: str, settings: Any, known: pd.DataFrame, known_labels: np.ndarray, *rest: Any) -> Any:
        seen.append(known[known_labels == CLASSES.index("U2R")])
        return synthesise(method, settings, known, known_labels, *rest)

    monkeypatch.setattr("aeflow.evidence.held_out.synthesise", spy)
    for fold in range(3):
        held_out_fidelity("smote", SETTINGS["smote"], records, labels, encoder, folds=3, fold=fold, seed=0)
    u2r = records.index[labels == CLASSES.index("U2R")]
    held = [set(u2r) - set(known.index) for known in seen]
    assert sorted(len(part) for part in held) == [7, 7, 8]
    assert set.union(*held) == set(u2r)


def test_a_sampler_that_trains_nothing_needs_no_torch() -> None:
    """Importing it would take longer than most of these samplers do."""
    script = """
import sys
from imblearn.over_sampling import SMOTE
from aeflow.over_sampling.report import report
from aeflow.over_sampling.synthesise import synthesise
report(SMOTE())
sys.exit("torch" in sys.modules)
"""
    subprocess.run([sys.executable, "-c", script], check=True)
