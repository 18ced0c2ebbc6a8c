"""The rows that validation holds out: whole attack types, which imitates the shift to a test set with new attacks, or
whole groups where the types are the classes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from aeflow.errors import InputError
from nids.data.sets import Training


@dataclass(frozen=True)
class Part:
    """A part of the training set that is held out: its name, the seed of its cut; which rows are ``known``, (n,)."""

    name: str
    seed: int
    known: np.ndarray


def parts(train: Training, class_of: Mapping[str, str], n_folds: int, seeds: Sequence[int]) -> list[Part]:
    """Return what is held out: the n_folds parts of each seed's cut, and at last a random part, as large as one."""
    found = []
    for seed in seeds:
        of_row = folds(train, class_of, n_folds, seed)
        found += [Part(f"seed{seed}-part{fold}", seed, of_row != fold) for fold in range(n_folds)]
    return [*found, Part("random", seeds[0], random_part(len(train.labels), n_folds, seeds[0]))]


def random_part(n: int, n_folds: int, seed: int) -> np.ndarray:
    """Return which of n rows are known, bool, when a random part is held out, as large as one of ``n_folds``."""
    return np.random.default_rng(seed).permutation(n) % n_folds != 0


def folds(train: Training, class_of: Mapping[str, str], n_folds: int, seed: int) -> np.ndarray:
    """Return the part in which each row is held out, as ``attack_type_folds``; by groups where there are any."""
    if train.groups is None:
        return attack_type_folds(train.types, class_of, train.classes, n_folds, seed)
    return group_folds(train.groups, train.labels, train.classes, n_folds, seed)


def group_folds(groups: np.ndarray, labels: np.ndarray, classes: Sequence[str], n_folds: int, seed: int) -> np.ndarray:
    """Return the part, 0 to n_folds - 1, in which each row is held out: shape (n,), int64.

    Whole groups, int64 (n,), so that each part has about as many rows. A class of ``labels`` (n,), int64, positions in
    ``classes``, whose groups are all in one part is cut at random: else nothing of it would be known when they are
    held out. Raises InputError for a class with a single row.
    """
    rng = np.random.default_rng(seed)
    found = np.zeros(len(groups), dtype=np.int64)
    sizes = np.unique(groups, return_counts=True)
    # The largest groups first, each into the part that has the fewest rows.
    order = np.argsort(-sizes[1] + rng.random(len(sizes[1])))
    rows = np.zeros(n_folds)
    for group, n in zip(sizes[0][order], sizes[1][order], strict=True):
        part = int(rows.argmin())
        found[groups == group] = part
        rows[part] += n
    for label in np.unique(labels):
        of_class = np.flatnonzero(labels == label)
        if len(np.unique(found[of_class])) == 1:
            found[of_class] = _cut(len(of_class), n_folds, rng, f"class {classes[label]!r}")
    return found


def attack_type_folds(
    attacks: np.ndarray, class_of: Mapping[str, str], classes: Sequence[str], n_folds: int, seed: int
) -> np.ndarray:
    """Return the part, 0 to n_folds - 1, in which each row is held out: shape (n,), int64.

    attacks (n,) are the rows' types, those of normal traffic included; ``class_of`` has the class of each.
    The most frequent type of each class (so also of normal traffic) is cut at random into equal parts, as a
    class without it would be another one. Every other type is held out as a whole; the types of a class go
    round the parts in random order, so that each part has about as many of them. Raises InputError for a most
    frequent type with a single row.
    """
    rng = np.random.default_rng(seed)
    counts = pd.Series(attacks).value_counts()
    folds = np.empty(len(attacks), dtype=np.int64)
    for name in classes:
        # By name among equally frequent ones.
        types = sorted((t for t in counts.index if class_of[t] == name), key=lambda t: (-counts[t], t))
        rows = np.flatnonzero(attacks == types[0])
        folds[rows] = _cut(len(rows), n_folds, rng, f"type {types[0]!r}, the most frequent one of class {name!r}")
        first = rng.integers(n_folds)
        for i, attack in enumerate(rng.permutation(types[1:])):
            folds[attacks == attack] = (first + i) % n_folds
    return folds


def _cut(n: int, n_folds: int, rng: np.random.Generator, of: str) -> np.ndarray:
    """Return the part of each of n rows, cut at random."""
    if n < 2:
        raise InputError(
            f"one training row of {of}: held out, nothing of it would be known; leave it out by label.leave_out, or "
            "put it into another class by label.classes"
        )
    return rng.permutation(n) % n_folds
