"""Columns and the two tables that encode rows for a generator."""

from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aeflow.errors import InputError
from aeflow.over_sampling._binned import BinnedTable, Cells, find_cells
from aeflow.over_sampling._columns import Column, as_frame, learn_columns
from aeflow.over_sampling._scaled import ScaledTable


def _frame(n: int = 200) -> pd.DataFrame:
    rng = np.random.default_rng(0)
    return pd.DataFrame(
        {
            "service": rng.choice(["http", "smtp", "ftp"], n, p=[0.8, 0.15, 0.05]),
            "bytes": np.where(rng.random(n) < 0.5, 0, rng.integers(1, 10**6, n)),
            "rate": rng.random(n).round(2),
            "score": rng.normal(size=n),
            "constant": 3,
        }
    )


def test_what_columns_may_hold_is_learned() -> None:
    service, size, rate, score, constant = learn_columns(_frame(), "auto")
    assert service.categories is not None
    assert service.categories.tolist() == ["ftp", "http", "smtp"]
    assert (size.low, size.decimals) == (0, 0)
    assert rate.decimals == 2
    assert score.decimals is None
    assert (constant.low, constant.high) == (3, 3)


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64", "longdouble", ">f4", "Float32", "float[pyarrow]"])
def test_digits_are_those_of_the_column_in_its_own_precision(dtype: Any) -> None:
    if "pyarrow" in str(dtype):
        pytest.importorskip("pyarrow")
    hundredths = np.random.default_rng(0).integers(0, 1000, 300)
    values = pd.Series(hundredths / np.longdouble(100) if dtype == "longdouble" else hundredths / 100).astype(dtype)
    assert learn_columns(as_frame(values.to_frame()), "auto")[0].decimals == 2


def test_microseconds_are_digits() -> None:
    times = 1_700_000_000 + np.random.default_rng(0).integers(0, 10**9, 300) / 1e6
    column = learn_columns(pd.DataFrame({"time": times}), "auto")[0]
    assert column.decimals == 6
    legal, _ = column.legal(times[:100] + 1.2345678e-7)
    np.testing.assert_array_equal(legal, legal.round(6))


def test_any_number_becomes_a_legal_one_and_legal_ones_stay() -> None:
    frame = _frame()
    columns = learn_columns(frame, "auto")
    wild = np.random.default_rng(1).normal(0, 1e7, size=(100, len(columns)))
    for i, column in enumerate(columns):
        legal = pd.Series(column.own(column.legal(wild[:, i])[0]))
        assert legal.dtype == frame.dtypes.iloc[i]
        if column.categories is not None:
            assert set(legal) <= {"http", "smtp", "ftp"}
        else:
            assert legal.between(column.low, column.high).all()
        working = column.working(frame.iloc[:, i], bounded=True)
        again, was_legal = column.legal(working.astype(np.float64))
        assert was_legal.all()
        pd.testing.assert_series_equal(pd.Series(column.own(again)), frame.iloc[:, i], check_names=False)
    assert columns[1].own(columns[1].legal(np.array([-0.4, 0.6, 2.5e6]))[0]).tolist() == [0, 1, frame["bytes"].max()]
    assert columns[0].legal(np.array([0.0, 0.5, 3.0, -1.0]))[1].tolist() == [True, False, False, False]
    assert not np.signbit(columns[3].legal(np.array([-0.0]))[0]).any()


@pytest.mark.parametrize(
    ("low", "high", "dtype"),
    [
        (0, 2**63 - 1, "int64"),
        (-(2**63), 2**63 - 1, "int64"),
        (0, 2**64 - 1, "uint64"),
        (2**53 + 1, 2**53 + 3, "int64"),
    ],
)
def test_whole_numbers_that_no_float_holds_come_back(low: int, high: int, dtype: str) -> None:
    values = pd.Series([low, high, (low + high) // 2] * 4, dtype=dtype)
    column = learn_columns(values.to_frame("x"), "auto")[0]
    working = column.working(values, bounded=True)
    assert column.own(working).tolist() == values.tolist()
    cells = find_cells(column, working, bins=5)
    assert column.own(cells.draw(cells.of(working), np.full(12, 0.999))).tolist() == values.tolist()
    wide = find_cells(column, np.array([0, high - low], dtype=np.uint64).repeat(9), bins=1)
    between = Cells(wide.values, np.array([0]), np.array([18])).draw(
        np.zeros(50, dtype=int), np.linspace(0, 0.9999, 50)
    )
    drawn = column.own(between).tolist()
    assert drawn == sorted(drawn)
    assert low <= drawn[0] <= drawn[-1] <= high
    ends = column.own(column.legal(np.array([-1e30, 1e30]))[0])
    assert ends.tolist() == [low, high]


def test_values_that_cannot_be_ordered_are_refused() -> None:
    with pytest.raises(InputError, match="column 'mixed': its values, 'a' for one, cannot be told apart or put in an"):
        learn_columns(pd.DataFrame({"mixed": pd.Series(["a", 1], dtype=object)}), "auto")


def test_scaled_rows_are_z_scores_by_hand_and_come_back() -> None:
    frame = pd.DataFrame({"state": ["SF", "REJ", "SF", "SF"], "count": [1, 3, 5, 7], "constant": 2})
    columns = learn_columns(frame, "auto")
    table = ScaledTable.fit(columns, frame)
    # codes 1, 0, 1, 1: mean 3/4, standard deviation sqrt(3)/4; counts: mean 4, standard deviation sqrt(5)
    expected = np.column_stack(
        [np.array([1, -3, 1, 1]) / np.sqrt(3), np.array([-3, -1, 1, 3]) / np.sqrt(5), np.zeros(4)]
    )
    np.testing.assert_allclose(table.encode(frame, bounded=True), expected, rtol=1e-6, atol=1e-7)
    values, _ = table.decode(table.encode(frame, bounded=True), np.empty((4, 0)))
    pd.testing.assert_frame_equal(_own(columns, values), frame, check_names=False)


def _own(columns: list[Column], values: list[np.ndarray]) -> pd.DataFrame:
    return pd.DataFrame({column.name: column.own(of) for column, of in zip(columns, values, strict=True)})


def test_scaled_rows_of_whole_numbers_far_from_zero_keep_their_differences() -> None:
    frame = pd.DataFrame({"ns": 1_700_000_000_123_456_789 + np.arange(4)})
    columns = learn_columns(frame, "auto")
    table = ScaledTable.fit(columns, frame)
    values, _ = table.decode(table.encode(frame, bounded=True), np.empty((4, 0)))
    pd.testing.assert_frame_equal(_own(columns, values), frame)


def test_numbers_too_large_for_z_scores_are_refused_by_column() -> None:
    frame = pd.DataFrame({"small": [1.0, 2.0], "large": [1e200, -1e200]})
    with pytest.raises(InputError, match=r"^column 'large': its numbers, -1e\+200 to 1e\+200, are too large for z-sc"):
        ScaledTable.fit(learn_columns(frame, "auto"), frame)


def _certain(table: BinnedTable, cells: np.ndarray) -> np.ndarray:
    """Return logits by which exactly these cells are drawn."""
    logits = np.full((len(cells), table.width), -200, dtype=np.float32)
    np.put_along_axis(logits, cells.astype(np.int64), 0, axis=1)
    return logits


def test_binned_rows_are_a_cell_in_each_varying_column() -> None:
    frame = _frame()
    table = BinnedTable.fit(learn_columns(frame, "auto"), frame, bins=10)
    cells = table.encode(frame, bounded=True)
    assert cells.shape == (200, 4)  # the constant column is left out
    assert (cells >= table.first).all()
    assert (cells < table.first + table.sizes).all()
    assert cells.max() == table.width - 1


def test_binned_rows_come_back_within_their_cells() -> None:
    frame = _frame()
    columns = learn_columns(frame, "auto")
    table = BinnedTable.fit(columns, frame, bins=10)
    cells = table.encode(frame, bounded=True)
    values, _ = table.decode(_certain(table, cells), np.random.default_rng(0).random((200, table.n_uniform)))
    back = _own(columns, values)
    pd.testing.assert_frame_equal(back[["service", "constant"]], frame[["service", "constant"]])
    # Zero is an atom, and no other value becomes one.
    np.testing.assert_array_equal(back["bytes"] == 0, frame["bytes"] == 0)
    assert len(np.setdiff1d(back["score"], frame["score"])) > 100
    np.testing.assert_array_equal(table.encode(back, bounded=True), cells)


def test_cells_are_drawn_by_the_softmax_of_their_logits_and_numbers_evenly_within() -> None:
    frame = pd.DataFrame({"x": np.arange(40.0) / 8, "flag": [0, 1] * 20})
    table = BinnedTable.fit(learn_columns(frame, "auto"), frame, bins=4)
    assert table.sizes.tolist() == [4, 2]
    logits = np.array([0, 1, 2, -300, -50, -51], dtype=np.float32)
    uniform = np.random.default_rng(0).random((40_000, 2))
    (x, flag), legal = table.decode(np.tile(logits, (40_000, 1)), uniform)
    assert x.max() <= 3.625  # none of the last cell
    shares = np.histogram(x, [0, 1.2, 2.4, 3.7])[0] / 40_000
    np.testing.assert_allclose(shares, np.exp([0, 1, 2]) / np.exp([0, 1, 2]).sum(), atol=0.01)
    assert flag.mean() == pytest.approx(1 / (1 + np.exp(1)), abs=0.01)
    middle = x[(x > 1.2) & (x < 2.4)]  # ten numbers from 1.25 to 2.375
    assert middle.mean() == pytest.approx(1.8125, abs=0.01)
    assert legal.mean() < 0.9  # some lay between eighths


@settings(max_examples=200, deadline=None)
@given(values=st.lists(st.integers(-5, 40) | st.floats(-10, 10), min_size=1, max_size=80), bins=st.integers(1, 12))
def test_cells_hold_every_value_once_in_order(values: list[float], bins: int) -> None:
    found = np.array(values, dtype=float)
    column = learn_columns(pd.DataFrame({"x": found}), "auto")[0]
    cells = find_cells(column, found, bins)
    np.testing.assert_array_equal(cells.values, np.sort(found))
    assert cells.size.sum() == len(found)
    of = cells.of(found)
    for c in range(len(cells.size)):
        inside = cells.values[cells.start[c] : cells.start[c] + cells.size[c]]
        assert sorted(found[of == c]) == inside.tolist()
    drawn = cells.draw(of, np.random.default_rng(0).random(len(of)))
    np.testing.assert_array_equal(cells.of(drawn), of)


def test_an_atom_has_a_cell_of_its_own_between_bins() -> None:
    values = np.concatenate([np.arange(100.0), np.full(10, 50.5)])
    column = learn_columns(pd.DataFrame({"x": values}), "auto")[0]
    cells = find_cells(column, values, bins=5)
    c = cells.of(np.array([50.5]))[0]
    assert set(cells.values[cells.start[c] : cells.start[c] + cells.size[c]]) == {50.5}
    assert cells.of(np.array([50.0]))[0] == c - 1
    assert cells.of(np.array([51.0]))[0] == c + 1


def test_values_that_occur_once_share_bins_in_small_sets_too() -> None:
    values = np.arange(40.0)
    column = learn_columns(pd.DataFrame({"x": values}), "auto")[0]
    assert find_cells(column, values, bins=5).size.tolist() == [8] * 5
    # Without bins to spare, two rows still share one: a number can then lie between them.
    assert find_cells(column, values, bins=100).size.tolist() == [2] * 20


def test_an_unknown_category_is_named_by_its_place() -> None:
    frame = _frame()
    columns = learn_columns(frame, "auto")
    tables: list[ScaledTable | BinnedTable] = [ScaledTable.fit(columns, frame), BinnedTable.fit(columns, frame, bins=5)]
    frame.loc[6, "service"] = "gopher"
    for table in tables:
        with pytest.raises(InputError, match=r"^row 6 \(from 0\), column 'service': 'gopher' is not among"):
            table.encode(frame, bounded=True)


@pytest.mark.parametrize("value", [[1], (Decimal("sNaN"),)])
def test_values_that_cannot_be_looked_up_are_refused(value: Any) -> None:
    (column,) = learn_columns(pd.DataFrame({"t": pd.Series(["a", "b"], dtype=object)}), "auto")
    with pytest.raises(InputError, match=r"^column 't': its values, .* for one, cannot be told apart or"):
        column.working(pd.Series([value, value], dtype=object, name="t"), bounded=True)
