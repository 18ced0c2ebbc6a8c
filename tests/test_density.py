import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aeflow.base.errors import InputError
from aeflow.resampling.density import cluster_quota, density_undersample


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


def _blobs() -> np.ndarray:
    rng = np.random.default_rng(0)
    dense, sparse = rng.normal(0, 0.1, size=(900, 3)), rng.normal(50, 5, size=(100, 3))
    return np.vstack([dense, sparse])


def test_dense_cluster_is_thinned_and_sparse_one_kept_whole() -> None:
    rows = density_undersample("Normal", _blobs(), 2, 200, seed=0)
    assert len(rows) == len(np.unique(rows)) == 200
    assert (np.diff(rows) > 0).all()
    assert (rows >= 900).sum() == 100


def test_same_seed_same_rows() -> None:
    first, again, other = (density_undersample("Dos", _blobs(), 5, 300, seed) for seed in (1, 1, 2))
    assert first.tolist() == again.tolist() != other.tolist()


@pytest.mark.parametrize(
    ("n_clusters", "target", "message"),
    [
        (5, 1001, r"kept_rows\.Dos: 1001 rows are to be kept of 1000; choose 1000 or less"),
        (31, 30, r"kmeans\.n_clusters: 31 clusters for the 30 kept rows of Dos; choose 30 or less"),
        (1001, 900, r"kmeans\.n_clusters: 1001 clusters for the 900 kept rows of Dos"),
    ],
)
def test_impossible_targets_are_refused(n_clusters: int, target: int, message: str) -> None:
    with pytest.raises(InputError, match=message):
        density_undersample("Dos", _blobs(), n_clusters, target, seed=0)
