import numpy as np
import pandas as pd
import pytest
from imblearn.over_sampling import SMOTE
from imblearn.under_sampling import OneSidedSelection
from threadpoolctl import threadpool_limits

from aeflow.base.errors import InputError
from aeflow.nsl_kdd.schema import FEATURES
from aeflow.resampling.one_sided_selection import _tomek_links, one_sided_selection
from aeflow.resampling.rows import assemble, synthetic_rows
from aeflow.resampling.smote import smote


def _classes() -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(0)
    labels = np.repeat([0, 1, 2], [200, 100, 20])
    return rng.normal(labels[:, None], 1.0, size=(320, 4)), labels


def test_smote_gives_the_new_rows_alone() -> None:
    features, labels = _classes()
    new, new_labels = smote(features, labels, {1: 30, 2: 50}, 5, seed=0)
    assert np.bincount(new_labels).tolist() == [0, 30, 50]
    expected, _ = SMOTE(sampling_strategy={1: 130, 2: 70}, random_state=0).fit_resample(features, labels)
    np.testing.assert_array_equal(np.vstack([features, new]), expected)


def test_smote_rows_lie_between_two_rows_of_their_class() -> None:
    features, labels = _classes()
    new, _ = smote(features, labels, {2: 5}, 5, seed=0)
    real = features[labels == 2]
    for row in new:
        a, b = real[:, None], real[None]
        through = np.linalg.norm(row - a, axis=2) + np.linalg.norm(row - b, axis=2)
        direct = np.linalg.norm(a - b, axis=2)
        assert np.isclose(through, direct)[direct > 0].any()


def test_smote_with_too_few_rows_is_refused() -> None:
    features, labels = _classes()
    with pytest.raises(InputError, match=r"smote\.k_neighbors: 20 neighbours need 21 rows, Probe has 20"):
        smote(features, labels, {2: 5}, 20, seed=0)


@pytest.mark.parametrize("seed", range(20))
@pytest.mark.parametrize("n_features", [2, 40])
def test_one_sided_selection_keeps_imbalanced_learns_rows(seed: int, n_features: int) -> None:
    rng = np.random.default_rng(seed)
    labels = rng.permutation(np.repeat([0, 1, 2, 3], [400, 300, 90, 40]))
    features = rng.normal(0.3 * labels[:, None], 1.0, size=(len(labels), n_features))
    sampler = OneSidedSelection(sampling_strategy=[0, 1], random_state=seed)
    sampler.fit_resample(features, labels)
    kept = one_sided_selection(features, labels, [0, 1], 1, seed)
    assert kept.tolist() == sorted(sampler.sample_indices_)
    assert len(kept) < len(labels)


@pytest.mark.parametrize("seed", range(40))
def test_one_sided_selection_takes_ties_as_imbalanced_learn_does(seed: int) -> None:
    """On a small grid, where most distances occur many times and many rows are equal."""
    rng = np.random.default_rng(seed)
    labels = rng.permutation(np.repeat([0, 1, 2, 3], [90, 60, 20, 12]))
    features = np.zeros((len(labels), 41))
    varying = rng.integers(1, 7)
    features[:, :varying] = rng.integers(0, rng.integers(2, 8), size=(len(labels), varying))
    sampler = OneSidedSelection(sampling_strategy=[0, 1], random_state=seed)
    with threadpool_limits(1):  # ties fall differently on more threads, in scikit-learn
        sampler.fit_resample(features, labels)
    assert one_sided_selection(features, labels, [0, 1], 1, seed).tolist() == sorted(sampler.sample_indices_)


def test_tomek_link_by_hand() -> None:
    # The rows of class 0 at 0.9 and of class 1 at 1.0 are each other's nearest; class 0 loses its one.
    features = np.array([[0.0], [0.1], [0.9], [1.0], [1.3], [2.0]])
    labels = np.array([0, 0, 0, 1, 1, 1])
    assert _tomek_links(features, labels, [0]).tolist() == [False, False, True, False, False, False]
    assert not _tomek_links(features, labels, []).any()


def test_equal_rows_of_one_class_form_no_link() -> None:
    features = np.array([[0.0], [0.0], [0.1], [5.0]])
    assert not _tomek_links(features, np.array([0, 0, 1, 1]), [0]).any()


def test_one_sided_selection_cleans_the_named_classes_only() -> None:
    features, labels = _classes()
    kept = one_sided_selection(features, labels, [0], 1, seed=0)
    assert np.bincount(labels[kept])[1:].tolist() == [100, 20]


def test_one_sided_selection_returns_no_row_twice() -> None:
    features, labels = _classes()
    kept = one_sided_selection(features, labels, [0, 1], 300, seed=0)
    assert len(kept) == len(np.unique(kept))


def test_assembled_set_is_the_kept_rows_then_the_synthetic_ones() -> None:
    train = pd.DataFrame(np.arange(4.0)[:, None] * np.ones(len(FEATURES)), columns=list(FEATURES)).assign(
        label=[0, 1, 2, 3]
    )
    synthetic = synthetic_rows(np.full((2, len(FEATURES)), 9.0, dtype="float32"), np.array([3, 4]))
    whole = assemble(train, np.array([0, 2]), synthetic)
    assert whole["label"].tolist() == [0, 2, 3, 4]
    assert whole["hot"].tolist() == [0.0, 2.0, 9.0, 9.0]
    assert whole["synthetic"].tolist() == [False, False, True, True]
    assert whole["hot"].dtype == "float64"
