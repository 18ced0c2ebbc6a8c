"""Rows to the cells that were learned, and whether each of their values was learned too."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Self, cast

import numpy as np
import pandas as pd

from aeflow._checks import are_missing
from aeflow.over_sampling._columns import Column, exact

if TYPE_CHECKING:  # it imports torch
    from aeflow.over_sampling._binned import Cells


class ColumnLookup:
    """One column: cell c holds the numbers up to ``ends[c]``, and those from ``starts[c]`` on were learned.

    A cell of one number starts there; another one where the cell below ends, but for the lowest. Both have shape
    (n_cells,) and the dtype of ``column.low``. A column of categories has a cell for each, and neither.
    """

    def __init__(self, column: Column, starts: np.ndarray | None = None, ends: np.ndarray | None = None) -> None:
        self.column = column
        self.starts, self.ends = starts, ends
        self.n_cells = len(cast(pd.Index, column.categories)) if ends is None else len(ends)
        # A number above all ends goes to the last cell.
        self.cell = np.append(np.arange(self.n_cells), self.n_cells - 1).astype(np.int32)

    @classmethod
    def of(cls, column: Column, cells: "Cells") -> Self:
        """Return the lookup of a column with cells of its working values."""
        if column.categories is not None:
            return cls(column)
        lowest, highest = cells.values[cells.start], cells.values[cells.start + cells.size - 1]
        if column.span is not None:
            lowest, highest = ((column.low.view(np.uint64) + of).view(column.low.dtype) for of in (lowest, highest))
        between = lowest != highest
        between[0] = False
        return cls(column, np.where(between, np.append(lowest[:1], highest[:-1]), lowest), highest)

    def find(self, values: pd.Series) -> tuple[np.ndarray, np.ndarray]:
        """Return the cell of each value, int32, and whether it was learned, bool; see ``Column.nearest``."""
        if self.starts is None or self.ends is None:
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
    """All columns, those of several cells first; ``sizes`` are their numbers of cells, (n_columns,).

    ``first`` are the first cells of those of several, (n_varying,), where the cells of all are counted in one row.
    """

    def __init__(self, columns: Sequence[ColumnLookup]) -> None:
        self.order = sorted(range(len(columns)), key=lambda i: columns[i].n_cells == 1)
        self.columns = [columns[i] for i in self.order]
        self.sizes = np.array([column.n_cells for column in self.columns])
        varying = self.sizes[self.sizes > 1]
        self.first = np.cumsum(varying) - varying

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
