"""How many rows each class gets and keeps: numbers, shares, and the rule behind auto."""

from collections.abc import Callable
from typing import Any

import pytest

from aeflow.errors import InputError
from nids.data.balance import kept_rows, new_rows

# The paper's training set.
ROWS = {"Normal": 67343, "Dos": 45927, "Probe": 11656, "R2L": 995, "U2R": 52}


def test_auto_gives_nearly_the_papers_numbers() -> None:
    """Its Table 2 has 11,000 new rows each, and keeps 16,836 and 16,714."""
    assert new_rows("auto", ROWS) == {"R2L": 10661, "U2R": 11604}
    assert kept_rows("auto", ROWS) == {"Normal": 16785, "Dos": 16785}


def test_auto_grows_what_is_below_half_the_median_and_cuts_what_is_above_twice_it() -> None:
    rows = {"a": 1000, "b": 499, "c": 500, "d": 2000, "e": 2001}
    assert new_rows("auto", rows) == {"b": 501}
    assert kept_rows("auto", rows) == {"e": 1440}


def test_auto_grows_by_at_most_250_times_and_nothing_from_less_than_20_rows() -> None:
    rows = {"a": 40_000, "b": 40_000, "c": 40_000, "d": 20, "e": 19}
    assert new_rows("auto", rows) == {"d": 250 * 20}


def test_nothing_is_cut_where_classes_are_alike() -> None:
    assert kept_rows("auto", {"a": 100, "b": 100, "c": 10}) == {}


def test_numbers_shares_and_auto_per_class() -> None:
    assert new_rows({"U2R": 500, "R2L": 0.5, "Probe": 2.0, "Dos": 1}, ROWS) == {
        "U2R": 500,
        "R2L": 498,
        "Probe": 23312,
        "Dos": 1,
    }
    assert new_rows({"U2R": "auto"}, ROWS) == {"U2R": 11604}
    assert new_rows({"U2R": 0.001}, ROWS) == {"U2R": 1}
    assert kept_rows({"Normal": 0.25, "Dos": "auto", "Probe": 11656}, ROWS) == {
        "Normal": 16836, "Dos": 16785, "Probe": 11656
    }  # fmt: skip
    # The rule cuts nothing of a smaller class.
    assert kept_rows({"R2L": "auto"}, ROWS) == {"R2L": 995}
    assert new_rows({}, ROWS) == kept_rows({}, ROWS) == {}


@pytest.mark.parametrize(
    ("rule", "amounts", "rows", "message"),
    [
        (new_rows, "auto", {"a": 100, "b": 90},
         "balance.new_rows: auto lets no class grow, as none has from 20 to 47 training rows, less than half"),
        (new_rows, "auto", {"a": 100, "b": 90, "c": 19}, "balance.new_rows: auto lets no class grow"),
        (new_rows, {"worm": 5}, ROWS, "balance.new_rows: 'worm' is no class; the classes are 'Normal', 'Dos', "),
        (kept_rows, {"worm": 5}, ROWS, "balance.kept_rows: 'worm' is no class; the classes are 'Normal', "),
        (new_rows, {"a": "auto"}, {"a": 19, "b": 90},
         "balance.new_rows.a: auto gives no row to a class of 19; say how many"),
        (new_rows, {"b": "auto"}, {"a": 19, "b": 90}, "balance.new_rows.b: auto gives no row to a class of 90; say"),
        (kept_rows, {"R2L": 996}, ROWS, "balance.kept_rows.R2L: 996 rows are to be kept of 995; choose 995 or less"),
        (kept_rows, {"R2L": 1.5}, ROWS, "balance.kept_rows.R2L: 1492 rows are to be kept of 995; choose 995 or less"),
    ],
)  # fmt: skip
def test_amounts_that_cannot_be_are_told_by_key(
    rule: Callable[..., dict[str, int]], amounts: Any, rows: dict[str, int], message: str
) -> None:
    with pytest.raises(InputError) as caught:
        rule(amounts, rows)
    assert str(caught.value).startswith(message)
