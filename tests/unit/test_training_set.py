"""The parts of a method's training set: which rows stay, and what is refused."""

import numpy as np
import pytest

from aeflow.errors import InputError
from nids.balance.training_set import Rows, class_counts, cleaned, training_set, undersampled
from nids.data.sets import Training


def test_new_rows_come_after_the_real_ones_that_are_kept(small: Training) -> None:
    new = Rows(np.full((3, small.features.shape[1]), 9.0), np.array([4, 3, 4]))
    found = training_set(small, np.array([5, 2]), new)
    np.testing.assert_array_equal(found.features[:2], small.features[[5, 2]])
    np.testing.assert_array_equal(found.features[2:], new.features)
    assert found.labels.tolist() == [*small.labels[[5, 2]], 4, 3, 4]
    whole = training_set(small)
    np.testing.assert_array_equal(whole.features, small.features)
    np.testing.assert_array_equal(training_set(small, None, new).labels, [*small.labels, 4, 3, 4])


def test_undersampling_keeps_as_many_rows_as_wanted(small: Training) -> None:
    kept = undersampled(small, {"Normal": 90, "Dos": 60}, n_clusters=3, seed=0)
    assert (np.diff(kept) > 0).all()
    before = class_counts(small.labels, small.classes)
    assert class_counts(small.labels[kept], small.classes) == before | {"Normal": 90, "Dos": 60}
    other = undersampled(small, {"Normal": 90, "Dos": 60}, n_clusters=3, seed=1)
    assert not np.array_equal(kept, other)


def test_without_large_classes_all_rows_stay(small: Training) -> None:
    """Nothing is undersampled, and nothing cleaned; what was kept before stays kept."""
    everything = np.arange(len(small.labels))
    np.testing.assert_array_equal(undersampled(small, {}, n_clusters=3, seed=0), everything)
    np.testing.assert_array_equal(cleaned(small, None, None, (), n_seeds=1, seed=0), everything)
    new = Rows(small.features[:5], small.labels[:5])
    np.testing.assert_array_equal(cleaned(small, everything[::2], new, (), n_seeds=1, seed=0), everything[::2])


def test_more_kept_rows_than_there_are_is_refused(small: Training) -> None:
    n = class_counts(small.labels, small.classes)["Dos"]
    with pytest.raises(InputError) as caught:
        undersampled(small, {"Normal": 90, "Dos": n + 1}, n_clusters=3, seed=0)
    assert str(caught.value) == f"balance.kept_rows.Dos: {n + 1} rows are to be kept of {n}; choose {n} or less"


def test_more_clusters_than_kept_rows_is_refused(small: Training) -> None:
    with pytest.raises(InputError, match="n_clusters: 91 clusters for the 90 kept rows of 'Normal'; choose 90 or less"):
        undersampled(small, {"Normal": 90}, n_clusters=91, seed=0)


def test_cleaning_takes_rows_of_the_large_classes_alone(small: Training) -> None:
    kept = undersampled(small, {"Normal": 90, "Dos": 60}, n_clusters=3, seed=0)
    new = Rows(small.features[small.labels == 4] + 0.01, np.full((small.labels == 4).sum(), 4))
    left = cleaned(small, kept, new, ("Normal", "Dos"), n_seeds=1, seed=0)
    assert set(left) < set(kept)
    before, after = (class_counts(small.labels[rows], small.classes) for rows in (kept, left))
    assert {name for name in before if after[name] < before[name]} == {"Normal", "Dos"}


def test_cleaning_looks_at_new_rows(small: Training) -> None:
    """Of two sets that differ in their new rows alone, other rows are left."""
    normal = small.features[small.labels == 1]
    beside = Rows(normal[::2] + 1e-6, np.full(len(normal[::2]), 4))
    without, with_new = (cleaned(small, None, new, ("Normal",), n_seeds=1, seed=0) for new in (None, beside))
    assert not np.array_equal(without, with_new)
    assert with_new.max() < len(small.labels)
