"""A method fitted to the known rows of the demo records, and what it says of the others."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from aeflow.classifiers import fit as fitting
from aeflow.evidence import validation
from aeflow.evidence.methods import DECIDED
from aeflow.evidence.random_split import random_split_scores
from aeflow.evidence.scores import confusion_matrix, scores
from aeflow.evidence.settings import Settings
from aeflow.evidence.validation import held_out_probabilities
from aeflow.nsl_kdd.encoder import Encoder
from aeflow.nsl_kdd.records import classes_of, read_records
from aeflow.nsl_kdd.schema import CATEGORIES, CLASSES, FEATURES

Data = tuple[pd.DataFrame, np.ndarray, Encoder, np.ndarray]
SETTINGS: dict[str, Any] = {
    "sampler": {},
    "new_rows": {"R2L": 30, "U2R": 25},
    "kept_rows": {"Normal": 90, "Dos": 10_000},  # more of Dos than there are
    "n_clusters": 3,
    "oss_seeds": 1,
    "categorical": "label",
    "lr_max_iter": 100,
    "colsample_bytree": 0.5,
    "voting": "soft",
}
METHODS: dict[str, dict[str, Any]] = {"raw": {}, "class_weight": {}, "smote": {"k_neighbors": 3}}


@pytest.fixture(scope="module")
def data() -> Data:
    """Every row of R2L and U2R and every eighth of the others; a third of them is held out."""
    records = read_records(Path(__file__).parents[1] / "data/demo/train.txt")
    labels, encoder = classes_of(records), Encoder.fit(records)
    chosen = (labels >= CLASSES.index("R2L")) | (np.arange(len(labels)) % 8 == 0)
    records, labels = records[chosen][list(FEATURES)], labels[chosen]
    return records, labels, encoder, np.random.default_rng(0).random(len(labels)) < 0.67


def _settings(method: str, **changes: Any) -> Settings:
    return Settings(**{**SETTINGS, "sampler": METHODS[method], **changes})


@pytest.mark.parametrize("method", METHODS)
def test_each_held_out_row_has_probabilities(data: Data, method: str) -> None:
    known = data[3]
    found = held_out_probabilities(method, _settings(method), *data, seed=0)
    assert set(found) == set(DECIDED)
    for p in found.values():
        assert p.shape == ((~known).sum(), 5)
        assert p.dtype == np.float32
        np.testing.assert_allclose(p.sum(axis=1), 1, atol=1e-5)
        # Far more than chance, so they are of these rows in this order.
        assert (p.argmax(axis=1) == data[1][~known]).mean() > 0.7


@pytest.mark.parametrize("method", METHODS)
def test_only_known_rows_are_learned(data: Data, method: str) -> None:
    """Other labels of held-out rows change nothing, other features their own predictions alone."""
    records, labels, encoder, known = data
    before = held_out_probabilities(method, _settings(method), *data, seed=0)
    others, wrong = records.copy(), labels.copy()
    wrong[~known] = (wrong[~known] + 1) % 5
    changed = np.flatnonzero(~known)[::2]
    others.iloc[changed] = records.iloc[np.flatnonzero(known)[: len(changed)]].to_numpy()
    others = others.astype(records.dtypes.to_dict())
    after = held_out_probabilities(method, _settings(method), others, wrong, encoder, known, seed=0)
    for name in DECIDED:
        np.testing.assert_array_equal(after[name][1::2], before[name][1::2])
        assert (after[name][::2] != before[name][::2]).any()


def test_known_labels_do_matter(data: Data) -> None:
    records, labels, encoder, known = data
    before = held_out_probabilities("raw", _settings("raw"), *data, seed=0)
    wrong = labels.copy()
    wrong[np.flatnonzero(known)[:40]] = CLASSES.index("Probe")
    after = held_out_probabilities("raw", _settings("raw"), records, wrong, encoder, known, seed=0)
    for name in DECIDED:
        assert (after[name] != before[name]).any()


class _Spy:
    """Notes what each classifier is fitted to."""

    def __init__(self) -> None:
        self.x: dict[str, np.ndarray] = {}
        self.counts: dict[str, list[int]] = {}
        self.settings: dict[str, dict[str, Any]] = {}

    def __call__(self, name: str, x: np.ndarray, labels: np.ndarray, **settings: Any) -> Any:
        self.x[name], self.settings[name] = x, settings
        self.counts[name] = np.bincount(labels, minlength=5).tolist()
        return fitting.fit(name, x, labels, **settings)


@pytest.fixture
def spy(monkeypatch: pytest.MonkeyPatch) -> _Spy:
    seen = _Spy()
    monkeypatch.setattr(validation, "fit", seen)
    return seen


@pytest.mark.parametrize("method", METHODS)
def test_training_sets_are_the_methods(data: Data, spy: _Spy, method: str) -> None:
    """One-sided selection takes rows of Normal and Dos away, so these are at most what K-means left."""
    known = np.bincount(data[1][data[3]], minlength=5).tolist()
    held_out_probabilities(method, _settings(method), *data, seed=3)
    assert list(spy.counts) == ["xgb", "lr", "xgb_onehot"]
    for name, (dos, normal, *minority) in spy.counts.items():
        new = [0, 30, 25] if method == "smote" else [0, 0, 0]
        assert minority == [n + more for n, more in zip(known[2:], new, strict=True)]
        if method == "raw":
            assert [dos, normal] == known[:2]
        else:
            assert 0 < normal <= 90 < known[1]
            assert 0 < dos <= known[0]
        assert spy.settings[name] == {
            "categorical": "label",
            "lr_max_iter": 100,
            "colsample_bytree": 0.5,
            "weighted": method == "class_weight",
            "seed": 3,
        }


def test_categories_are_encoded_as_the_settings_say(data: Data, spy: _Spy) -> None:
    sizes = sum(len(data[2].categories[name]) for name in CATEGORIES)
    for categorical, width in (("label", 41), ("onehot", 38 + sizes)):
        held_out_probabilities("raw", _settings("raw", categorical=categorical), *data, seed=0)
        assert {name: x.shape[1] for name, x in spy.x.items()} == {"xgb": 41, "lr": width, "xgb_onehot": 41}


def test_voting_is_of_xgboost_and_lr(data: Data) -> None:
    soft = held_out_probabilities("raw", _settings("raw"), *data, seed=0)
    hard = held_out_probabilities("raw", _settings("raw", voting="hard"), *data, seed=0)
    assert set(np.unique(hard["voting"])) <= {0, 0.5, 1}
    # XGBoost's class always has one of the two votes.
    rows = np.arange(len(hard["xgb"]))
    assert (hard["voting"][rows, hard["xgb"].argmax(axis=1)] >= 0.5).all()
    np.testing.assert_array_equal(soft["xgb"], hard["xgb"])
    lr = 2 * soft["voting"] - soft["xgb"]
    assert lr.min() > -1e-5
    np.testing.assert_allclose(lr.sum(axis=1), 1, atol=1e-5)
    assert np.abs(lr - soft["xgb"]).max() > 0.1


def test_random_split_scores_are_of_the_rows_held_out(data: Data) -> None:
    labels, known = data[1], data[3]
    p = held_out_probabilities("smote", _settings("smote"), *data, seed=0)["xgb_onehot"]
    expected = scores(confusion_matrix(labels[~known], p.argmax(axis=1), 5), CLASSES, "Normal")
    found = random_split_scores("smote", _settings("smote"), *data, seed=0)
    assert found == {name: round(expected[name], 4) for name in ("weighted_f1", "macro_f1")}
