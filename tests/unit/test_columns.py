"""Columns and the two tables that encode rows for a generator."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aeflow.errors import InputError
from aeflow.over_sampling._binned import BinnedTable, find_cells
from aeflow.over_sampling._columns import learn_columns, numbers
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
    service, size, rate, score, constant = learn_columns(_frame(), list(_frame()), "auto")
    assert service.categories is not None
    assert service.categories.tolist() == ["ftp", "http", "smtp"]
    assert (size.low, size.decimals) == (0, 0)
    assert rate.decimals == 2
    assert score.decimals is None
    assert (constant.low, constant.high) == (3, 3)


def test_any_number_becomes_a_legal_one_and_legal_ones_stay() -> None:
    frame = _frame()
    columns = learn_columns(frame, list(frame), "auto")
    wild = np.random.default_rng(1).normal(0, 1e7, size=(100, len(columns)))
    for i, column in enumerate(columns):
        legal = column.legal(wild[:, i])
        if column.categories is not None:
            assert set(legal) <= {"http", "smtp", "ftp"}
        else:
            assert ((column.low <= legal) & (legal <= column.high)).all()
            assert column.is_legal(legal).all()
            np.testing.assert_array_equal(column.legal(frame.iloc[:, i].to_numpy(float)), frame.iloc[:, i])
    assert columns[1].legal(np.array([-0.4, 0.6, 2.5e6])).tolist() == [0, 1, frame["bytes"].max()]
    assert not np.signbit(columns[1].legal(np.array([-0.4]))).any()
    assert columns[0].is_legal(np.array([0.0, 0.5, 3.0, -1.0])).tolist() == [True, False, False, False]


def test_values_that_cannot_be_ordered_are_refused() -> None:
    with pytest.raises(InputError, match="column mixed: its values cannot be ordered"):
        learn_columns(pd.DataFrame({"mixed": pd.Series(["a", 1], dtype=object)}), ["mixed"], "auto")


def test_scaled_rows_are_z_scores_by_hand_and_come_back() -> None:
    frame = pd.DataFrame({"state": ["SF", "REJ", "SF", "SF"], "count": [1, 3, 5, 7], "constant": 2})
    columns = learn_columns(frame, list(frame), "auto")
    table = ScaledTable.fit(columns, frame)
    # codes 1, 0, 1, 1: mean 3/4, standard deviation sqrt(3)/4; counts: mean 4, standard deviation sqrt(5)
    expected = np.column_stack(
        [np.array([1, -3, 1, 1]) / np.sqrt(3), np.array([-3, -1, 1, 3]) / np.sqrt(5), np.zeros(4)]
    )
    np.testing.assert_allclose(table.encode(frame), expected, rtol=1e-6, atol=1e-7)
    back = table.decode(table.encode(frame), np.random.default_rng(0))
    np.testing.assert_allclose(back, numbers(columns, frame), rtol=1e-5, atol=1e-6)


def test_binned_rows_are_one_hot_in_each_varying_column() -> None:
    frame = _frame()
    columns = learn_columns(frame, list(frame), "auto")
    table = BinnedTable.fit(columns, frame, bins=10)
    encoded = table.encode(frame)
    assert encoded.shape == (200, table.width)
    assert len(table.sizes) == 4  # the constant column is left out
    for block in np.split(encoded, np.cumsum(table.sizes)[:-1], axis=1):
        assert (block.sum(axis=1) == 1).all()


def test_binned_rows_come_back_within_their_cells() -> None:
    frame = _frame()
    columns = learn_columns(frame, list(frame), "auto")
    table = BinnedTable.fit(columns, frame, bins=10)
    encoded = table.encode(frame)
    cells = np.stack([b.argmax(axis=1) for b in np.split(encoded, np.cumsum(table.sizes)[:-1], axis=1)], axis=1)
    back = table.decode(cells, np.random.default_rng(0))
    real = numbers(columns, frame)
    np.testing.assert_array_equal(back[:, 0], real[:, 0])
    np.testing.assert_array_equal(back[:, 4], real[:, 4])
    # Zero is an atom, and no other value becomes one.
    np.testing.assert_array_equal(back[:, 1] == 0, real[:, 1] == 0)
    assert len(np.setdiff1d(back[:, 3], real[:, 3])) > 100
    again = table.encode(pd.DataFrame({**dict(enumerate([frame["service"]])), **{i: back[:, i] for i in range(1, 5)}}))
    np.testing.assert_array_equal(again, encoded)


@settings(max_examples=200, deadline=None)
@given(values=st.lists(st.integers(-5, 40) | st.floats(-10, 10), min_size=1, max_size=80), bins=st.integers(1, 12))
def test_cells_hold_every_value_once_in_order(values: list[float], bins: int) -> None:
    found = np.array(values, dtype=float)
    column = learn_columns(pd.DataFrame({"x": found}), ["x"], "auto")[0]
    cells = find_cells(column, found, bins)
    np.testing.assert_array_equal(cells.values, np.sort(found))
    assert cells.size.sum() == len(found)
    of = cells.of(found)
    for c in range(len(cells.size)):
        inside = cells.values[cells.start[c] : cells.start[c] + cells.size[c]]
        assert sorted(found[of == c]) == inside.tolist()
    drawn = cells.draw(of, np.random.default_rng(0))
    np.testing.assert_array_equal(cells.of(drawn), of)


def test_an_atom_has_a_cell_of_its_own_between_bins() -> None:
    values = np.concatenate([np.arange(100.0), np.full(10, 50.5)])
    column = learn_columns(pd.DataFrame({"x": values}), ["x"], "auto")[0]
    cells = find_cells(column, values, bins=5)
    c = cells.of(np.array([50.5]))[0]
    assert set(cells.values[cells.start[c] : cells.start[c] + cells.size[c]]) == {50.5}
    assert cells.of(np.array([50.0]))[0] == c - 1
    assert cells.of(np.array([51.0]))[0] == c + 1


def test_values_that_occur_once_share_bins_in_small_sets_too() -> None:
    values = np.arange(40.0)
    column = learn_columns(pd.DataFrame({"x": values}), ["x"], "auto")[0]
    assert find_cells(column, values, bins=5).size.tolist() == [8] * 5
    # Without bins to spare, two rows still share one: a number can then lie between them.
    assert find_cells(column, values, bins=100).size.tolist() == [2] * 20


def test_an_unknown_category_is_named_by_its_place() -> None:
    frame = _frame()
    columns = learn_columns(frame, list(frame), "auto")
    tables: list[ScaledTable | BinnedTable] = [ScaledTable.fit(columns, frame), BinnedTable.fit(columns, frame, bins=5)]
    frame.loc[6, "service"] = "gopher"
    for table in tables:
        with pytest.raises(InputError, match=r"^row 7, column service: 'gopher' is not among the categories"):
            table.encode(frame)
