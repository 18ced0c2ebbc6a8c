"""Rows to the cells that were learned, and whether each of their values was learned too."""

from typing import Self

import numpy as np
import pandas as pd

from aeflow._checks import are_missing
from aeflow.over_sampling._binned import BinnedTable, Cells
from aeflow.over_sampling._columns import Column, exact


class _ColumnLookup:
    """One column: cell c holds the numbers up to ``ends[c]``, and those from ``starts[c]`` on were learned.

    A cell of one number starts there; another one where the cell below ends, but for the lowest.
    """

    def __init__(self, column: Column, cells: Cells) -> None:
        self.column = column
        self.cell = np.append(np.arange(len(cells.size)), len(cells.size) - 1).astype(np.int32)
        if column.categories is not None:
            return
        lowest, highest = cells.values[cells.start], cells.values[cells.start + cells.size - 1]
        if column.span is not None:
            lowest, highest = ((column.low.view(np.uint64) + of).view(column.low.dtype) for of in (lowest, highest))
        self.ends = highest
        between = lowest != highest
        between[0] = False
        self.starts = np.where(between, np.append(lowest[:1], highest[:-1]), lowest)

    def find(self, values: pd.Series) -> tuple[np.ndarray, np.ndarray]:
        """Return the cell of each value, int32, and whether it was learned, bool; see ``Column.nearest``."""
        if self.column.categories is not None:
            positions, known = self.column.nearest(values)
            return positions.astype(np.int32), known
        numbers = None if are_missing(values).any() else exact(values)
        if numbers is None or not np.isfinite(numbers).all():
            self.column.nearest(values)  # raises
            raise AssertionError(f"{self.column.said}: a value that cannot be scored was not refused")
        found = np.searchsorted(self.ends, numbers)
        inside = found < len(self.ends)
        found = self.cell[found]
        return found, (numbers >= self.starts[found]) & inside


class Lookup:
    """All columns, in their order; ``varying`` and ``first`` are those of the table, ``sizes`` all columns' cells."""

    def __init__(self, columns: list[_ColumnLookup], varying: list[int], first: np.ndarray) -> None:
        self.columns = columns
        self.varying = varying
        self.first = first
        self.sizes = np.array([len(column.cell) - 1 for column in columns])

    @classmethod
    def of(cls, table: BinnedTable) -> Self:
        """Return what is needed of a table to find cells: not the numbers that it was fitted to."""
        found = [_ColumnLookup(*both) for both in zip(table.columns, table.cells, strict=True)]
        return cls(found, table.varying, table.first)

    def __call__(self, frame: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
        """Return the cells of the columns that vary, (n_varying, n) int32, counted in one row, and what was learned.

        The latter of all columns, (n_columns, n) bool. Raises InputError as ``Column.nearest`` does.
        """
        cells = np.empty((len(self.varying), len(frame)), dtype=np.int32)
        known = np.empty((len(self.columns), len(frame)), dtype=bool)
        place = {i: k for k, i in enumerate(self.varying)}
        for i, column in enumerate(self.columns):
            found, known[i] = column.find(frame.iloc[:, i])
            if i in place:
                cells[place[i]] = found + self.first[place[i]]
        return cells, known
