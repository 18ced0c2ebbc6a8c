"""Which cells of records the kinds of their columns allow."""

from collections.abc import Mapping
from typing import Literal

import numpy as np
import pandas as pd

# count: a whole number from 0 up. flag: 0 or 1. rate: from 0 to 1 in steps of 0.01. integer: any whole number.
# number: any finite one.
Kind = Literal["category", "count", "flag", "rate", "integer", "number"]
# Whole numbers from here on are not all numbers of float64, in which features are.
BEYOND = 2**53
# What is wrong with a cell that is not allowed, by the kind of its column.
ILLEGAL = {
    "count": f"is not a whole number from 0 up to {BEYOND - 1}",
    "flag": "is neither 0 nor 1",
    "rate": "is not from 0 to 1 with two digits after the point",
    "integer": "is not a whole number",
    # Variances are to be numbers, too.
    "number": "is not between -1e100 and 1e100",
}


def illegal_cells(records: pd.DataFrame, kinds: Mapping[str, Kind]) -> pd.DataFrame:
    """Return for each cell of the columns with a kind of ``ILLEGAL``, bool, whether the kind forbids it."""
    found = {
        name: ~allowed(records[name].to_numpy(np.float64), kind) for name, kind in kinds.items() if kind in ILLEGAL
    }
    return pd.DataFrame(found, index=records.index)


def allowed(values: np.ndarray, kind: Kind) -> np.ndarray:
    """Return which values (n,), float64, a kind of ``ILLEGAL`` allows."""
    if kind == "number":
        return np.abs(values) < 1e100
    if kind == "integer":
        return (values == np.rint(values)) & (np.abs(values) < BEYOND)
    nearest = values.clip(0, BEYOND - 1 if kind == "count" else 1).round(2 if kind == "rate" else 0)
    return values == nearest
