"""Cleaning that looks at the training rows alone: medians, duplicates, constant columns."""

from dataclasses import dataclass, replace
from typing import Self

import numpy as np
import pandas as pd

from aeflow.errors import InputError
from nids.data.description import Source
from nids.data.records import Records, missing_in


@dataclass(frozen=True)
class Cleaning:
    """What is learned from training rows: the value for cells without one by column, and the columns that vary."""

    values: dict[str, float]
    names: list[str]

    @classmethod
    def fit(cls, records: Records, data: Source) -> Self:
        """Learn from training records. Raises InputError for a column without values, and if none is left."""
        frame = records.frame
        values = {}
        for name in map(str, frame):
            policy = missing_in(name, data)
            if policy == "median" and frame[name].dtype.kind == "f":
                values[name] = float(frame[name].median())
                if np.isnan(values[name]):
                    raise InputError(
                        f"column {name}: no training row has a value, so there is no median; list it in columns.drop"
                    )
            elif not isinstance(policy, str) and frame[name].dtype.kind == "f":
                values[name] = float(policy)
        names = list(map(str, frame))
        if data.clean.constant == "drop":
            names = [name for name in names if frame[name].nunique(dropna=False) > 1]
        if not names:
            raise InputError("columns: no column is left as a feature")
        return cls(values, names)

    def transform(self, records: Records) -> Records:
        """Return the records with values for all cells, in the columns that vary."""
        frame = records.frame[self.names]
        filled = {name: value for name, value in self.values.items() if name in frame and frame[name].hasnans}
        return replace(records, frame=frame.fillna(filled) if filled else frame)


def without_duplicates(records: Records) -> Records:
    """Return the records without those that equal an earlier one, type included."""
    hashes = row_hashes(records.frame)
    again = pd.DataFrame({"row": hashes, "type": records.types}).duplicated().to_numpy()
    return records.at(~again)


def row_hashes(frame: pd.DataFrame) -> np.ndarray:
    """Return a number for each row, uint64 (n,): one for equal rows; others share it with a chance of 2**-64."""
    found: np.ndarray = np.zeros(len(frame), dtype=np.uint64)
    for _, column in frame.items():
        # 0.0 and -0.0 are equal, and have other bits.
        values = column.to_numpy() + 0.0 if column.dtype.kind == "f" else column
        hashes = pd.util.hash_pandas_object(pd.Series(values), index=False).to_numpy()
        found = (found ^ hashes) * np.uint64(0x9E3779B97F4A7C15)
        found ^= found >> np.uint64(29)
    return found
