"""One-sided selection keeps the rows that imbalanced-learn's keeps, whatever the rows are."""

from collections.abc import Callable

import numpy as np
import pytest
from scipy import sparse
from selection_rows import assert_as_imbalanced_learn, classes, grid


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("n_features", [2, 5, 16, 41])
@pytest.mark.parametrize("apart", [0.0, 0.3, 2.0])
def test_rows_are_those_of_imbalanced_learn(seed: int, n_features: int, apart: float) -> None:
    X, y = classes(seed, [900, 700, 200, 60], n_features, apart)
    kept = assert_as_imbalanced_learn(X, y, seed)
    assert len(kept) < len(y)


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("n_features", [2, 5, 41])
@pytest.mark.parametrize("form", [np.array, sparse.csr_matrix, sparse.csc_array])
def test_ties_and_equal_rows_fall_as_in_imbalanced_learn(seed: int, n_features: int, form: Callable) -> None:
    X, y = grid(seed, n_features)
    assert_as_imbalanced_learn(form(X), y, seed)


@pytest.mark.parametrize("seed", range(3))
def test_many_rows_with_copies_in_a_class_that_is_not_cleaned(seed: int) -> None:
    """Many rows are searched for at once, their copies in few: scikit-learn orders equal rows differently then."""
    rng = np.random.default_rng(seed)
    left, cleaned, smallest = (rng.normal(size=(n, 20)) for n in (900, 6000, 80))
    cleaned[:450] = left[:450]
    y = np.repeat([0, 1, 2], [900, 6000, 80])
    assert_as_imbalanced_learn(np.vstack([left, cleaned, smallest]), y, seed, [1])


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("dtype", ["float32", "int64"])
def test_other_types_of_numbers(seed: int, dtype: str) -> None:
    X, y = grid(seed, 20)
    assert_as_imbalanced_learn(X.astype(dtype), y, seed)


@pytest.mark.parametrize("seed", range(5))
def test_records_with_noise(seed: int) -> None:
    """A few records, each repeated many times and a little different: a tree finds no structure in such rows."""
    rng = np.random.default_rng(seed)
    records = rng.normal(0, 3, size=(40, 41)) * (rng.random((40, 41)) < 0.2)
    which = rng.integers(0, len(records), size=3000)
    y = np.where(rng.random(3000) < 0.97, which % 4, rng.integers(0, 4, size=3000))
    X = records[which] + rng.normal(0, 0.01, size=(3000, 41))
    kept = assert_as_imbalanced_learn(X, y, seed)
    assert len(kept) < 3000


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("offset", [1e3, 1e6])
def test_long_rows_that_lie_close(seed: int, offset: float) -> None:
    """Far from the origin the products of matrices lose digits."""
    X, y = classes(seed, [400, 300, 100], 41, 0.3)
    assert_as_imbalanced_learn(X * 1e-3 + offset, y, seed)


@pytest.mark.parametrize("seed", range(2))
@pytest.mark.parametrize("form", [np.array, np.float32, np.int64, sparse.csr_array])
@pytest.mark.parametrize("n_features", [8, 39])
def test_raw_records(seed: int, form: Callable, n_features: int) -> None:
    """Counts and bytes up to 4e9, and equal rows of different classes: many distances are mere rounding."""
    rng = np.random.default_rng(seed)
    scales = np.exp(rng.uniform(-2, 21, size=n_features))
    records = rng.integers(0, 4, size=(700, n_features)) * scales * (rng.random((700, n_features)) < 0.3)
    X = records[rng.integers(0, 700, size=1400)]
    X[:, scales < 1e3] += rng.integers(0, 2, size=(1400, int((scales < 1e3).sum())))
    y = rng.choice([0, 1, 2], p=[0.6, 0.3, 0.1], size=1400)
    kept = assert_as_imbalanced_learn(form(X), y, seed)
    assert len(kept) < 1400
