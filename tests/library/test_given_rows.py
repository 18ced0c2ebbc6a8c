"""Rows given or kept come back bit for bit, and new values are among or between those given, whatever the dtypes."""

import datetime
import warnings
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from random import Random
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import from_dtype

from aeflow import AEFlowSampler, CGANSampler, DensityUnderSampler, InputError, OneSidedSelection, VAESampler
from aeflow.over_sampling._columns import as_frame, learn_columns

pa = pytest.importorskip("pyarrow")  # no sampler needs it

N = 24
Y = np.repeat(["normal", "attack "], [16, 8])
EXAMPLES = settings(deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck))
SHORT: dict[str, Any] = {"max_epochs": 1, "max_steps": 2, "hidden": (4,), "random_state": 0}

WHOLE = [f"{sign}int{bits}" for sign in ("", "u") for bits in (8, 16, 32, 64)]
REAL = ["float16", "float32", "float64", "longdouble"]
TEXTS = ["str", object, "string[python]", "string[pyarrow]", pd.ArrowDtype(pa.string()), "category"]
SEEDS = st.integers(0, 2**32 - 1)
DAYS = st.dates(datetime.date(1700, 1, 1), datetime.date(2200, 1, 1))
WORDS = st.one_of(st.sampled_from(["80", "443", " 7", "1e3", "", "tcp", "nan"]), st.text(max_size=3))


def _finite(dtype: Any) -> st.SearchStrategy[Any]:
    return from_dtype(np.dtype(dtype), allow_nan=False, allow_infinity=False)


def _few(values: st.SearchStrategy[Any]) -> st.SearchStrategy[list[Any]]:
    """Return lists of N of up to five different values."""
    return st.lists(values, min_size=1, max_size=5).flatmap(
        lambda few: SEEDS.map(lambda seed: few + Random(seed).choices(few, k=N - len(few)))
    )


def _series(values: st.SearchStrategy[Any], *dtypes: Any) -> st.SearchStrategy[pd.Series]:
    return st.builds(lambda column, dtype: pd.Series(column).astype(dtype), _few(values), st.sampled_from(dtypes))


def _numpy(kind: str, order: str) -> st.SearchStrategy[pd.Series]:
    dtype = np.dtype(kind).newbyteorder(order)  # type: ignore[arg-type]
    return _few(_finite(kind)).map(lambda column: pd.Series(np.array(column, dtype=dtype)))


def _objects(*values: st.SearchStrategy[Any]) -> st.SearchStrategy[pd.Series]:
    return _few(st.one_of(*values)).map(lambda column: pd.Series(column, dtype=object))


def _categories(values: st.SearchStrategy[Any]) -> st.SearchStrategy[pd.Series]:
    """Return columns with a category more than their values have, in an order that is not theirs."""

    def column(distinct: list[Any], ordered: bool, seed: int) -> pd.Series:
        codes = Random(seed).choices(range(max(1, len(distinct) - 1)), k=N)
        return pd.Series(
            pd.Categorical.from_codes(codes, categories=pd.Index(distinct, tupleize_cols=False), ordered=ordered)
        )

    distinct = st.lists(values, min_size=1, max_size=6, unique=True)
    return st.builds(column, distinct, st.booleans(), SEEDS)


NUMBERS = st.one_of(
    st.sampled_from(WHOLE + REAL).flatmap(lambda kind: st.sampled_from("=><").flatmap(lambda o: _numpy(kind, o))),
    *(_series(_finite(kind), kind.replace("ui", "UI").replace("in", "In"), f"{kind}[pyarrow]") for kind in WHOLE),
    _series(_finite("float32"), "Float32", "float[pyarrow]"),
    _series(_finite("float64"), "Float64", "double[pyarrow]", pd.SparseDtype(float, 0.0)),
    _series(st.integers(0, 3), pd.SparseDtype(int, 0)),
    _series(st.booleans(), bool, "boolean", "bool[pyarrow]", pd.SparseDtype(bool), object),
    _series(st.decimals(-999, 999, places=2), object, pd.ArrowDtype(pa.decimal128(7, 2))),
    _objects(st.integers(-(10**25), 10**25)),
    _objects(st.integers(-9, 9), st.floats(-9, 9), st.booleans(), st.fractions(-9, 9)),
    _categories(st.integers(-9, 9)),
    _categories(st.floats(-9, 9)),
)
OTHERS = st.one_of(
    _series(WORDS, *TEXTS),
    _categories(WORDS),
    _categories(st.booleans()),
    _categories(DAYS.map(pd.Timestamp)),
    _categories(st.tuples(st.integers(0, 3), WORDS)),
    _series(DAYS.map(pd.Timestamp), "datetime64[ns]", "datetime64[s]", "timestamp[ms][pyarrow]"),
    _few(DAYS.map(lambda day: pd.Timestamp(day, tz="UTC"))).map(pd.Series),
    _series(st.integers(-(2**60), 2**60).map(pd.Timedelta), "timedelta64[ns]"),
    _series(DAYS.map(pd.Timestamp), "period[D]", pd.ArrowDtype(pa.date32())),
    _objects(DAYS),
    _objects(st.binary(max_size=2)),
    _objects(WORDS, st.integers(0, 99), st.just(np.int8(3))),
    _objects(st.text(st.characters(categories=["Cs"]), max_size=2)),
    _objects(st.decimals(allow_nan=True), st.just(Decimal("sNaN"))),
    _objects(st.tuples(st.decimals(allow_nan=True))),
    _numpy("complex128", "="),
)
NAMES = st.one_of(
    st.just(["dur", "rate", "service"]),
    st.just(["t", "t", "t"]),
    st.just([2, 0, 1]),
    st.just(["a", 0, None]),
    st.just(pd.MultiIndex.from_tuples([("a", 1), ("a", 2), ("b", 1)], names=["of", "n"])),
    st.lists(st.text(max_size=3), min_size=3, max_size=3),
)
INDEXES = st.sampled_from(
    [
        pd.RangeIndex(N),
        pd.RangeIndex(5, 5 + 2 * N, 2, name="id"),
        pd.Index(range(N, 0, -1), dtype="uint8"),
        pd.Index([0, 1] * (N // 2)),
        pd.Index([f"host{i}" for i in range(N)], name="host"),
        pd.Index([0.5] * N),
        pd.DatetimeIndex([*pd.date_range("2024-01-01", periods=N, freq="h", tz="UTC")]),  # which keeps no freq
        pd.MultiIndex.from_product([["a", "b"], range(N // 2)], names=["site", None]),
        pd.CategoricalIndex(["a", "b"] * (N // 2)),
    ]
)


@st.composite
def _frames(draw: Callable[[Any], Any], columns: st.SearchStrategy[pd.Series]) -> pd.DataFrame:
    drawn = [draw(columns) for _ in range(3)]
    frame = pd.DataFrame(dict(enumerate(drawn))).set_axis(draw(INDEXES))
    return frame.set_axis(draw(NAMES), axis=1)


def _cells(values: Any) -> list[tuple[type, str]]:
    """Return each value's type and digits: -0.0 is not 0.0, and Decimal('1.0') is not Decimal('1.00')."""
    return [(type(value), repr(value)) for value in values]


def _assert_same(rows: pd.DataFrame, X: pd.DataFrame, positions: Any) -> None:
    """Assert that ``rows`` are those of X at ``positions``, without pandas' own selection, which knows fewer dtypes."""
    pd.testing.assert_index_equal(rows.columns, X.columns, exact=True)
    assert rows.index.tolist() == X.index[positions].tolist()
    for i in range(X.shape[1]):
        values, given_values = rows.iloc[:, i], X.iloc[:, i].tolist()
        assert values.dtype == X.dtypes.iloc[i]
        if isinstance(values.dtype, pd.CategoricalDtype):
            assert _cells(values.cat.categories) == _cells(X.iloc[:, i].cat.categories)
        assert _cells(values.tolist()) == _cells(given_values[position] for position in positions)


def _assert_among_or_between(new: pd.Series, column: pd.Series) -> None:
    """Assert that new numbers lie in the range of those given, in exact arithmetic, and other values are among them."""
    known = column.tolist()
    kinds = {type(value) for value in known}
    numbers = isinstance(column.dtype, np.dtype | pd.SparseDtype | pd.ArrowDtype) or pd.api.types.is_numeric_dtype(
        column
    )
    for value in new.tolist():
        assert type(value) in kinds
        if numbers and isinstance(value, int | float | np.number | Decimal | Fraction):
            assert min(known) <= value <= max(known)
        else:
            assert value in known


def _resampled(sampler: Any, X: pd.DataFrame) -> tuple[pd.DataFrame, pd.Series] | None:
    """Return what the sampler makes of rows, or None if it refuses them in one line; X stays as it is."""
    before, y = X.copy(deep=True), pd.Series(Y, index=X.index, name="class")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)  # of texts that are numbers, and of a fit that is none
            return sampler.fit_resample(X, y)
    except InputError as refusal:
        message = str(refusal)
        assert "\n" not in message
        assert len(message) < 400
        return None
    finally:
        _assert_same(X, before, range(N))


@settings(EXAMPLES, max_examples=200)
@given(column=st.one_of(NUMBERS, OTHERS, _objects(st.just(10**5000))), named=st.booleans())
def test_a_column_comes_back_from_its_working_values_or_is_refused(column: pd.Series, named: bool) -> None:
    frame = as_frame(column.to_frame("t"))
    try:
        with warnings.catch_warnings(action="ignore"):
            (learned,) = learn_columns(frame, ["t"] if named else "auto")
            working = learned.working(frame["t"], bounded=True)
    except InputError as refusal:
        message = str(refusal)
        assert "column 't': " in message
        assert "\n" not in message
        return
    own = pd.Series(learned.own(working), dtype=learned.dtype)
    assert all(a == b for a, b in zip(own.tolist(), column.tolist(), strict=True))


@pytest.mark.parametrize(
    "sampler", [DensityUnderSampler(n_clusters=2, random_state=0), OneSidedSelection(random_state=0)]
)
@settings(EXAMPLES, max_examples=60)
@given(X=st.one_of(_frames(NUMBERS), _frames(st.one_of(NUMBERS, OTHERS))))
def test_rows_kept_are_rows_given(sampler: Any, X: pd.DataFrame) -> None:
    resampled = _resampled(sampler, X)
    if resampled is not None:
        kept, labels = resampled
        _assert_same(kept, X, sampler.sample_indices_)
        pd.testing.assert_index_equal(kept.index, X.index[sampler.sample_indices_])
        assert labels.tolist() == Y[sampler.sample_indices_].tolist()
        pd.testing.assert_index_equal(labels.index, kept.index)


@pytest.mark.parametrize("sampler", [AEFlowSampler(**SHORT), VAESampler(**SHORT), CGANSampler(**SHORT)])
@settings(EXAMPLES, max_examples=30)
@given(X=_frames(st.one_of(NUMBERS, OTHERS)), named=st.booleans())
def test_rows_given_come_first_and_new_values_are_among_or_between_theirs(
    sampler: Any, X: pd.DataFrame, named: bool
) -> None:
    sampler.set_params(categorical_features=[0, 1, 2] if named and [*X.columns] != [2, 0, 1] else "auto")
    resampled = _resampled(sampler, X)
    if resampled is not None:
        rows, labels = resampled
        assert len(rows) == len(labels) == 2 * 16
        _assert_same(rows.iloc[:N], X, range(N))
        for i in range(3):
            assert rows.dtypes.iloc[i] == X.dtypes.iloc[i]
            _assert_among_or_between(rows.iloc[N:, i], X.iloc[:, i])
