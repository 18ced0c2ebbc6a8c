"""What the under-samplers give back, and what they refuse: rows as they were, and one line."""

from decimal import Decimal
from fractions import Fraction
from typing import Any

import imblearn.under_sampling
import numpy as np
import pandas as pd
import pytest
from scipy import sparse

from aeflow import DensityUnderSampler, InputError, OneSidedSelection

pa = pytest.importorskip("pyarrow")  # no sampler needs it

N = 60
WHOLE = np.random.default_rng(0).integers(0, 100, N)
REAL = np.random.default_rng(1).normal(size=N)
Y = np.where(np.arange(N) % 4 == 0, "attack ", "normal")
SAMPLERS: list[Any] = [DensityUnderSampler(n_clusters=3, random_state=0), OneSidedSelection(random_state=0)]


def _array(values: Any, dtype: Any) -> Any:
    return pd.Series(values, dtype=dtype).array


COLUMNS: dict[str, Any] = {
    **{kind: WHOLE.astype(kind) for kind in ("int8", "uint16", "float16", "float32", ">f8", ">i4", "longdouble")},
    "to the limits": np.array([0, 2**64 - 1] * 30, dtype=np.uint64),
    "nanoseconds": 1_700_000_000_123_456_789 + WHOLE,
    "flags": WHOLE > 50,
    "nullable": _array(WHOLE, "Int64"),
    "nullable flags": _array(WHOLE > 50, "boolean"),
    "arrow": _array(WHOLE, "int64[pyarrow]"),
    "arrow decimals": _array([Decimal("1.10"), Decimal("2.20")] * 30, pd.ArrowDtype(pa.decimal128(5, 2))),
    "sparse": pd.arrays.SparseArray(np.where(WHOLE > 80, REAL, 0.0)),
    "decimals": np.array([Decimal("1.10"), Decimal("2.2000")] * 30),
    "fractions": np.array([Fraction(1, 3), 2] * 30, dtype=object),
    "whole numbers beyond int64": np.array([10**30, 1] * 30, dtype=object),
    "digits": np.array(WHOLE.astype(str), dtype=object),
    "digits as text": _array(WHOLE.astype(str), "string"),
    "categories of digits": pd.Categorical(WHOLE.astype(str), categories=[*map(str, range(101))]),
    "categories of numbers": pd.Categorical(WHOLE),
}


def _frame(values: Any) -> pd.DataFrame:
    """Return a frame with an index of its own, and two columns of one name, of which the second has these values."""
    index = [f"host{i}" for i in range(N)]
    columns = (pd.Series(column, index=index) for column in (REAL, values))
    return pd.concat(columns, axis=1).set_axis(["t", "t"], axis=1)


@pytest.mark.parametrize("sampler", SAMPLERS)
@pytest.mark.parametrize("kind", COLUMNS)
def test_rows_that_stay_are_those_given(sampler: Any, kind: str) -> None:
    X, before = _frame(COLUMNS[kind]), _frame(COLUMNS[kind])
    y = pd.Series(Y, dtype="category", name="class")
    kept, labels = sampler.fit_resample(X, y)
    rows = sampler.sample_indices_
    assert 0 < len(rows) < N
    assert kept.dtypes.tolist() == X.dtypes.tolist()
    assert kept.columns.tolist() == ["t", "t"]
    assert kept.index.tolist() == [f"host{i}" for i in rows]
    assert kept.iloc[:, 1].tolist() == [X.iloc[:, 1].tolist()[row] for row in rows]
    assert kept.iloc[:, 0].tolist() == REAL[rows].tolist()
    pd.testing.assert_series_equal(labels, y.iloc[rows].set_axis(kept.index))
    pd.testing.assert_frame_equal(X, before)


@pytest.mark.parametrize("sampler", SAMPLERS)
@pytest.mark.parametrize(
    ("form", "dtype"),
    [
        *((form, "int64") for form in (sparse.csr_array, sparse.csc_matrix, sparse.coo_array, np.ndarray.tolist)),
        *((np.asarray, dtype) for dtype in ("int64", ">f4", "longdouble", "object", "U3")),
        (np.ndarray.tolist, "U3"),
    ],
)
def test_arrays_and_lists_stay_what_they_are(sampler: Any, form: Any, dtype: str) -> None:
    given = np.column_stack([WHOLE, WHOLE[::-1]]).astype(dtype)
    X = form(given)
    kept, labels = sampler.fit_resample(X, Y.tolist())
    assert type(kept) is type(X)
    assert isinstance(labels, list)
    assert getattr(kept, "dtype", None) == getattr(X, "dtype", None)
    dense = kept.toarray() if sparse.issparse(kept) else np.asarray(kept)
    assert dense.tolist() == given[sampler.sample_indices_].tolist()
    assert labels == Y[sampler.sample_indices_].tolist()


@pytest.mark.parametrize("of_frame", [False, True])
@pytest.mark.parametrize("dtype", ["str", "category", "string[pyarrow]", object])
def test_labels_come_back_as_random_under_sampling_gives_them(of_frame: bool, dtype: Any) -> None:
    X = _frame(WHOLE).set_axis(["a", "b"], axis=1) if of_frame else np.column_stack([REAL, WHOLE])
    y = pd.Series(Y, dtype=dtype, name="class", index=range(100, 100 + N))
    ours, theirs = SAMPLERS[0], imblearn.under_sampling.RandomUnderSampler(random_state=0)
    _, labels = ours.fit_resample(X, y)
    _, expected = theirs.fit_resample(X, y)
    assert (labels.dtype, labels.name, type(labels.index)) == (expected.dtype, expected.name, type(expected.index))
    assert labels.tolist() == Y[ours.sample_indices_].tolist()


def test_text_that_is_numbers_is_compared_as_numbers() -> None:
    for sampler in SAMPLERS:
        kept = [
            sampler.fit_resample(_frame(column), Y) and sampler.sample_indices_.tolist()
            for column in (WHOLE, WHOLE.astype(str), WHOLE.astype(float), np.array(WHOLE.astype(str), dtype=object))
        ]
        assert kept[0] == kept[1] == kept[2] == kept[3]


REFUSED: dict[str, tuple[Any, str]] = {
    "text": (["80"] * 59 + ["Label"], r"row 59 \(from 0, index 'host59'\), .*: 'Label' is text, not a number; encode"),
    "category": (pd.Categorical(["tcp"] * N), "row 0 .*: 'tcp' is text, not a number"),
    "times": (pd.to_datetime(WHOLE), r"column 't' \(position 1\): times are no numbers; convert them"),
    "spans": (pd.to_timedelta(WHOLE), "times are no numbers"),
    "periods": (pd.period_range("2020", periods=N, freq="D"), "times are no numbers"),
    "missing times": ([pd.NaT] * N, "times are no numbers"),
    "a time": (np.array([np.datetime64("2020-01-01")] + [1] * 59, dtype=object), "row 0 .*: '2020-01-01' is a time"),
    "complex": (REAL + 1j, "column 't' .*: Complex data not supported; split"),
    "a complex number": (
        np.array([1.0] * 59 + [np.complex64(1)], dtype=object),
        r"row 59 .*: Complex data .*\(1\+0j\)",
    ),
    "NaN": ([0.0, np.nan] * 30, r"row 1 \(from 0, index 'host1'\), column 't' \(position 1\): missing value \(NaN\)"),
    "NA": (_array([None, *WHOLE[1:]], "Int64"), "row 0 .*: missing value"),
    "None": (np.array([1, None] * 30, dtype=object), "row 1 .*: missing value"),
    "NaN as text": (["1", "nan"] * 30, "row 1 .*: missing value"),
    "inf": ([1.0] * 59 + [-np.inf], "row 59 .*: -inf is not finite"),
    "too large": ([1.0] * 59 + [-1e200], r"row 59 .*: -1e\+200 is too large for distances, the most is 1e\+140; scale"),
    "longdouble": (np.array([1, "1e400"] * 30, dtype="longdouble"), r"row 1 .*: '1e\+400' is too large"),
    "400 digits": (np.array([1, 10**400] * 30, dtype=object), r"row 1 .*: 1000+\.\.\. is too large"),
    "5,000 digits": (np.array([1, 10**5000] * 30, dtype=object), "row 1 .* is too large"),
    "a dict": (np.array([1] * 59 + [{"a": 1}], dtype=object), "row 59 .*: argument must be a string or a real number"),
    "intervals": (pd.interval_range(0, N), "row 0 .*: argument must be a string or a real number, not Interval"),
}


@pytest.mark.parametrize("sampler", SAMPLERS)
@pytest.mark.parametrize("kind", REFUSED)
def test_what_has_no_distance_is_refused_in_one_line(sampler: Any, kind: str) -> None:
    values, message = REFUSED[kind]
    for X in (_frame(values), _frame(values).to_numpy()):
        with pytest.raises(InputError) as refusal:
            sampler.fit_resample(X, Y)
        assert "\n" not in str(refusal.value)
        if isinstance(X, pd.DataFrame):
            refusal.match("^.*" + message)
        else:
            refusal.match("column [01]")


@pytest.mark.parametrize("sampler", SAMPLERS)
@pytest.mark.parametrize("missing", [None, np.nan, pd.NA, pd.NaT, Decimal("NaN")])
def test_missing_labels_are_counted_and_placed(sampler: Any, missing: Any) -> None:
    labels = Y.tolist()
    labels[7] = labels[9] = missing
    forms: list[Any] = [labels, np.array(labels, dtype=object), pd.Series(labels, dtype=object)]
    if missing is None:
        forms += [pd.Series(labels, dtype=dtype) for dtype in ("category", "string[pyarrow]", "str")]
    for y in forms:
        with pytest.raises(
            InputError, match=r"^y: 2 of 60 labels are missing, the first in row 7 \(from 0\); fill .*rows$"
        ):
            sampler.fit_resample(np.column_stack([REAL, WHOLE]), y)
        with pytest.raises(InputError, match=r"the first in row 7 \(from 0, index 'host7'\)"):
            sampler.fit_resample(_frame(WHOLE), y)


X = np.column_stack([REAL, WHOLE])


@pytest.mark.parametrize("sampler", SAMPLERS)
@pytest.mark.parametrize(
    ("rows", "y", "message"),
    [
        (X, Y[1:], "y: 59 labels for the 60 rows of X; give one label for each row"),
        (X, "attack", "y: 'attack' is no list of labels"),
        (X, None, "y: requires y to be passed"),
        (X, np.linspace(0.5, 2, N), "y: Unknown label type: 0.5 for one; make all labels texts, or all whole numbers"),
        (X, pd.Series([1, "a"] * 30, dtype=object), "y: Unknown label type: 1 for one"),
        (X, pd.Series([True, False] * 30, dtype=object), "y: Unknown label type: True for one"),
        (X, [b"a", b"b"] * 30, "y: Unknown label type: b'a' for one"),
        (X, np.array([1j, 2] * 30), "y: Complex data not supported: 1j for one"),
        (X, pd.Series([(1, 2), (3,)] * 30), r"y: Unknown label type: \(1, 2\) for one"),
        (X, ["a "] * N, "y: it has 1 class, 'a ', and needs to have more than 1 class"),
        (X[:0], [], r"X: it has no rows, 0 sample\(s\) \(shape=\(0, 2\)\)"),
        (pd.DataFrame(X)[[]], Y, r"X: it has no columns, 0 feature\(s\) \(shape=\(60, 0\)\)"),
        (REAL, Y, "X: Expected 2D array, got 1D array instead"),
        ([[1, 2]] * 59 + [[1]], Y, "X: its rows differ in length"),
        (sparse.csr_array(X + 1j), Y, "X: Complex data not supported"),
        (sparse.csr_array(np.where(X > 98, np.inf, X)), Y, r"row \d+ \(from 0\), column 1: inf is not finite"),
    ],
)
def test_rows_and_labels_that_do_not_fit_are_refused(sampler: Any, rows: Any, y: Any, message: str) -> None:
    for call in (sampler.fit_resample, sampler.fit):
        with pytest.raises(InputError, match=message) as refusal:
            call(rows, y)
        assert "\n" not in str(refusal.value)


@pytest.mark.parametrize(
    ("sampler", "message"),
    [
        (DensityUnderSampler(), "n_clusters: 20 clusters for the 15 kept rows of 'normal'; choose 15 or less"),
        *(
            (
                DensityUnderSampler(sampling_strategy=strategy),
                f"sampling_strategy: {n} rows for class 'normal', which has 45; choose a whole number, 1 to 45",
            )
            for n in (0, 46, -1, 10.5)
            for strategy in ({"normal": n}, lambda y, n=n: {"normal": n})
        ),
        (
            DensityUnderSampler(sampling_strategy={"attack": 3}),
            "sampling_strategy: class 'attack' is not present in the data; choose from 'attack ', 'normal'",
        ),
        (OneSidedSelection(sampling_strategy=["attack"]), "class 'attack' is not present in the data"),
        (OneSidedSelection(sampling_strategy=[["normal"]]), r"class \['normal'\] is not present in the data"),
        (DensityUnderSampler(sampling_strategy=lambda y: 3), "the function returned 3; return a dict of rows by class"),
    ],
)
def test_impossible_parameters_are_refused_in_one_line(sampler: Any, message: str) -> None:
    with pytest.raises(InputError, match=message) as refusal:
        sampler.fit_resample(X, Y)
    assert "\n" not in str(refusal.value)


@pytest.mark.parametrize("scale", [0.0, 1e-300, 1e138])
@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("sampler", SAMPLERS)
def test_equal_tiny_and_huge_rows_are_taken_without_a_warning(sampler: Any, dtype: str, scale: float) -> None:
    given = np.clip(X * scale, *np.array([-3e38, 3e38])).astype(dtype)
    kept, _ = sampler.fit_resample(given, Y)
    np.testing.assert_array_equal(kept, given[sampler.sample_indices_])


def test_names_that_are_no_distinct_texts_are_not_noted() -> None:
    sampler = SAMPLERS[0]
    sampler.fit_resample(_frame(WHOLE).set_axis(["a", "b"], axis=1), Y)
    assert sampler.feature_names_in_.tolist() == ["a", "b"]
    for names in (["t", "t"], ["a", 1], [0, 1], pd.MultiIndex.from_tuples([("a", 1), ("a", 2)])):
        kept, _ = sampler.fit_resample(_frame(WHOLE).set_axis(names, axis=1), Y)
        assert kept.columns.tolist() == list(names)
        assert not hasattr(sampler, "feature_names_in_")
        assert sampler.n_features_in_ == 2
