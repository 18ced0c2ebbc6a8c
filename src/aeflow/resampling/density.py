"""K-means undersampling by cluster density (Sect. 3.2).

The paper asks to remove many rows of dense clusters and to keep sparse ones whole, and gives no
formula. Here the density of cluster c, with n_c rows at mean Euclidean distance r_c from its
centre, is

    rho_c = n_c / r_c,

rows for each unit of spread. A cluster keeps the fraction min(1, lambda / rho_c) of its rows, that
is q_c = min(n_c, lambda * r_c) of them, but at least one, and lambda is the number for which the
q_c sum to the target.
"""

import numpy as np
from scipy.optimize import brentq
from sklearn.cluster import KMeans

from aeflow.base.errors import InputError


def cluster_quota(sizes: np.ndarray, spreads: np.ndarray, target: int) -> np.ndarray:
    """Return how many rows each cluster keeps, int64, summing to ``target`` exactly.

    sizes (k,) are the n_c, all positive; spreads (k,) the r_c, not negative; ``target`` is from k
    to sum(sizes). Fractions of rows go to the clusters with the largest ones.
    """
    # A cluster of equal rows has spread 0 and infinite density; it still counts a little, so that
    # every target can be met.
    spreads = np.maximum(spreads, 1e-9 * max(spreads.max(), 1.0))

    def quota(log_rate: float) -> np.ndarray:
        return np.clip(np.exp(log_rate) * spreads, 1, sizes)

    # In these bounds the quotas go from one row each to every row.
    low, high = np.log(1 / spreads.max()), np.log((sizes / spreads).max())
    if low >= high or quota(low).sum() >= target:
        exact = quota(low)
    elif quota(high).sum() <= target:
        exact = quota(high)
    else:
        exact = quota(brentq(lambda log_rate: quota(log_rate).sum() - target, low, high, xtol=1e-14))
    kept = np.floor(exact).astype(np.int64)
    # Full clusters take no more; the stable sort makes ties fall to the first.
    remainder = np.where(kept < sizes, exact - kept, -1.0)
    kept[np.argsort(-remainder, kind="stable")[: target - kept.sum()]] += 1
    return kept


def density_undersample(name: str, features: np.ndarray, n_clusters: int, target: int, seed: int) -> np.ndarray:
    """Return the sorted positions of ``target`` rows of class ``name``'s features (n, n_features).

    Rows are drawn at random within each cluster. Raises InputError if the class has fewer rows
    than ``target``, or ``target`` is below the number of clusters.
    """
    n = len(features)
    if target > n:
        raise InputError(f"kept_rows.{name}: {target} rows are to be kept of {n}; choose {n} or less")
    if n_clusters > target:
        raise InputError(
            f"kmeans.n_clusters: {n_clusters} clusters for the {target} kept rows of {name}; choose {target} or less"
        )
    clusters = KMeans(n_clusters, n_init=1, random_state=seed).fit(features)
    distances = np.linalg.norm(features - clusters.cluster_centers_[clusters.labels_], axis=1)
    present, codes, sizes = np.unique(clusters.labels_, return_inverse=True, return_counts=True)
    spreads = np.bincount(codes, weights=distances) / sizes
    quota = cluster_quota(sizes, spreads, target)
    rng = np.random.default_rng(seed)
    kept = [rng.choice(np.flatnonzero(codes == c), quota[c], replace=False) for c in range(len(present))]
    return np.sort(np.concatenate(kept))
