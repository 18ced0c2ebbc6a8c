"""The parts that validation holds out, one after the other."""

from collections import Counter
from dataclasses import replace

import numpy as np
import pytest
from conftest import ROOT
from hypothesis import given, settings
from hypothesis import strategies as st

from aeflow.errors import InputError
from nids.data.description import read_description
from nids.data.sets import Training
from nids.runs.folds import attack_type_folds, folds, group_folds

TYPES = read_description("nsl-kdd", ROOT / "datasets").label.classes or {}
CLASS_OF = {name: of for of, types in TYPES.items() for name in types}


@st.composite
def _attacks(draw: st.DrawFn) -> np.ndarray:
    """Rows in mixed order, of some types of each class; types of a class are often equally frequent."""
    rows: list[str] = []
    for types in TYPES.values():
        # A type of each class has a row for each part.
        for i, attack in enumerate(draw(st.lists(st.sampled_from(types), min_size=1, unique=True))):
            rows += [attack] * draw(st.integers(1 if i else 5, 12))
    return np.array(draw(st.permutations(rows)))


def _folds(attacks: np.ndarray, n_folds: int, seed: int) -> np.ndarray:
    return attack_type_folds(attacks, CLASS_OF, sorted(TYPES), n_folds, seed)


def _dominant(attacks: np.ndarray) -> set[str]:
    """The most frequent type of each class, the first by name among equals."""
    counts = Counter(attacks.tolist())
    return {min((-counts[t], t) for t in types if t in counts)[1] for types in TYPES.values()}


@given(attacks=_attacks(), n_folds=st.integers(2, 5), seed=st.integers(0, 2**31 - 1))
@settings(max_examples=60, deadline=None)
def test_types_are_held_out_as_a_whole_but_the_dominant_ones(attacks: np.ndarray, n_folds: int, seed: int) -> None:
    folds = _folds(attacks, n_folds, seed)
    assert folds.shape == attacks.shape
    assert folds.dtype == np.int64
    dominant = _dominant(attacks)
    assert "normal" in dominant
    held_out: dict[str, list[int]] = {name: [] for name in TYPES}
    for attack in sorted(set(attacks.tolist())):
        of_type = folds[attacks == attack]
        if attack in dominant:
            sizes = np.bincount(of_type, minlength=n_folds)
            assert len(sizes) == n_folds
            assert sizes.max() - sizes.min() <= 1
        else:
            assert len(set(of_type.tolist())) == 1
            held_out[CLASS_OF[attack]].append(int(of_type[0]))
    for parts in held_out.values():
        types_of_part = np.bincount(np.array(parts, dtype=np.int64), minlength=n_folds)
        assert len(types_of_part) == n_folds
        assert types_of_part.max() - types_of_part.min() <= 1
    np.testing.assert_array_equal(_folds(attacks, n_folds, seed), folds)


def test_a_single_row_is_refused_and_two_are_not() -> None:
    """Where it is held out, nothing of its class would be learned from; of two rows one always is."""
    others = [types[0] for name, types in TYPES.items() if name != "Probe"] * 5
    end = (
        "held out, nothing of it would be known; leave it out by label.leave_out, or put it into another class by "
        "label.classes"
    )
    with pytest.raises(InputError) as caught:
        _folds(np.array([*others, "satan"]), 5, 0)
    assert str(caught.value) == f"one training row of type 'satan', the most frequent one of class 'Probe': {end}"
    with pytest.raises(InputError) as caught:
        group_folds(np.arange(10), np.array([0] * 9 + [1]), ("a", "b"), 5, 0)
    assert str(caught.value) == f"one training row of class 'b': {end}"
    two = _folds(np.array([*others, "satan", "satan"]), 5, 0)[-2:]
    assert two[0] != two[1]
    two = group_folds(np.repeat(np.arange(9), 2), np.array([0] * 16 + [1] * 2), ("a", "b"), 5, 0)[-2:]
    assert two[0] != two[1]


def test_another_seed_gives_other_folds() -> None:
    """Of the rows of the dominant types, of a class's only other type, and of the types that share a part."""
    attacks = np.repeat([*TYPES["Normal"], *TYPES["R2L"], *TYPES["U2R"], "smurf", "nmap", "satan"], 9)
    found = [_folds(attacks, 3, seed) for seed in range(12)]
    assert not np.array_equal(found[0][attacks == "normal"], found[1][attacks == "normal"])
    of_type = {attack: np.array([folds[attacks == attack][0] for folds in found]) for attack in ("satan", "spy", "phf")}
    assert set(of_type["satan"].tolist()) == {0, 1, 2}
    assert len(set(((of_type["spy"] - of_type["phf"]) % 3).tolist())) == 3


def test_dominant_rows_are_cut_at_random() -> None:
    """Not by their order: neighbouring rows of a file are alike."""
    attacks = np.array(["normal"] * 300 + ["neptune", "satan", "spy", "perl"] * 3)
    folds = _folds(attacks, 3, 0)[:300]
    parts = np.sort(folds.reshape(100, 3), axis=1)
    assert 5 < (parts == [0, 1, 2]).all(axis=1).sum() < 60
    assert all(set(folds[i : i + 100].tolist()) == {0, 1, 2} for i in (0, 100, 200))


@given(sizes=st.lists(st.integers(2, 40), min_size=5, max_size=30), n_folds=st.integers(2, 5), seed=st.integers(0, 99))
@settings(max_examples=60, deadline=None)
def test_groups_are_held_out_as_a_whole_in_parts_of_about_one_size(sizes: list[int], n_folds: int, seed: int) -> None:
    # Each group has rows of both classes.
    groups, labels = np.repeat(np.arange(len(sizes)), sizes), np.concatenate([np.arange(n) % 2 for n in sizes])
    order = np.random.default_rng(seed).permutation(len(groups))
    groups, labels = groups[order], labels[order]
    found = group_folds(groups, labels, ("a", "b"), n_folds, seed)
    assert found.dtype == np.int64
    assert all(len(set(found[groups == group].tolist())) == 1 for group in range(len(sizes)))
    rows = np.bincount(found, minlength=n_folds)
    assert len(rows) == n_folds
    assert rows.max() - rows.min() <= max(sizes)
    np.testing.assert_array_equal(group_folds(groups, labels, ("a", "b"), n_folds, seed), found)


def test_a_class_whose_groups_are_in_one_part_is_cut_at_random() -> None:
    """A day of the week may have an attack that no other day has: held out with it, nothing would be known of it."""
    groups = np.repeat([0, 1, 2], 300)
    labels = np.zeros(900, dtype=np.int64)
    labels[600:690] = 1
    found = group_folds(groups, labels, ("a", "b"), 3, 0)
    assert np.bincount(found[labels == 1]).tolist() == [30, 30, 30]
    assert not np.array_equal(found[labels == 1], np.arange(90) % 3)
    assert [set(found[(labels == 0) & (groups == group)].tolist()) for group in range(3)] == [
        {part} for part in (int(found[0]), int(found[300]), int(found[899]))
    ]
    assert {int(found[0]), int(found[300]), int(found[899])} == {0, 1, 2}


def test_groups_are_held_out_where_there_are_any_and_types_elsewhere(small: Training) -> None:
    class_of = {name: small.classes[label] for name, label in zip(small.types, small.labels, strict=True)}
    by_types = folds(small, class_of, 3, 0)
    np.testing.assert_array_equal(by_types, attack_type_folds(small.types, class_of, small.classes, 3, 0))
    groups = np.arange(len(small.labels)) // 50
    by_groups = folds(replace(small, groups=groups), class_of, 3, 0)
    np.testing.assert_array_equal(by_groups, group_folds(groups, small.labels, small.classes, 3, 0))
    assert not np.array_equal(by_groups, by_types)
