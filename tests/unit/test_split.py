"""Which rows of data are for the test: by share, by group, by time and by type; and dates, which have many forms."""

from typing import Any

import numpy as np
import pytest

from aeflow.errors import InputError
from nids.data.description import Split
from nids.data.split import PERIODS, periods, times
from nids.data.split import test_rows as rows_for_the_test

N = 300
TYPES = np.array(["normal", "dos", "normal", "scan", "normal", "probe"] * (N // 6), dtype=object)
CLASS_OF = {"normal": "Normal", "dos": "Attack", "scan": "Attack", "probe": "Probe"}
CLASSES = np.array([CLASS_OF[name] for name in TYPES], dtype=object)


def _rows(groups: Any = None, classes: np.ndarray = CLASSES, **split: Any) -> np.ndarray:
    of_rows = None if groups is None else np.array(groups, dtype=object)
    return rows_for_the_test(Split(**split), TYPES, classes, of_rows, "Normal")


@pytest.mark.parametrize("share", [0.1, 0.3, 0.9])
def test_a_share_of_each_type(share: float) -> None:
    chosen = _rows(test=share)
    for name, n in zip(*np.unique(TYPES, return_counts=True), strict=True):
        assert chosen[np.equal(TYPES, name)].sum() == round(share * n)


def test_the_seed_alone_decides() -> None:
    np.testing.assert_array_equal(_rows(seed=3), _rows(seed=3))
    assert (_rows(seed=3) != _rows(seed=4)).any()
    # Not by the order of rows: neighbours are alike.
    assert 1 < np.abs(np.diff(_rows()[TYPES == "normal"].astype(int))).sum() < 0.8 * N


def test_of_two_rows_one_is_for_the_test_and_of_one_none() -> None:
    types = np.array(["a", "a", "b", "b"] * 5, dtype=object)
    types[:3] = ["x", "x", "y"]
    classes = np.array(["A" if name in "axy" else "B" for name in types], dtype=object)
    chosen = rows_for_the_test(Split(test=0.01), types, classes, None, "A")
    assert chosen[:2].sum() == 1
    assert not chosen[2]
    chosen = rows_for_the_test(Split(test=0.9), types, classes, None, "A")
    assert chosen[:2].sum() == 1


def test_groups_are_whole() -> None:
    groups = [f"10.0.0.{i // 10}" for i in range(N)]
    chosen = _rows(groups, by="group", column="ip", test=0.25)
    assert all(len(set(chosen[i : i + 10])) == 1 for i in range(0, N, 10))
    assert chosen.mean() == pytest.approx(0.25, abs=0.05)
    for name in set(CLASSES):
        assert chosen[np.equal(CLASSES, name)].mean() == pytest.approx(0.25, abs=0.1)


def test_the_last_rows_in_time() -> None:
    at = np.random.default_rng(0).permutation(N)
    chosen = _rows(list(map(str, at)), by="time", column="ts", test=0.2)
    assert chosen.sum() == 60
    assert at[chosen].min() > at[~chosen].max()


def test_types_are_held_out_as_a_whole_and_a_share_of_the_others() -> None:
    chosen = _rows(by="types", types=("sc*",), test=0.3)
    assert chosen[TYPES == "scan"].all()
    assert chosen[TYPES == "dos"].sum() == 15
    assert chosen[TYPES == "normal"].sum() == 45


@pytest.mark.parametrize(
    ("groups", "split", "message"),
    [
        (None, {"by": "types", "types": ("sca",)}, "split.types: no type is 'sca'; correct it"),
        (None, {"by": "types", "types": ("*o*",)}, "split.types: they match normal traffic too; only attack types can"),
        (None, {"by": "types", "types": ("probe",)}, "split: class 'Probe' has no training row, of 50; split other"),
        (["a", "b"] * (N // 2), {"by": "group", "column": "ip"},
         "split.column: 2 groups cannot be cut into 3 parts, of which one is for the test (split.test 0.3); give more"),
        (TYPES, {"by": "group", "column": "ip"}, "split: class "),
        ([i if name == "Probe" else N + i for i, name in enumerate(CLASSES)], {"by": "time", "column": "ts"},
         "split: class 'Probe' has no test row, of 50; split otherwise, or list its types in label.leave_out"),
    ],
)  # fmt: skip
def test_a_class_needs_rows_on_both_sides(groups: Any, split: dict[str, Any], message: str) -> None:
    with pytest.raises(InputError) as caught:
        _rows(groups, **split)
    assert str(caught.value).startswith(message)


TIME = Split(by="time", column="ts")


@pytest.mark.parametrize(
    "texts",
    [
        ["9", "10", "1.5e2", "1421927377"],
        ["2020-01-02", "2020-01-10", "2020-02-01", "2021-01-01"],
        ["2020-01-02 10:00:00", "2020-01-02 10:00:01", "2020-01-02 22:00:00", "2020-01-03 01:00:00"],
        ["2020-01-02T10:00:00.1Z", "2020-01-02T10:00:00.2Z", "2020-01-02T10:00:00.3Z", "2020-01-02T10:00:01.0Z"],
        # The day is first, as the second, or the first, shows.
        ["02/01/2018 08:30:01", "13/01/2018 08:00:01", "01/02/2018 08:00:01", "01/03/2018 08:00:01"],
        ["14/02/2018 08:30:01", "15/02/2018 08:30:01", "01/03/2018 08:30:01", "02/03/2018 08:30:01"],
        # The month is.
        ["7/3/2017 8:55", "7/5/2017 8:55", "7/13/2017 8:54", "7/13/2017 8:56"],
        # All are of one day.
        ["5/7/2017 8:55", "5/7/2017 9:55", "5/7/2017 10:55", "5/7/2017 11:55"],
        # Clocks of two places.
        ["2020-01-01T10:00:00+02:00", "2020-01-01T09:30:00+01:00", "2020-01-01T11:00:00+02:00", "2020-01-01T11:00:00Z"],
    ],
)
def test_times_of_many_forms_are_in_order(texts: list[str]) -> None:
    found = times(np.array(texts[::-1], dtype=object), TIME)
    assert found.dtype == np.float64
    assert (np.diff(found) < 0).all()


@pytest.mark.parametrize(
    ("texts", "message"),
    [
        (["1", "2", "3", "yesterday"], "'ts' has 'yesterday', which is no time as the others are; correct it, or"),
        (["1", "2", "3", "inf"], "'ts' has 'inf', which is no time"),
        (["1", "2", "3", "nan"], "'ts' has 'nan', which is no time"),
        (["1", "2", "3", "(none)"], "'ts' has '(none)', which is no time"),
        (["2020-01-02", "2020-01-03", "2020-02-30"], "'ts' has '2020-02-30', which is no time"),
        (["tcp", "udp"], "'ts' has 'tcp', which is no time"),
        (["1/2/2020", "2/1/2020", "3/4/2020"],
         "'ts' has dates such as '1/2/2020', of which the day or the month may be first; write them as 2020-12-31"),
    ],
)  # fmt: skip
def test_what_is_no_time_or_two_is_told(texts: list[str], message: str) -> None:
    with pytest.raises(InputError) as caught:
        times(np.array(texts, dtype=object), TIME)
    assert str(caught.value).startswith(f"split.column: {message}")


def test_periods_have_about_one_size_and_equal_times_are_in_one() -> None:
    at = np.random.default_rng(0).permutation(1000).astype(float)
    found = periods(at)
    assert found.dtype == np.int64
    assert np.bincount(found).tolist() == [100] * PERIODS
    assert (np.diff(found[np.argsort(at)]) >= 0).all()
    assert len(set(periods(np.array([5.0] * 50 + [7.0])))) == 2
