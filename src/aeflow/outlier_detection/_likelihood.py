"""The likelihood of rows under a fitted AE-Flow, those that it has never seen included."""

import copy

import numpy as np
import pandas as pd
import torch

from aeflow._generators.flow import standard_normal_log_density
from aeflow._generators.reproducible import reproducible
from aeflow._generators.stable_ae_flow import StableAEFlow
from aeflow.over_sampling._binned import BinnedTable

CHUNK_ROWS = 2048


class Likelihood:
    """log p(x | z) and log p(z) at z = E(x) of a model that was fitted to ``n`` rows, encoded by ``table``."""

    def __init__(self, table: BinnedTable, model: StableAEFlow, n: int) -> None:
        self.table = table
        # In float64, so that the rows that stand beside a row do not change its last digits.
        self.model = copy.deepcopy(model).double()
        self.unseen = 1 / n

    def __call__(self, frame: pd.DataFrame) -> np.ndarray:
        """Return both of each row, shape (n, 2), float64."""
        cells, known = self._cells(frame)
        found = np.empty((len(frame), 2))
        sizes = np.array([len(of.size) for of in self.table.cells])
        rare = self.unseen / (sizes + 1)
        constant = np.delete(np.arange(len(sizes)), self.table.varying)
        found[:, 0] = np.log(np.where(known[:, constant], 1 - self.unseen, 0) + rare[constant]).sum(axis=1)
        varying = known[:, self.table.varying]
        with reproducible(0):
            for start in range(0, len(frame), CHUNK_ROWS):
                rows = slice(start, start + CHUNK_ROWS)
                log_p, log_p_z = self._of_model(torch.from_numpy(cells[rows]))
                p = np.where(varying[rows], (1 - self.unseen) * np.exp(log_p), 0) + rare[self.table.varying]
                found[rows, 0] += np.log(p).sum(axis=1)
                found[rows, 1] = log_p_z
        return found

    def _cells(self, frame: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
        """Return the cells of rows in the columns that vary, and whether each value was learned, (n, n_columns)."""
        cells = np.empty((len(frame), len(self.table.varying)), dtype=np.int64)
        known = np.empty((len(frame), len(self.table.columns)), dtype=bool)
        place = {i: k for k, i in enumerate(self.table.varying)}
        for i, (column, of_column) in enumerate(zip(self.table.columns, self.table.cells, strict=True)):
            values, known[:, i] = column.nearest(frame.iloc[:, i])
            found = of_column.of(values)
            # A number between two atoms was never seen either.
            first, last = (of_column.values[of_column.start[found] + at] for at in (0, of_column.size[found] - 1))
            known[:, i] &= (first != last) | (values == first)
            if i in place:
                cells[:, place[i]] = self.table.first[place[i]] + found
        return cells, known

    @torch.no_grad()
    def _of_model(self, cells: torch.Tensor) -> tuple[np.ndarray, np.ndarray]:
        """Return log p(x_j | z) of each column that varies, (n, n_varying), and log p(z), (n,)."""
        model = self.model
        one_hot = torch.zeros(len(cells), len(model.column), dtype=torch.float64).scatter_(1, cells, 1.0)
        z = model.normalise(model.encoder(one_hot))
        h, log_det = model.flow(z)
        logits = model.decoder(z)
        parts = [
            torch.log_softmax(part, dim=1).gather(1, cells[:, [k]] - first)
            for k, (part, first) in enumerate(
                zip(logits.split(self.table.sizes.tolist(), dim=1), self.table.first.tolist(), strict=True)
            )
        ]
        log_p = torch.cat(parts, dim=1) if parts else logits
        return log_p.numpy(), (standard_normal_log_density(h) + log_det).numpy()
