"""Folds that imitate the shift to a test set with new attacks: whole attack types are held out."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from aeflow.errors import InputError


def attack_type_folds(
    attacks: np.ndarray, class_of: Mapping[str, str], classes: Sequence[str], n_folds: int, seed: int
) -> np.ndarray:
    """Return the part, 0 to n_folds - 1, in which each row is held out: shape (n,), int64.

    attacks (n,) are the rows' types, those of normal traffic included; ``class_of`` has the class of each.
    The most frequent type of each class (so also of normal traffic) is cut at random into equal parts, as a
    class without it would be another one. Every other type is held out as a whole; the types of a class go
    round the parts in random order, so that each part has about as many of them.
    """
    rng = np.random.default_rng(seed)
    counts = pd.Series(attacks).value_counts()
    folds = np.empty(len(attacks), dtype=np.int64)
    for name in classes:
        # By name among equally frequent ones.
        types = sorted((t for t in counts.index if class_of[t] == name), key=lambda t: (-counts[t], t))
        rows = np.flatnonzero(attacks == types[0])
        if len(rows) < n_folds:
            remedy = f"choose {len(rows)} or less" if len(rows) > 1 else "it needs 2 rows or more"
            raise InputError(
                f"decision.folds: {n_folds} parts, and {len(rows)} of {types[0]!r}, the most frequent type of {name}; "
                f"{remedy}"
            )
        folds[rows] = rng.permutation(len(rows)) % n_folds
        first = rng.integers(n_folds)
        for i, attack in enumerate(rng.permutation(types[1:])):
            folds[attacks == attack] = (first + i) % n_folds
    return folds
