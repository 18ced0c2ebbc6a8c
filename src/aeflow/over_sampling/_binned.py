"""Rows as cells: every column a choice among few, so that one likelihood fits all kinds of them.

Network records are full of atoms (zeros, flags, codes), on which a density has no bound. Here a
value that many rows share is a cell of its own, and the other numbers of a column fall into
cells that hold equally many. A row is then one cell in each column, and a generator's decoder
gives each cell a probability. A number drawn for a cell lies between two that were seen in it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
import pandas as pd

from aeflow.over_sampling._columns import Column, numbers

# A value is a cell of its own if this share of the rows has it, and two of them or more, or if the
# column has few values.
ATOM_SHARE = 0.02
FEW_VALUES = 8


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

    def draw(self, cells: np.ndarray, rng: np.random.Generator) -> np.ndarray:
        """Return a number of each cell: uniform in rank, linear between the two numbers it falls between."""
        rank = rng.random(len(cells)) * (self.size[cells] - 1)
        below = rank.astype(np.int64)
        above = np.minimum(below + 1, self.size[cells] - 1)
        a, b = self.values[self.start[cells] + below], self.values[self.start[cells] + above]
        return a + (rank - below) * (b - a)


def find_cells(column: Column, values: np.ndarray, bins: int) -> Cells:
    """Return the cells of a column's numbers (n,): atoms, and about ``bins`` others with two rows or more."""
    distinct, counts = np.unique(values, return_counts=True)
    atom = counts >= max(2, ATOM_SHARE * len(values))
    if column.categories is not None or len(distinct) <= FEW_VALUES:
        atom[:] = True
    rows_in_bin = max(2, -(-int(counts[~atom].sum()) // bins))
    size: list[int] = []
    for k, count in enumerate(counts):
        # No cell reaches over an atom, so that the cells of a column lie in order.
        if k == 0 or atom[k] or atom[k - 1] or size[-1] >= rows_in_bin:
            size.append(0)
        size[-1] += int(count)
    return Cells(np.repeat(distinct, counts), np.cumsum([0, *size[:-1]]), np.array(size))


class BinnedTable:
    """Rows to one-hot cells and back.

    ``sizes`` are the numbers of cells of the columns that vary in the fitted rows, in their order.
    The others are left out and come back as the value that they have.
    """

    def __init__(self, columns: Sequence[Column], cells: Sequence[Cells]) -> None:
        self.columns = list(columns)
        self.cells = list(cells)
        self.varying = [i for i, of_column in enumerate(cells) if len(of_column.size) > 1]
        self.sizes = [len(cells[i].size) for i in self.varying]

    @classmethod
    def fit(cls, columns: Sequence[Column], frame: pd.DataFrame, bins: int) -> Self:
        """Find the cells of each column of rows (n, len(columns))."""
        values = numbers(columns, frame)
        return cls(columns, [find_cells(column, values[:, i], bins) for i, column in enumerate(columns)])

    @property
    def width(self) -> int:
        """Features of an encoded row: the cells of all varying columns."""
        return sum(self.sizes)

    def encode(self, frame: pd.DataFrame) -> np.ndarray:
        """Return one-hot cells, shape (n, width), float32; raise InputError for an unknown category."""
        values = numbers(self.columns, frame)
        features = np.zeros((len(frame), self.width), dtype=np.float32)
        first = 0
        for i, size in zip(self.varying, self.sizes, strict=True):
            features[np.arange(len(frame)), first + self.cells[i].of(values[:, i])] = 1
            first += size
        return features

    def decode(self, cells: np.ndarray, rng: np.random.Generator) -> np.ndarray:
        """Return numbers, categories as codes, for rows of cells (n, len(sizes)), int64.

        Shape (n, len(columns)), float64. Between two whole numbers one need not be whole.
        """
        chosen = np.zeros((len(cells), len(self.columns)), dtype=np.int64)
        chosen[:, self.varying] = cells
        return np.column_stack([of_column.draw(chosen[:, i], rng) for i, of_column in enumerate(self.cells)])
