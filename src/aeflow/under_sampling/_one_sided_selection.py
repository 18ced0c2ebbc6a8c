"""One-sided selection (Sect. 3.3) without comparing every pair of rows.

Both steps end in the nearest-neighbour search of scikit-learn, as in imbalanced-learn, so that the
same rows stay. Tomek links are asked for only of the few rows that can be in one: those that have a
row of another class about as near as one of their own. Where rows are equally near, up to the rounding
of their distances, scikit-learn is asked in the way in which it answers as for all rows.
"""

import os
from collections import Counter
from collections.abc import Collection
from numbers import Integral
from typing import Any, ClassVar

import numpy as np
from imblearn.under_sampling.base import BaseCleaningSampler
from scipy import sparse
from sklearn import get_config
from sklearn.neighbors import KNeighborsClassifier, NearestNeighbors
from sklearn.utils import check_random_state
from sklearn.utils._param_validation import Interval
from threadpoolctl import threadpool_limits

from aeflow.under_sampling._selecting import SelectingMixin

BLOCK = 256  # rows compared at once: few enough to lie close together, enough for a product of matrices


class OneSidedSelection(SelectingMixin, BaseCleaningSampler):
    """Remove rows of large classes that are redundant or in a Tomek link.

    Of each cleaned class a random seed stays, and with it the rows that the nearest-neighbour rule,
    on the seed and the smallest class, gets wrong; the others are redundant [1]_. Of what stays,
    the rows of cleaned classes in a Tomek link go: two rows of different classes, each the other's
    nearest neighbour [2]_. Columns are numbers on a common scale, z-scores for instance.

    With ``n_seeds_S=1`` the rows that stay are those of
    :class:`imblearn.under_sampling.OneSidedSelection` (0.14.2, on one thread) with the same
    ``random_state``, ties, equal rows and columns of any scale included, for an X of float64, dense
    float32 or whole numbers. Many ties take its time too. The result does not depend on the number of
    threads. Memory grows with the rows, never with their pairs; a sparse X is made dense for a while.

    Parameters
    ----------
    sampling_strategy : str or list, default="auto"
        The classes to clean, as in imbalanced-learn's cleaning samplers: "auto" is all but the
        smallest class, a list names them. If the smallest class is named, only its seeds stay.
    random_state : int, RandomState instance or None, default=None
        Draws the seeds. The same int gives the same rows, and leaves numpy's global random state as
        it is.
    n_seeds_S : int, default=1
        Seeds of each cleaned class, all different; a class that has no more rows than that loses
        none as redundant. (imbalanced-learn draws with replacement and can return a row twice.)

    Attributes
    ----------
    sampling_strategy_ : dict
        Its keys are the classes cleaned.
    sample_indices_ : ndarray of shape (n_rows_kept,), int64
        Sorted positions of the rows kept.
    n_features_in_, feature_names_in_
        As in scikit-learn.

    Raises
    ------
    InputError (a ValueError)
        For a class in ``sampling_strategy`` that y does not have, and for what cannot be compared: text, times, a
        missing value or label, a number that is infinite or above 1e140.

    References
    ----------
    .. [1] M. Kubat, S. Matwin, "Addressing the curse of imbalanced training sets: one-sided
       selection", ICML 1997, 179-186.
    .. [2] I. Tomek, "Two modifications of CNN", IEEE Transactions on Systems, Man, and Cybernetics
       6 (1976), 769-772.

    Examples
    --------
    >>> import numpy as np
    >>> from aeflow import OneSidedSelection
    >>> X = np.array([[0.0], [0.1], [0.2], [5.0], [5.1], [5.4]])
    >>> y = np.array([0, 0, 0, 0, 1, 1])

    The first row is the seed, the second and third are redundant, and the fourth is in a Tomek link:

    >>> sampler = OneSidedSelection(random_state=0)
    >>> X_new, y_new = sampler.fit_resample(X, y)
    >>> sampler.sample_indices_
    array([0, 4, 5])
    """

    _parameter_constraints: ClassVar[dict] = {
        **BaseCleaningSampler._parameter_constraints,
        "random_state": ["random_state"],
        "n_seeds_S": [Interval(Integral, 1, None, closed="left")],
    }

    def __init__(self, *, sampling_strategy: Any = "auto", random_state: Any = None, n_seeds_S: int = 1) -> None:
        super().__init__(sampling_strategy=sampling_strategy)
        self.random_state = random_state
        self.n_seeds_S = n_seeds_S

    @threadpool_limits.wrap(limits=1, user_api="blas")  # on more threads, products as small as here mostly wait
    def _fit_resample(self, X: Any, y: np.ndarray) -> tuple[Any, np.ndarray]:
        rng = check_random_state(self.random_state)
        features = (X.toarray() if sparse.issparse(X) else X).astype(np.float64, copy=False)
        counts = Counter(y)
        smallest = min(counts, key=lambda label: counts[label])
        kept = []
        for label in np.unique(y):
            rows = np.flatnonzero(y == label)
            if label in self.sampling_strategy_:
                seeds = _seeds(len(rows), self.n_seeds_S, rng)
                others, rows = np.delete(rows, seeds), rows[seeds]
                if label != smallest and len(others):
                    wrong = _misjudged(X, features, np.flatnonzero(y == smallest), rows, others)
                    rows = np.concatenate([rows, others[wrong]])
            kept.append(rows)
        # In this order, and not sorted, ties fall as in imbalanced-learn.
        stay = np.concatenate(kept)
        links = _tomek_links(X[stay], features[stay], y[stay], self.sampling_strategy_)
        self.sample_indices_ = np.sort(stay[~links])
        return X[self.sample_indices_], y[self.sample_indices_]


def _seeds(n_rows: int, n_seeds: int, rng: np.random.RandomState) -> np.ndarray:
    """Return ``n_seeds`` different positions below ``n_rows``, or all; a single one as imbalanced-learn draws it."""
    if n_seeds == 1:
        return rng.randint(0, n_rows, size=1)
    return rng.choice(n_rows, min(n_seeds, n_rows), replace=False)


def _ties_by_position(n_rows: int) -> threadpool_limits:
    """Return a context in which scikit-learn searches for ``n_rows`` rows as on one thread.

    It shares out whole rows among threads if there are more than 1024 for each; of fewer it shares
    out the search of each row, and equal distances fall as the threads finish.
    """
    return threadpool_limits(None if n_rows > 1024 * (os.cpu_count() or 1) else 1)


def _in_whole_chunks(X: Any, rows: np.ndarray) -> np.ndarray:
    """Return sorted positions in X, ``rows`` among them, whose distances scikit-learn rounds as those of all rows.

    It compares rows of floats in whole chunks, whose products of matrices round as a function of their shape, and
    shares the work out otherwise if there are no more than four. Whole numbers and sparse rows it compares all at
    once, and rows of up to 15 columns in a tree that depends on all.
    """
    if sparse.issparse(X) or X.dtype.kind != "f" or X.shape[1] <= 15:
        return np.arange(X.shape[0])
    size = get_config()["pairwise_dist_chunk_size"]
    positions = np.add.outer(np.union1d(rows // size, np.arange(5)) * size, np.arange(size)).ravel()
    return positions[positions < X.shape[0]]


def _misjudged(X: Any, features: np.ndarray, smallest: np.ndarray, seeds: np.ndarray, rows: np.ndarray) -> np.ndarray:
    """Return for each of ``rows``, bool, whether a row of the ``smallest`` class is nearer than the ``seeds``.

    X is searched by scikit-learn; features, the same as dense float64, tell which rows need it.
    """
    asked = features[rows]
    distances, _ = NearestNeighbors(n_neighbors=1).fit(features[seeds]).kneighbors(asked)
    limits = np.square(distances[:, 0])
    rounding = _rounding(asked, limits)
    wrong = _reached(asked, limits - rounding, features[smallest])
    left = np.flatnonzero(~wrong)
    unsure = left[_reached(asked[left], (limits + rounding)[left], features[smallest])]
    if len(unsure):
        known = np.concatenate([smallest, seeds])
        rule = KNeighborsClassifier(n_neighbors=1).fit(X[known], np.arange(len(known)) < len(smallest))
        searched = _in_whole_chunks(X[rows], unsure)
        with _ties_by_position(len(searched)):
            judged = rule.predict(X[rows[searched]])
        wrong[unsure] = judged[np.searchsorted(searched, unsure)]
    return wrong


def _tomek_links(X: Any, features: np.ndarray, y: np.ndarray, cleaned: Collection) -> np.ndarray:
    """Return for each row, bool, whether it is of a ``cleaned`` class and in a Tomek link.

    X is searched by scikit-learn; features, the same as dense float64, tell which rows need it.
    """
    search = NearestNeighbors(n_neighbors=min(3, len(y))).fit(X)
    nearest = np.full(len(y), -1)

    def find(rows: np.ndarray) -> None:
        if not len(rows):
            return
        with _ties_by_position(len(rows)):
            distances, found = search.kneighbors(X[rows])
        nearest[rows] = found[:, 1]  # the first is the row itself, or one as near
        squared = np.square(distances)
        rounding = _rounding(features[rows], squared[:, -1])
        tied = (np.diff(squared) <= rounding[:, None]).any(axis=1)
        if tied.any():
            nearest[rows[tied]] = _second_nearest(X, features, rows[tied], (squared[:, 1] + rounding)[tied])

    contested = np.zeros(len(y), dtype=bool)
    for label in cleaned:
        contested[y == label] = _contested(features[y == label], features[y != label])
    rows = np.flatnonzero(contested)
    find(rows)
    rows = rows[y[nearest[rows]] != y[rows]]
    partners = np.unique(nearest[rows])
    find(partners[nearest[partners] == -1])
    links = np.zeros(len(y), dtype=bool)
    links[rows] = nearest[nearest[rows]] == rows
    return links


def _second_nearest(X: Any, features: np.ndarray, rows: np.ndarray, limits: np.ndarray) -> np.ndarray:
    """Return for each of ``rows`` the second of its nearest rows, that which scikit-learn finds of all rows.

    Only rows within a squared distance of ``limits`` can be it.
    """
    near = np.zeros(len(features), dtype=bool)
    for i in range(0, len(rows), 16):  # few at once, for the memory
        squared = _squared_distances(features[rows[i : i + 16]], features)
        near |= (squared <= limits[i : i + 16, None]).any(axis=0)
    asked, known = _in_whole_chunks(X, rows), _in_whole_chunks(X, np.flatnonzero(near))
    # Of the same X, and not of a copy, scikit-learn takes each row's distance to itself as 0.
    X_asked, X_known = (X if len(rows) == len(features) else X[rows] for rows in (asked, known))
    search = NearestNeighbors(n_neighbors=2).fit(X_known)
    with _ties_by_position(len(asked)):
        found = search.kneighbors(X_asked, return_distance=False)
    return known[found[np.searchsorted(asked, rows), 1]]


def _contested(own: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Return for each row of ``own``, bool, whether the nearest of all rows can be one of ``other``.

    It cannot if a row of the own block is nearer. Where that is not the nearest of all own rows, a
    few rows more are contested.
    """
    limits = np.empty(len(own))
    for rows in _blocks(own):
        squared = _squared_distances(own[rows], own[rows])
        np.fill_diagonal(squared, np.inf)
        limits[rows] = squared.min(axis=1)
    return _reached(own, limits + _rounding(own, limits), other)


def _rounding(features: np.ndarray, squared: np.ndarray) -> np.ndarray:
    """Return more than the rounding of comparing ``squared`` distances to rows of ``features``, here or there.

    Each of two distances is rounded here and in scikit-learn, by the number of features and the
    squared lengths of its rows.
    """
    lengths = np.einsum("ij,ij->i", features, features)
    return 32 * (features.shape[1] + 2) * np.finfo(np.float64).eps * (squared + lengths) + np.finfo(np.float64).tiny


def _reached(a: np.ndarray, limits: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Return for each row of ``a``, bool, whether a row of ``b`` is within its squared distance ``limits``.

    a (n, n_features) and b (m, n_features), float64; limits (n,). Blocks of a are compared with
    blocks of b, the nearest box first, until all their rows are reached or boxes are too far.
    """
    searched = [b[rows] for rows in _blocks(b)]
    low = np.array([rows.min(axis=0) for rows in searched])
    high = np.array([rows.max(axis=0) for rows in searched])
    reached = np.zeros(len(a), dtype=bool)
    for rows in _blocks(a):
        gaps = np.maximum(np.maximum(low - a[rows].max(axis=0), a[rows].min(axis=0) - high), 0)
        gaps = np.einsum("ij,ij->i", gaps, gaps)  # no two rows are nearer than their boxes
        for i in np.argsort(gaps):
            left = rows[(limits[rows] >= gaps[i]) & ~reached[rows]]
            if not len(left):
                break
            reached[left] = _squared_distances(a[left], searched[i]).min(axis=1) <= limits[left]
    return reached


def _blocks(features: np.ndarray) -> list[np.ndarray]:
    """Return the positions of all rows, cut into blocks of at most ``BLOCK`` rows that lie close together.

    They are cut at the mean of the column that varies most. The median would cut through rows that
    are equal there, as most are in most columns of network records.
    """
    blocks, uncut = [], [np.arange(len(features))] if len(features) else []
    while uncut:
        rows = uncut.pop()
        if len(rows) <= BLOCK:
            blocks.append(rows)
            continue
        centred = features[rows]
        centred -= centred.mean(axis=0)
        above = centred[:, np.einsum("ij,ij->j", centred, centred).argmax()] > 0
        if not 0 < above.sum() < len(rows):  # all equal, up to the rounding of the mean
            above = np.arange(len(rows)) % 2 == 0
        uncut += [rows[above], rows[~above]]
    return blocks


def _squared_distances(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Return the (len(a), len(b)) squared Euclidean distances, up to rounding: |a|^2 - 2ab + |b|^2."""
    squared = a @ (-2 * b.T)
    squared += np.einsum("ij,ij->i", b, b)
    squared += np.einsum("ij,ij->i", a, a)[:, None]
    return squared
