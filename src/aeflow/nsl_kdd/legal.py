"""Which cells of records the schema allows."""

import numpy as np
import pandas as pd

from aeflow.nsl_kdd.schema import FEATURES

# What is wrong with a cell that is not allowed, by the kind of its column.
ILLEGAL = {
    "count": "is not a whole number from 0 up",
    "flag": "is neither 0 nor 1",
    "rate": "is not from 0 to 1 with two digits after the point",
}


def illegal_cells(records: pd.DataFrame) -> pd.DataFrame:
    """Return for each cell of the features that are numbers, bool, whether ``schema.FEATURES`` forbids it."""
    found = {}
    for name, kind in FEATURES.items():
        if kind != "category":
            values = records[name].to_numpy(np.float64)
            allowed = (values == values.round(2 if kind == "rate" else 0)) & (values >= 0)
            found[name] = ~(allowed if kind == "count" else allowed & (values <= 1))
    return pd.DataFrame(found)
