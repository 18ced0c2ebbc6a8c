"""A method fitted to the known rows of the demo records, and what it says of the others."""

from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np
import pytest
from inputs import FEW_STEPS

from nids.balance.training_set import Rows
from nids.data.dataset import Dataset
from nids.data.sets import Training
from nids.detect import DECIDED, Options
from nids.detect import fit as fitting
from nids.detect.density import fit_density
from nids.judge.scores import confusion_matrix, scores
from nids.runs import run as running
from nids.runs.folds import folds, parts, random_part
from nids.runs.run import Settings, Shared, kept
from nids.runs.validation import held_out_probabilities, random_split_scores

pytestmark = pytest.mark.usefixtures("few_trees")

Found = Callable[[str], dict[str, np.ndarray]]
METHODS: dict[str, dict[str, Any]] = {"raw": {}, "class_weight": {}, "smote": {"k_neighbors": 3}}
UNDERSAMPLED = ("class_weight", "smote")


@pytest.fixture(scope="module")
def known(small: Training) -> np.ndarray:
    """A third of the rows is held out."""
    return np.random.default_rng(0).random(len(small.labels)) < 0.67


def _settings(method: str, categorical: str = "label") -> Settings:
    return Settings(
        sampler=METHODS[method],
        new_rows={"R2L": 30, "U2R": 25},
        kept_rows={"Normal": 90, "Dos": 10_000},  # more of Dos than there are
        n_clusters=3,
        oss_seeds=1,
        options=Options(categorical=categorical, lr_max_iter=3, colsample_bytree=0.5),
    )


def _probabilities(
    method: str, train: Training, known: np.ndarray, seed: int = 0, categorical: str = "label", voting: str = "soft"
) -> dict[str, np.ndarray]:
    """As the stage validate has them."""
    settings = _settings(method, categorical)
    undersampled = kept(settings, train, known, seed) if method in UNDERSAMPLED else None
    shared = Shared(undersampled, fit_density(train, known, "Normal", FEW_STEPS, seed))
    return held_out_probabilities(method, settings, voting, train, known, shared, seed)


@pytest.fixture(scope="module")
def found(small: Training, known: np.ndarray) -> Found:
    """Return a function that gives a method's probabilities, fitted once."""
    return cache(lambda method: _probabilities(method, small, known))


@pytest.mark.parametrize("method", METHODS)
def test_each_held_out_row_has_probabilities(small: Training, known: np.ndarray, found: Found, method: str) -> None:
    assert tuple(found(method)) == DECIDED
    for p in found(method).values():
        assert p.shape == ((~known).sum(), 5)
        assert p.dtype == np.float32
        np.testing.assert_allclose(p.sum(axis=1), 1, atol=1e-5)
        # Far more than chance, so they are of these rows in this order.
        assert (p.argmax(axis=1) == small.labels[~known]).mean() > 0.7


@pytest.mark.parametrize("method", METHODS)
def test_only_known_rows_are_learned(small: Training, known: np.ndarray, found: Found, method: str) -> None:
    """Other labels of held-out rows change nothing, other features their own predictions alone."""
    before = found(method)
    features, records, labels = small.features.copy(), small.records.copy(), small.labels.copy()
    labels[~known] = (labels[~known] + 1) % 5
    changed = np.flatnonzero(~known)[::2]
    others = np.flatnonzero(known)[: len(changed)]
    features[changed] = features[others]
    records.iloc[changed] = records.iloc[others].to_numpy()
    records = records.astype(small.records.dtypes.to_dict())
    after = _probabilities(
        method, Training(features, labels, records, small.types, small.encoder, small.classes), known
    )
    for name in DECIDED:
        np.testing.assert_array_equal(after[name][1::2], before[name][1::2])
        assert (after[name][::2] != before[name][::2]).any()


def test_the_density_is_of_known_normal_rows_alone(small: Training, known: np.ndarray) -> None:
    normal = small.labels == small.classes.index("Normal")
    before = fit_density(small, known, "Normal", FEW_STEPS, 0).of(small.features)

    def after(rows: np.ndarray) -> np.ndarray:
        """Rows have the features of others, of the same labels."""
        features = small.features.copy()
        features[rows] = np.roll(features[rows], 1, axis=0)[:, ::-1]
        changed = Training(features, small.labels, small.records, small.types, small.encoder, small.classes)
        return fit_density(changed, known, "Normal", FEW_STEPS, 0).of(small.features)

    np.testing.assert_array_equal(after(normal & ~known), before)
    np.testing.assert_array_equal(after(~normal), before)
    assert (after(normal & known) != before).any()
    assert (fit_density(small, None, "Normal", FEW_STEPS, 0).of(small.features) != before).any()
    assert (fit_density(small, known, "Normal", FEW_STEPS, 1).of(small.features) != before).any()


def test_known_labels_do_matter(small: Training, known: np.ndarray, found: Found) -> None:
    before = found("raw")
    labels = small.labels.copy()
    labels[np.flatnonzero(known)[:40]] = small.classes.index("Probe")
    wrong = Training(small.features, labels, small.records, small.types, small.encoder, small.classes)
    after = _probabilities("raw", wrong, known)
    for name in DECIDED:
        assert (after[name] != before[name]).any()


class _Spy:
    """Notes what each classifier is fitted to."""

    def __init__(self) -> None:
        self.counts: dict[str, list[int]] = {}
        self.settings: dict[str, tuple[Options, dict[str, Any]]] = {}

    def __call__(self, name: str, rows: Rows, encoder: Any, options: Options, **settings: Any) -> Any:
        self.settings[name] = options, settings
        self.counts[name] = np.bincount(rows.labels, minlength=5).tolist()
        return fitting.fit(name, rows, encoder, options, **settings)


@pytest.mark.parametrize("method", METHODS)
def test_training_sets_are_the_methods(
    small: Training, known: np.ndarray, monkeypatch: pytest.MonkeyPatch, method: str
) -> None:
    """One-sided selection takes rows of Normal and Dos away, so these are at most what K-means left."""
    spy = _Spy()
    monkeypatch.setattr(running, "fit", spy)
    counts = np.bincount(small.labels[known], minlength=5).tolist()
    _probabilities(method, small, known, seed=3)
    assert list(spy.counts) == ["xgb", "lr", "xgb_onehot", "xgb_density"]
    for name, (dos, normal, *minority) in spy.counts.items():
        new = [0, 30, 25] if method == "smote" else [0, 0, 0]
        assert minority == [n + more for n, more in zip(counts[2:], new, strict=True)]
        if method == "raw":
            assert [dos, normal] == counts[:2]
        else:
            assert 0 < normal <= 90 < counts[1]
            assert 0 < dos <= counts[0]
        assert spy.settings[name] == (_settings(method).options, {"weighted": method == "class_weight", "seed": 3})


def test_categories_are_encoded_as_the_settings_say(small: Training, known: np.ndarray, found: Found) -> None:
    """XGBoost one-hot sees them one-hot in any case, with the density or without."""
    label = found("raw")
    onehot = _probabilities("raw", small, known, categorical="onehot")
    assert (label["xgb"] != onehot["xgb"]).any()
    for name in ("xgb_onehot", "xgb_density"):
        np.testing.assert_array_equal(label[name], onehot[name])


def test_voting_is_of_xgboost_and_lr(small: Training, known: np.ndarray, found: Found) -> None:
    soft = found("raw")
    hard = _probabilities("raw", small, known, voting="hard")
    assert set(np.unique(hard["voting"])) <= {0, 0.5, 1}
    # XGBoost's class always has one of the two votes.
    rows = np.arange(len(hard["xgb"]))
    assert (hard["voting"][rows, hard["xgb"].argmax(axis=1)] >= 0.5).all()
    np.testing.assert_array_equal(soft["xgb"], hard["xgb"])
    lr = 2 * soft["voting"] - soft["xgb"]
    assert lr.min() > -1e-5
    np.testing.assert_allclose(lr.sum(axis=1), 1, atol=1e-5)
    assert np.abs(lr - soft["xgb"]).max() > 0.1


def test_a_random_part_is_as_large_as_a_fold() -> None:
    known = random_part(100, 3, seed=0)
    assert (~known).sum() in (33, 34)
    np.testing.assert_array_equal(random_part(100, 3, seed=0), known)
    assert not np.array_equal(random_part(100, 3, seed=1), known)
    # Not one end of the file.
    assert 0.4 < known[:50].mean() < 0.9


def test_parts_are_those_of_each_cut_and_a_random_one(small: Training, dataset: Dataset) -> None:
    found = parts(small, dataset.class_of, 3, [2, 5])
    assert [(part.name, part.seed) for part in found] == [
        *((f"seed{seed}-part{fold}", seed) for seed in (2, 5) for fold in range(3)),
        ("random", 2),
    ]
    for seed, of_cut in ((2, found[:3]), (5, found[3:6])):
        held_out = folds(small, dataset.class_of, 3, seed)
        for fold, part in enumerate(of_cut):
            np.testing.assert_array_equal(~part.known, held_out == fold)
    np.testing.assert_array_equal(found[-1].known, random_part(len(small.labels), 3, 2))


def test_random_split_scores_are_of_the_rows_held_out(small: Training, known: np.ndarray, found: Found) -> None:
    p = found("smote")
    labels = small.labels[~known]
    predicted = p["xgb_density"].argmax(axis=1)
    expected = scores(confusion_matrix(labels, predicted, 5), small.classes, "Normal")
    of_split = random_split_scores(p, labels, small.classes, "Normal")
    assert of_split == {name: round(expected[name], 4) for name in ("weighted_f1", "macro_f1")}
