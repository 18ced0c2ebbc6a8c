"""K-means undersampling by cluster density (Sect. 3.2)."""

import warnings
from numbers import Integral
from typing import Any, ClassVar

import numpy as np
from imblearn.under_sampling.base import BaseUnderSampler
from scipy import sparse
from scipy.optimize import brentq
from sklearn.cluster import KMeans
from sklearn.exceptions import ConvergenceWarning
from sklearn.utils import check_random_state
from sklearn.utils._param_validation import Interval

from aeflow._checks import quote
from aeflow.errors import InputError
from aeflow.under_sampling._selecting import SelectingMixin


class DensityUnderSampler(SelectingMixin, BaseUnderSampler):
    """Under-sample dense clusters of a class more than sparse ones.

    The rows of each class that is to shrink are clustered by K-means. The paper [1]_ asks to remove
    many rows of dense clusters and to keep sparse ones whole, and gives no formula. Here the density of
    cluster c, with n_c rows at mean Euclidean distance r_c from its centre, is

        rho_c = n_c / r_c,

    rows for each unit of spread. A cluster keeps the fraction min(1, lambda / rho_c) of its rows, that
    is q_c = min(n_c, lambda * r_c) of them, drawn at random, but at least one, and lambda is the number
    for which the q_c sum to the target. Columns are numbers on a common scale, z-scores for instance.

    Parameters
    ----------
    sampling_strategy : float, str, dict or callable, default="auto"
        As in imbalanced-learn's under-samplers: "auto" brings every class but the smallest to its
        size, a dict gives the rows that each class is to keep.
    n_clusters : int, default=20
        Clusters in each class.
    random_state : int, RandomState instance or None, default=None
        The same int gives the same rows, and leaves numpy's global random state as it is.

    Attributes
    ----------
    sampling_strategy_ : dict
        Rows that each class keeps.
    sample_indices_ : ndarray of shape (n_rows_kept,), int64
        Sorted positions of the rows kept.
    n_features_in_, feature_names_in_
        As in scikit-learn.

    Raises
    ------
    InputError (a ValueError)
        If a class is to keep fewer rows than there are clusters, or more than it has, and for what cannot be
        compared: text, times, a missing value or label, a number that is infinite or above 1e140.

    References
    ----------
    .. [1] Xiong et al., "Data Balancing Technique Based on AE-Flow Model for Network Intrusion
       Detection", Sect. 3.2.

    Examples
    --------
    >>> import numpy as np
    >>> from aeflow import DensityUnderSampler
    >>> rng = np.random.default_rng(0)
    >>> dense, sparse = rng.normal(0, 0.1, size=(80, 2)), rng.normal(5, 1, size=(30, 2))
    >>> X = np.concatenate([dense, sparse])
    >>> y = np.repeat([0, 1], [100, 10])
    >>> sampler = DensityUnderSampler(sampling_strategy={0: 40}, n_clusters=2, random_state=0)
    >>> X_new, y_new = sampler.fit_resample(X, y)
    >>> np.bincount(y_new)
    array([40, 10])
    >>> print((sampler.sample_indices_ < 80).sum(), "of the 80 dense rows stay")
    20 of the 80 dense rows stay
    """

    _parameter_constraints: ClassVar[dict] = {
        **BaseUnderSampler._parameter_constraints,
        "n_clusters": [Interval(Integral, 1, None, closed="left")],
        "random_state": ["random_state"],
    }

    def __init__(self, *, sampling_strategy: Any = "auto", n_clusters: int = 20, random_state: Any = None) -> None:
        super().__init__(sampling_strategy=sampling_strategy)
        self.n_clusters = n_clusters
        self.random_state = random_state

    def _fit_resample(self, X: Any, y: np.ndarray) -> tuple[Any, np.ndarray]:
        # An int is K-means' own seed and the draws'; others give one for all classes.
        seed = self.random_state
        if not isinstance(seed, Integral):
            seed = check_random_state(seed).randint(2**31 - 1)
        kept = []
        for label in np.unique(y):
            rows = np.flatnonzero(y == label)
            if label in self.sampling_strategy_ and self.sampling_strategy_[label] < len(rows):
                rows = rows[self._keep(label, X[rows], self.sampling_strategy_[label], seed)]
            kept.append(rows)
        self.sample_indices_ = np.sort(np.concatenate(kept))
        return X[self.sample_indices_], y[self.sample_indices_]

    def _keep(self, label: Any, X: Any, target: int, seed: int) -> np.ndarray:
        """Return the positions of the rows that a class, whose rows X has, keeps of its own."""
        if self.n_clusters > target:
            raise InputError(
                f"n_clusters: {self.n_clusters} clusters for the {target} kept rows of {quote(label)}; "
                f"choose {target} or less"
            )
        features = (X.toarray() if sparse.issparse(X) else X).astype(np.float64, copy=False)
        with warnings.catch_warnings():
            # Fewer distinct rows than clusters make fewer clusters, which is no fault.
            warnings.simplefilter("ignore", ConvergenceWarning)
            clusters = KMeans(int(self.n_clusters), n_init=1, random_state=seed).fit(features)
        present, codes, sizes = np.unique(clusters.labels_, return_inverse=True, return_counts=True)
        spreads = np.array(
            [
                np.linalg.norm(features[codes == c] - clusters.cluster_centers_[present[c]], axis=1).mean()
                for c in range(len(present))
            ]
        )
        quota = cluster_quota(sizes, spreads, target)
        rng = np.random.default_rng(seed)
        return np.concatenate(
            [rng.choice(np.flatnonzero(codes == c), quota[c], replace=False) for c in range(len(present))]
        )


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
