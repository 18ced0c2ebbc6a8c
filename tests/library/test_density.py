"""K-means undersampling by density."""

import pickle
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from imblearn.pipeline import make_pipeline
from scipy import sparse
from sklearn.base import clone
from sklearn.model_selection import GridSearchCV
from sklearn.neighbors import KNeighborsClassifier

from aeflow import DensityUnderSampler
from aeflow.errors import InputError
from aeflow.under_sampling._density import cluster_quota


def test_quota_by_hand() -> None:
    # rho = n / r = 100, 50, 5. For lambda = 20: 20 * 1, 20 * 2 and, sparse, all 10 rows: 70.
    assert cluster_quota(np.array([100, 100, 10]), np.array([1.0, 2.0, 2.0]), 70).tolist() == [20, 40, 10]


def test_every_cluster_keeps_a_row() -> None:
    assert cluster_quota(np.array([1000, 1000]), np.array([0.0, 1.0]), 500).tolist() == [1, 499]


def test_everything_can_be_kept() -> None:
    assert cluster_quota(np.array([5, 7]), np.array([0.0, 1.0]), 12).tolist() == [5, 7]


@settings(max_examples=200, deadline=None)
@given(
    clusters=st.lists(st.tuples(st.integers(1, 500), st.floats(0, 1e6)), min_size=1, max_size=30),
    share=st.floats(0, 1),
)
def test_quota_meets_every_target_and_thins_dense_clusters_more(
    clusters: list[tuple[int, float]], share: float
) -> None:
    sizes, spreads = (np.array(values) for values in zip(*clusters, strict=True))
    target = len(sizes) + round(share * (sizes.sum() - len(sizes)))
    quota = cluster_quota(sizes, spreads, target)
    assert quota.sum() == target
    assert (quota >= 1).all()
    assert (quota <= sizes).all()
    # Of two clusters that lose rows and keep more than one, the wider keeps at least as many.
    thinned = (quota < sizes) & (quota > 1)
    order = np.argsort(spreads[thinned])
    assert (np.diff(quota[thinned][order]) >= -1).all()


def _blobs() -> tuple[np.ndarray, np.ndarray]:
    """Class 0: 900 rows close together and 100 far apart; class 1: 40 rows."""
    rng = np.random.default_rng(0)
    dense, sparse_rows, others = (
        rng.normal(m, s, size=(n, 3)) for m, s, n in ((0, 0.1, 900), (50, 5, 100), (9, 1, 40))
    )
    return np.vstack([dense, sparse_rows, others]), np.repeat([0, 1], [1000, 40])


def _kept(**changes: Any) -> np.ndarray:
    settings: dict[str, Any] = {"sampling_strategy": {0: 200}, "n_clusters": 2, "random_state": 0}
    sampler = DensityUnderSampler(**(settings | changes))
    X, y = _blobs()
    X_kept, y_kept = sampler.fit_resample(X, y)
    np.testing.assert_array_equal(X_kept, X[sampler.sample_indices_])
    np.testing.assert_array_equal(y_kept, y[sampler.sample_indices_])
    return sampler.sample_indices_


def test_dense_cluster_is_thinned_and_sparse_one_and_other_classes_kept_whole() -> None:
    rows = _kept()
    assert len(rows) == len(np.unique(rows)) == 240
    assert (np.diff(rows) > 0).all()
    assert ((rows >= 900) & (rows < 1000)).sum() == 100
    assert (rows >= 1000).sum() == 40


def test_same_random_state_same_rows_and_the_global_one_untouched() -> None:
    np.random.seed(1)
    state = np.random.get_state(legacy=False)
    assert isinstance(state, dict)
    before = state["state"]["key"].copy()
    assert _kept(n_clusters=5).tolist() == _kept(n_clusters=5).tolist() != _kept(n_clusters=5, random_state=1).tolist()
    after = np.random.get_state(legacy=False)
    assert isinstance(after, dict)
    assert (after["state"]["key"] == before).all()
    seeded = [_kept(n_clusters=5, random_state=np.random.RandomState(3)).tolist() for _ in range(2)]
    assert seeded[0] == seeded[1]


@pytest.mark.parametrize(
    ("strategy", "kept"),
    [("auto", 40), ("majority", 40), (0.5, 80), ({0: 70}, 70), (lambda y: {0: 71}, 71), ({0: 1000}, 1000)],
)
def test_every_form_of_sampling_strategy(strategy: Any, kept: int) -> None:
    assert (_kept(sampling_strategy=strategy) < 1000).sum() == kept


def test_impossible_targets_are_refused() -> None:
    with pytest.raises(InputError, match="n_clusters: 31 clusters for the 30 kept rows of 0; choose 30 or less"):
        _kept(n_clusters=31, sampling_strategy={0: 30})
    with pytest.raises(InputError, match="1001 rows for class 0, which has 1000; choose a whole number, 1 to 1000"):
        _kept(sampling_strategy={0: 1001})


def test_frames_and_sparse_matrices_come_back_as_they_were() -> None:
    X, y = _blobs()
    frame = pd.DataFrame(X, columns=["a", "b", "c"]).assign(n=np.arange(len(X)))
    sampler = DensityUnderSampler(random_state=0, n_clusters=5)
    kept, labels = sampler.fit_resample(frame, pd.Series(y, name="class"))
    assert (kept.dtypes == frame.dtypes).all()
    assert kept["n"].tolist() == sampler.sample_indices_.tolist()
    assert labels.name == "class"
    thin, _ = clone(sampler).fit_resample(sparse.csr_matrix(frame.to_numpy()), y)
    np.testing.assert_array_equal(thin.toarray(), kept.to_numpy())


def test_parameters_round_trip_and_samplers_pickle() -> None:
    sampler = DensityUnderSampler(n_clusters=7, random_state=1)
    assert clone(sampler).get_params() == pickle.loads(pickle.dumps(sampler)).get_params() == sampler.get_params()
    with pytest.raises(TypeError):
        DensityUnderSampler("auto")  # type: ignore[call-arg]


def test_within_a_pipeline_and_a_grid_search() -> None:
    X, y = _blobs()
    pipeline = make_pipeline(DensityUnderSampler(sampling_strategy=0.1, random_state=0), KNeighborsClassifier(1))
    search = GridSearchCV(pipeline, {"densityundersampler__n_clusters": [2, 4]}, cv=2, error_score="raise").fit(X, y)
    assert search.score(X, y) > 0.9
