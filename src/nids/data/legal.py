"""Which cells of records the kinds of their columns allow."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from nids.data.description import Kind

# What is wrong with a cell that is not allowed, by the kind of its column.
ILLEGAL = {
    "count": "is not a whole number from 0 up",
    "flag": "is neither 0 nor 1",
    "rate": "is not from 0 to 1 with two digits after the point",
}


def illegal_cells(records: pd.DataFrame, features: Mapping[str, Kind]) -> pd.DataFrame:
    """Return for each cell of the features with a kind of ``ILLEGAL``, bool, whether the kind forbids it."""
    found = {}
    for name, kind in features.items():
        if kind in ILLEGAL:
            values = records[name].to_numpy(np.float64)
            allowed = (values == values.round(2 if kind == "rate" else 0)) & (values >= 0)
            found[name] = ~(allowed if kind == "count" else allowed & (values <= 1))
    return pd.DataFrame(found, index=records.index)
