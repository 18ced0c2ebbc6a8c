"""New NSL-KDD rows by each method, and their fidelity, on the demo records."""

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
    "smote": {"k_neighbors": 3},
    "vae": QUICK,
    "cgan": QUICK,
    "ae_flow_paper": QUICK | {"objective": "paper"},
    "ae_flow": QUICK,
}
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
    assert np.bincount(new.labels, minlength=5).tolist() == [0, 0, 0, 30, 20]
    back = encoder.inverse_transform(new.features)
    assert not illegal_cells(back).any(axis=None)
    if method != "smote":  # these are legal as they are, so decoding loses nothing
        pd.testing.assert_frame_equal(encoder.transform(back, "back"), new.features)
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


def test_smote_with_too_few_rows_is_refused(data: Data) -> None:
    with pytest.raises(InputError, match=r"smote\.k_neighbors: 22 neighbours need 23 rows, U2R has 22; choose 21"):
        synthesise("smote", {"k_neighbors": 22}, *data, {"R2L": 1, "U2R": 1}, seed=0)


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
