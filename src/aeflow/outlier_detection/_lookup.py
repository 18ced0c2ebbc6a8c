"""Rows to the cells that were learned, and whether each of their values was learned too."""

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
        above = np.searchsorted(self.ends, numbers)
        found = self.cell[above]
        return found, (numbers >= self.starts[found]) & (above < len(self.ends))


class Lookup:
    """All columns of a table, those that vary first; ``sizes`` are their numbers of cells, (n_columns,)."""

    def __init__(self, table: BinnedTable) -> None:
        constant = [i for i in range(len(table.columns)) if i not in table.varying]
        self.order = [*table.varying, *constant]
        # Not the table itself, which holds the numbers that it was fitted to.
        self.columns = [_ColumnLookup(table.columns[i], table.cells[i]) for i in self.order]
        self.sizes = np.array([len(column.cell) - 1 for column in self.columns])
        self.first = table.first

    def __call__(self, frame: pd.DataFrame, *, multiple_of: int = 1) -> tuple[np.ndarray, np.ndarray]:
        """Return the cells of the columns that vary, (n_varying, n) int32, counted in one row, and what was learned.

        The latter of all columns, (n_columns, n) bool. n is the rows' number, rounded up to a multiple: behind the
        rows stand zeros. Raises InputError as ``Column.nearest`` does.
        """
        n = len(frame)
        size = -(-n // multiple_of) * multiple_of
        cells = np.zeros((len(self.first), size), dtype=np.int32)
        known = np.zeros((len(self.columns), size), dtype=bool)
        for k, (i, column) in enumerate(zip(self.order, self.columns, strict=True)):
            found, known[k, :n] = column.find(frame.iloc[:, i])
            if k < len(cells):
                cells[k, :n] = found + self.first[k]
        return cells, known
