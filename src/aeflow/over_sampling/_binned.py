"""Rows as cells: every column a choice among few, so that one likelihood fits all kinds of them.

Network records are full of atoms (zeros, flags, codes), on which a density has no bound. Here a
value that many rows share is a cell of its own, and the other numbers of a column fall into
cells that hold equally many. A row is then one cell in each column, and a generator's decoder
gives each cell a probability. A number drawn for a cell lies between two that were seen in it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Self

import numpy as np
import pandas as pd

from aeflow.over_sampling._columns import LARGEST_WHOLE, Column

# A value is a cell of its own if this share of the rows has it, and two of them or more, or if the
# column has few values.
ATOM_SHARE = 0.02
FEW_VALUES = 8
# Of thousands of columns each has fewer cells, as a step holds a number for each cell and row.
MOST_CELLS = 2**16
BELOW_1 = np.nextafter(1.0, 0.0)


@dataclass(frozen=True)
class Cells:
    """The cells of one column: ``size[c]`` sorted numbers of cell c from ``start[c]`` on in ``values``."""

    values: np.ndarray
    start: np.ndarray
    size: np.ndarray

    def of(self, values: np.ndarray) -> np.ndarray:
        """Return each number's cell, int64; one never seen goes to the next cell above, if there is one."""
        last = self.values[self.start + self.size - 1]
        return np.searchsorted(last, values).clip(0, len(last) - 1)

    def draw(self, cells: np.ndarray, uniform: np.ndarray) -> np.ndarray:
        """Return a number of each cell for uniform (n,) in [0, 1): linear between the two that its rank is between.

        Whole numbers are rounded, in their own dtype, uint64.
        """
        rank = uniform * (self.size[cells] - 1)
        below = rank.astype(np.int64)
        above = np.minimum(below + 1, self.size[cells] - 1)
        a, b = self.values[self.start[cells] + below], self.values[self.start[cells] + above]
        share = rank - below
        if a.dtype.kind == "f":
            half = share * (b / 2 - a / 2)  # b - a may be beyond the floats
            return (a + half + half).clip(a, b)
        return a + np.minimum(np.rint(share * (b - a)).clip(0, LARGEST_WHOLE).astype(np.uint64), b - a)


def find_cells(column: Column, values: np.ndarray, bins: int) -> Cells:
    """Return the cells of a column's working values (n,): atoms, and about ``bins`` others with two rows or more."""
    distinct, counts = np.unique(values, return_counts=True)
    atom = counts >= max(2, ATOM_SHARE * len(values))
    if column.categories is not None or len(distinct) <= FEW_VALUES:
        atom[:] = True
    rows_in_bin = max(2, -(-int(counts[~atom].sum()) // bins))
    total = np.cumsum(counts)
    atoms = np.append(np.flatnonzero(atom), len(counts))
    ends = [0]
    while (k := ends[-1]) < len(counts):
        # No cell reaches over an atom, so that the cells of a column lie in order.
        full = int(np.searchsorted(total, total[k] - counts[k] + rows_in_bin)) + 1
        ends.append(k + 1 if atom[k] else min(full, int(atoms[np.searchsorted(atoms, k)])))
    start = np.append(0, total)[ends]
    return Cells(np.repeat(distinct, counts), start[:-1], np.diff(start))


class BinnedTable:
    """Rows to cells and back.

    ``sizes`` are the numbers of cells of the columns that vary in the fitted rows, in their order.
    The others are left out and come back as the value that they have.
    """

    def __init__(self, columns: Sequence[Column], cells: Sequence[Cells]) -> None:
        self.columns = list(columns)
        self.cells = list(cells)
        self.varying = [i for i, of_column in enumerate(cells) if len(of_column.size) > 1]
        self.sizes = np.array([len(cells[i].size) for i in self.varying], dtype=np.int64)
        self.first = np.cumsum(self.sizes) - self.sizes

    @classmethod
    def fit(cls, columns: Sequence[Column], frame: pd.DataFrame, bins: int) -> Self:
        """Find the cells of each column of rows (n, len(columns)), fewer than ``bins`` where columns are thousands."""
        bins = min(bins, max(2, MOST_CELLS // len(columns)))
        found = (column.working(frame.iloc[:, i], bounded=True) for i, column in enumerate(columns))
        return cls(columns, [find_cells(column, values, bins) for column, values in zip(columns, found, strict=True)])

    @property
    def width(self) -> int:
        """The cells of all varying columns."""
        return int(self.sizes.sum())

    @property
    def n_uniform(self) -> int:
        """The uniform numbers that a row is drawn with: one for each varying column."""
        return len(self.sizes)

    def encode(self, frame: pd.DataFrame, *, bounded: bool) -> np.ndarray:
        """Return each row's cells, shape (n, len(sizes)), int32, those of all columns counted in one row.

        Raises InputError as ``Column.working`` does.
        """
        rows = np.empty((len(frame), len(self.varying)), dtype=np.int32)
        for k, i in enumerate(self.varying):
            values = self.columns[i].working(frame.iloc[:, i], bounded=bounded)
            rows[:, k] = self.first[k] + self.cells[i].of(values)
        return rows

    def decode(self, logits: np.ndarray, uniform: np.ndarray) -> tuple[list[np.ndarray], np.ndarray]:
        """Return working values of each column, drawn by logits (n, width), and whether a row was legal when drawn.

        One uniform number in [0, 1) for each row and varying column, (n, n_uniform), chooses the cell, by the
        softmax of the column's logits, and what is left of it the number in the cell.
        """
        values, legal = [], np.ones(len(logits), dtype=bool)
        only_cell = np.zeros(len(logits), dtype=np.int64), np.zeros(len(logits))
        parts = zip(np.split(logits, self.first[1:], axis=1), uniform.T, strict=True) if self.varying else iter(())
        for column, cells in zip(self.columns, self.cells, strict=True):
            drawn = cells.draw(*(_choose(*next(parts)) if len(cells.size) > 1 else only_cell))
            of_column, unchanged = column.legal(drawn)
            values.append(of_column)
            legal &= unchanged
        return values, legal


def _choose(logits: np.ndarray, uniform: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return a cell for each row, int64, by the softmax of logits (n, n_cells), and what is left of ``uniform`` (n,).

    Both are in [0, 1): what is left is how far a uniform number reaches into its cell's part of the sum.
    """
    likelihood = np.ascontiguousarray(logits.T)  # so every operation goes along the rows, which are many
    likelihood = np.exp(likelihood - likelihood.max(axis=0))
    cumulative = likelihood.astype(np.float64)
    for below, total in pairwise(cumulative):
        np.add(below, total, out=total)
    aim = uniform * cumulative[-1]
    # The first cell whose sum is above the number aimed at; the last one's may be equal to it.
    cells = np.zeros(len(uniform), dtype=np.int64)
    for total in cumulative[:-1]:
        cells += total <= aim
    at = cells, np.arange(len(uniform))
    chosen = likelihood[at]
    left = 1 - np.divide(cumulative[at] - aim, chosen, out=np.ones_like(aim), where=chosen > 0)
    return cells, left.clip(0, BELOW_1)
