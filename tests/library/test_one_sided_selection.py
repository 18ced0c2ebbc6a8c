import pickle
from typing import Any

import imblearn.under_sampling
import numpy as np
import pandas as pd
import pytest
from imblearn.pipeline import Pipeline
from scipy import sparse
from selection_rows import assert_as_imbalanced_learn, classes, grid
from sklearn.base import clone
from sklearn.exceptions import NotFittedError
from sklearn.model_selection import GridSearchCV
from sklearn.tree import DecisionTreeClassifier
from sklearn.utils.validation import check_is_fitted
from threadpoolctl import threadpool_limits

from aeflow import OneSidedSelection
from aeflow.under_sampling._one_sided_selection import BLOCK, _blocks, _reached, _tomek_links


@pytest.mark.parametrize(
    ("sampling_strategy", "cleaned"),
    [
        ([0], [0]),
        ([1, 0], [0, 1]),
        ([2], [2]),
        ("all", [0, 1, 2]),
        ("majority", [0]),
        ("not majority", [1, 2]),
    ],
)
def test_named_classes_alone_are_cleaned(sampling_strategy: Any, cleaned: list[int]) -> None:
    X, y = classes(0, [300, 200, 50], 20, 0.3)
    kept = assert_as_imbalanced_learn(X, y, 0, sampling_strategy)
    fewer = np.bincount(y[kept]) < [300, 200, 50]
    assert np.flatnonzero(fewer).tolist() == cleaned


def test_named_labels() -> None:
    X, y = classes(1, [300, 200, 50], 20, 0.3)
    names = np.array(["Normal", "Dos", "U2R"])[y]
    assert_as_imbalanced_learn(X, names, 1, ["Normal", "Dos"])
    assert_as_imbalanced_learn(pd.DataFrame(X), pd.Series(names, dtype="category"), 1, ["Normal"])


def test_random_state_may_be_a_generator() -> None:
    X, y = classes(0, [300, 200, 50], 20, 0.3)
    ours = OneSidedSelection(random_state=np.random.RandomState(5))
    theirs = imblearn.under_sampling.OneSidedSelection(random_state=np.random.RandomState(5))
    for _ in range(2):  # the second time, both generators have gone on
        ours.fit_resample(X, y)
        theirs.fit_resample(X, y)
        np.testing.assert_array_equal(ours.sample_indices_, np.sort(theirs.sample_indices_))


def test_same_random_state_same_rows_and_numpys_own_is_left_alone() -> None:
    X, y = classes(0, [300, 200, 50], 20, 0.3)
    before = pickle.dumps(np.random.get_state())
    first, again, other = (
        OneSidedSelection(random_state=seed, n_seeds_S=3).fit_resample(X, y)[0].tolist() for seed in (0, 0, 1)
    )
    assert first == again != other
    assert pickle.dumps(np.random.get_state()) == before


def test_no_random_state_draws_from_numpys_own() -> None:
    X, y = classes(0, [300, 200, 50], 20, 0.3)
    state = np.random.get_state()
    try:
        np.random.seed(3)
        drawn = OneSidedSelection().fit_resample(X, y)[0]
    finally:
        np.random.set_state(state)
    np.testing.assert_array_equal(drawn, OneSidedSelection(random_state=3).fit_resample(X, y)[0])


@pytest.mark.parametrize("n_features", [4, 41])
def test_rows_do_not_depend_on_threads(n_features: int) -> None:
    X, y = grid(0, n_features)
    X, y = np.tile(X, (20, 1)), np.tile(y, 20)
    results = []
    for threads in (1, 2, 4):
        with threadpool_limits(threads):
            sampler = OneSidedSelection(random_state=0)
            sampler.fit_resample(X, y)
            results.append(sampler.sample_indices_.tolist())
    assert results[0] == results[1] == results[2]


@pytest.mark.parametrize("n_seeds", [2, 50, 199, 200, 250, 1000])
def test_seeds_are_different_rows(n_seeds: int) -> None:
    """Class 0 lies together, far from class 1: all of its rows but the seeds are redundant, and none is in a link."""
    rng = np.random.default_rng(0)
    X = np.vstack([rng.normal(0, 1, size=(200, 20)), rng.normal(100, 1, size=(30, 20))])
    y = np.repeat([0, 1], [200, 30])
    sampler = OneSidedSelection(random_state=0, n_seeds_S=n_seeds)
    sampler.fit_resample(X, y)
    assert np.bincount(y[sampler.sample_indices_]).tolist() == [min(n_seeds, 200), 30]
    assert (np.diff(sampler.sample_indices_) > 0).all()


@pytest.mark.parametrize("seed", range(5))
def test_rule_with_several_seeds_by_brute_force(seed: int) -> None:
    X, y = classes(seed, [150, 20], 20, 0.3)
    sampler = OneSidedSelection(random_state=seed, n_seeds_S=4)
    sampler.fit_resample(X, y)
    seeds = np.flatnonzero(y == 0)[np.random.RandomState(seed).choice((y == 0).sum(), 4, replace=False)]
    distances = np.linalg.norm(X[:, None] - X[None], axis=2)
    nearer = distances[:, y == 1].min(axis=1) < distances[:, seeds].min(axis=1)
    nearer[seeds] = True
    stay = np.flatnonzero(nearer | (y == 1))
    distances = distances[np.ix_(stay, stay)]
    np.fill_diagonal(distances, np.inf)
    nearest = distances.argmin(axis=1)
    links = (nearest[nearest] == np.arange(len(stay))) & (y[stay] != y[stay][nearest]) & (y[stay] == 0)
    np.testing.assert_array_equal(sampler.sample_indices_, stay[~links])


def test_redundant_rows_by_hand() -> None:
    # With the seed at 0, the row at 3 is redundant and that at 9 stays; 13 is the nearest to 12, so 9 is in no link.
    X, y = np.array([[0.0], [3.0], [9.0], [12.0], [13.0]]), np.array([0, 0, 0, 1, 1])
    kept = {}
    for random_state in range(20):
        sampler = OneSidedSelection(random_state=random_state)
        sampler.fit_resample(X, y)
        seed = np.random.RandomState(random_state).randint(0, 3, size=1)[0]
        kept[seed] = sampler.sample_indices_.tolist()
    assert kept == {0: [0, 2, 3, 4], 1: [1, 2, 3, 4], 2: [2, 3, 4]}


def test_tomek_link_by_hand() -> None:
    # The rows of class 0 at 0.9 and of class 1 at 1.0 are each other's nearest; class 0 loses its one.
    X, y = np.array([[0.0], [0.1], [0.9], [1.0], [1.3], [2.0]]), np.array([0, 0, 0, 1, 1, 1])
    assert _tomek_links(X, X, y, [0]).tolist() == [False, False, True, False, False, False]
    assert _tomek_links(X, X, y, [0, 1]).tolist() == [False, False, True, True, False, False]
    assert not _tomek_links(X, X, y, []).any()


@pytest.mark.parametrize("y", [[0, 0, 1, 1], [0, 1, 1, 1]])
def test_equal_rows_form_no_link(y: list[int]) -> None:
    X = np.array([[0.0], [0.0], [0.1], [5.0]])
    assert not _tomek_links(X, X, np.array(y), [0]).any()


def test_search_finds_every_row_within_reach() -> None:
    rng = np.random.default_rng(0)
    a, b = rng.normal(0, 1, size=(3 * BLOCK, 3)), rng.normal(0.5, 1, size=(5 * BLOCK, 3))
    squared = np.square(a[:, None] - b[None]).sum(axis=2).min(axis=1)
    limits = squared * rng.choice([0.9, 1.1], size=len(a))
    assert _reached(a, limits, b).tolist() == (squared <= limits).tolist()


def test_blocks_hold_every_row_once_and_equal_rows_are_cut_too() -> None:
    rng = np.random.default_rng(0)
    features = np.vstack([rng.normal(size=(1000, 4)), np.full((1000, 4), 0.1)])
    blocks = _blocks(features)
    assert sorted(np.concatenate(blocks)) == list(range(2000))
    assert max(map(len, blocks)) <= BLOCK


def test_dataframe_keeps_its_types_and_index_names() -> None:
    X, y = grid(0, 4)
    frame = pd.DataFrame(X, columns=list("abcd")).astype({"a": "float32", "b": "int8", "c": "int64"})
    sampler = OneSidedSelection(random_state=0)
    kept, labels = sampler.fit_resample(frame, pd.Series(y, name="class", dtype="int8"))
    assert kept.dtypes.tolist() == frame.dtypes.tolist()
    assert (labels.name, labels.dtype) == ("class", "int8")
    np.testing.assert_array_equal(kept.to_numpy(), frame.to_numpy()[sampler.sample_indices_])
    np.testing.assert_array_equal(labels, y[sampler.sample_indices_])
    assert sampler.feature_names_in_.tolist() == list("abcd")


@pytest.mark.parametrize("form", ["csr", "csc"])
def test_sparse_rows_stay_sparse(form: str) -> None:
    X, y = grid(0, 41)
    sampler = OneSidedSelection(random_state=0)
    kept, _ = sampler.fit_resample(sparse.csr_matrix(X).asformat(form), y)
    assert kept.format == form
    np.testing.assert_array_equal(kept.toarray(), X[sampler.sample_indices_])


def test_input_is_not_changed() -> None:
    X, y = classes(0, [300, 200, 50], 20, 0.3)
    X.flags.writeable = y.flags.writeable = False
    OneSidedSelection(random_state=0).fit_resample(X, y)


def test_clone_pickle_pipeline_and_grid_search() -> None:
    X, y = classes(0, [200, 100, 50], 5, 1.0)
    sampler = OneSidedSelection(sampling_strategy=[0], random_state=3, n_seeds_S=2)
    sampler.fit_resample(X, y)
    copy = clone(sampler)
    assert copy.get_params() == {"sampling_strategy": [0], "random_state": 3, "n_seeds_S": 2}
    with pytest.raises(NotFittedError):
        check_is_fitted(copy)
    assert pickle.loads(pickle.dumps(sampler)).sample_indices_.tolist() == sampler.sample_indices_.tolist()
    assert list(sampler.sampling_strategy_) == [0]
    pipeline = Pipeline([("clean", OneSidedSelection(random_state=0)), ("tree", DecisionTreeClassifier())])
    search = GridSearchCV(pipeline, {"clean__n_seeds_S": [1, 5]}, cv=2, error_score="raise").fit(X, y)
    assert search.best_estimator_["clean"].sample_indices_.max() < len(y)
    assert search.predict(X).shape == y.shape


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({"n_seeds_S": 0}, "'n_seeds_S' parameter of OneSidedSelection must be an int in the range"),
        ({"random_state": "one"}, "'random_state' parameter of OneSidedSelection"),
        ({"sampling_strategy": [7]}, "sampling_strategy: class 7 is not present in the data; choose from 0, 1"),
        ({"sampling_strategy": {0: 3}}, "'sampling_strategy' parameter of OneSidedSelection"),
    ],
)
def test_invalid_parameters_are_refused(parameters: dict, message: str) -> None:
    X, y = classes(0, [30, 20], 5, 0.3)
    with pytest.raises(ValueError, match=message):
        OneSidedSelection(**parameters).fit_resample(X, y)
