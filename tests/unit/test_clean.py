"""Cleaning looks at training rows alone: medians, constant columns, duplicates."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from flows import described

from aeflow.errors import InputError
from nids.data.clean import Cleaning, row_hashes, without_duplicates
from nids.data.records import Records

NAN = np.nan


def _records(types: str = "ndnd", **columns: list[Any]) -> Records:
    frame = pd.DataFrame({name: pd.Categorical(of) if isinstance(of[0], str) else of for name, of in columns.items()})
    return Records(frame, np.array(list(types), dtype=object), None, {}, {Path("flows"): len(frame)}, 0)


def _cleaned(train: Records, test: Records, **clean: Any) -> pd.DataFrame:
    return Cleaning.fit(train, described(clean=clean)).transform(test).frame


def test_missing_numbers_get_the_median_of_training() -> None:
    train = _records(a=[1.0, 3.0, 9.0, NAN], proto=["tcp", "(none)", "tcp", "udp"])
    test = _records(a=[NAN, 100.0, 100.0, NAN], proto=["(none)", "tcp", "tcp", "tcp"])
    found = _cleaned(train, test, missing="median")
    assert found["a"].tolist() == [3.0, 100.0, 100.0, 3.0]
    assert found["proto"].tolist() == ["(none)", "tcp", "tcp", "tcp"]


def test_missing_numbers_get_the_value_of_their_column() -> None:
    train = _records(a=[1.0, 3.0, 9.0, NAN], b=[1.0, 2.0, NAN, 3.0])
    found = _cleaned(train, train, missing=-1, missing_in={"b": "median"})
    assert found["a"].tolist() == [1.0, 3.0, 9.0, -1.0]
    assert found["b"].tolist() == [1.0, 2.0, 2.0, 3.0]


def test_a_column_without_values_has_no_median() -> None:
    train = _records(a=[NAN] * 4)
    with pytest.raises(InputError) as caught:
        Cleaning.fit(train, described(clean={"missing": "median"}))
    assert str(caught.value) == (
        "column a: no training row has a value, so there is no median; list it in columns.drop"
    )


def test_constant_columns_are_those_of_training() -> None:
    """A missing value is one, too."""
    train = _records(a=[1.0] * 4, b=[1.0, NAN, 1.0, 1.0], c=["x"] * 4, d=[1.0, 2.0, 1.0, 1.0], e=["x", "x", "y", "x"])
    test = _records(a=[1.0, 2.0, 3.0, 4.0], b=[1.0] * 4, c=["x", "y"] * 2, d=[1.0] * 4, e=["x"] * 4)
    assert list(_cleaned(train, test, constant="drop", missing=0)) == ["b", "d", "e"]
    assert list(_cleaned(train, test, missing=0)) == ["a", "b", "c", "d", "e"]
    with pytest.raises(InputError, match="no column is left as a feature"):
        Cleaning.fit(_records(a=[1.0] * 4), described(clean={"constant": "drop"}))


def test_duplicates_are_equal_in_features_and_type() -> None:
    found = without_duplicates(
        _records("nndnn", a=[1.0, 1.0, 1.0, NAN, NAN], b=[0.0, -0.0, 0.0, 1.0, 1.0], c=["x", "x", "x", "y", "y"])
    )
    assert found.types.tolist() == ["n", "d", "n"]
    assert found.frame["a"].tolist()[:2] == [1.0, 1.0]
    assert list(found.frame.index) == [0, 1, 2]


def test_equal_rows_have_equal_hashes_and_no_others() -> None:
    """Numbers and texts; texts by what they say and not by their codes."""
    rng = np.random.default_rng(0)
    a, b = rng.integers(0, 20, 5000).astype(float), rng.choice(["tcp", "udp", "x"], 5000)
    found = row_hashes(pd.DataFrame({"a": a, "b": pd.Categorical(b)}))
    assert found.dtype == np.uint64
    assert len(np.unique(found)) == len(set(zip(a, b, strict=True)))
    other = row_hashes(pd.DataFrame({"a": a, "b": pd.Categorical(b, categories=["x", "udp", "tcp", "y"])}))
    np.testing.assert_array_equal(found, other)
    # Not the cells alone, but their places.
    pair = row_hashes(pd.DataFrame({"a": [1.0, 2.0], "b": [2.0, 1.0]}))
    assert pair[0] != pair[1]
