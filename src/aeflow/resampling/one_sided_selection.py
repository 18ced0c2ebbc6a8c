"""One-sided selection (Sect. 3.3). Kubat, Matwin, "Addressing the curse of imbalanced training sets", ICML 1997.

imbalanced-learn's ``OneSidedSelection`` looks for Tomek links by comparing every row with every
other. A k-d tree finds the same ones without that: network records lie close to few dimensions.
"""

from collections import Counter
from collections.abc import Sequence

import numpy as np
from scipy.spatial import KDTree
from sklearn.neighbors import KNeighborsClassifier


def one_sided_selection(
    features: np.ndarray, labels: np.ndarray, cleaned: Sequence[int], n_seeds: int, seed: int
) -> np.ndarray:
    """Return the sorted positions of the rows that stay, int64.

    features (n, n_features), labels (n,) int64; only rows of the ``cleaned`` labels, which must not
    be the smallest class, are removed. Of each, ``n_seeds`` random rows stay, and those that the
    nearest-neighbour rule on these and the smallest class gets wrong; then rows that form a Tomek
    link go. With one seed the rows are those of imbalanced-learn with ``n_seeds_S=1,
    random_state=seed``, ties included (where it compares all rows: from 16 features up); with more,
    no row is returned twice.
    """
    rng = np.random.RandomState(seed)
    counts = Counter(labels.tolist())
    smallest = np.flatnonzero(labels == min(counts, key=lambda label: counts[label]))
    kept = []
    for label in np.unique(labels):
        rows = np.flatnonzero(labels == label)
        if label in cleaned:
            seeds = np.unique(rng.randint(0, len(rows), size=n_seeds))
            others = np.delete(rows, seeds)
            known = np.concatenate([smallest, rows[seeds]])
            rule = KNeighborsClassifier(n_neighbors=1).fit(features[known], labels[known])
            rows = np.concatenate([rows[seeds], others[rule.predict(features[others]) != label]])
        kept.append(rows)
    # In this order, and not sorted, ties fall as in imbalanced-learn.
    stay = np.concatenate(kept)
    return np.sort(stay[~_tomek_links(features[stay], labels[stay], cleaned)])


def _tomek_links(features: np.ndarray, labels: np.ndarray, cleaned: Sequence[int]) -> np.ndarray:
    """Return for each row, bool, whether it is of a cleaned class and in a Tomek link.

    Two rows of different classes are one if each is the other's nearest neighbour.
    """
    tree = KDTree(features)
    rows = np.flatnonzero(np.isin(labels, cleaned))
    neighbours = _nearest(tree, rows)
    apart = labels[rows] != labels[neighbours]
    rows, neighbours = rows[apart], neighbours[apart]
    links = np.zeros(len(labels), dtype=bool)
    links[rows[_nearest(tree, neighbours) == rows]] = True
    return links


def _nearest(tree: KDTree, rows: np.ndarray) -> np.ndarray:
    """Return the nearest neighbour of each of the tree's ``rows``, the first one where several are.

    As in imbalanced-learn, a row that equals another one is its own neighbour: it is in no link.
    """
    distances, found = tree.query(tree.data[rows], k=min(3, tree.n))
    nearest = found[:, 1].copy()
    equal = distances[:, 1] == 0
    nearest[equal] = rows[equal]
    for i in np.flatnonzero(~equal & (distances[:, 1] == distances[:, -1])):
        near = np.array(tree.query_ball_point(tree.data[rows[i]], distances[i, 1] * (1 + 1e-12)))
        nearest[i] = near[near != rows[i]].min()
    return nearest
