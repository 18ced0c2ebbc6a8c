"""The log-density of rows under a fitted AE-Flow, those that it has never seen included."""

from collections.abc import Callable

import numpy as np
import pandas as pd
import torch
from torch import Tensor

from aeflow._generators.flow import standard_normal_log_density
from aeflow._generators.reproducible import reproducible
from aeflow.outlier_detection._lookup import Lookup
from aeflow.outlier_detection._model import CellAEFlow
from aeflow.over_sampling._binned import BinnedTable

# Rows are scored so many at a time, the last ones with others beside them: in products of matrices of one shape each
# row gets the same digits wherever it stands.
BLOCK = 1024
# Of more columns the errors of neighbours are added up.
MOST_COLUMNS = 100
# Added to each variance of z and e. With less, errors that hardly vary make alarms of rows of the class which are a
# little unlike those learned; with more, attacks are not found (docs/detector.md).
LEAST_VARIANCE = 1.0


class Likelihood:
    """log p(e | z) and log p(z) of rows, where z = E(x) and e are the decoder's errors, log p(x_j | z).

    p(z) is the flow's, and p(e | z) that of a Gaussian of z and e, fitted to the rows of ``frame``, as the model was.
    """

    def __init__(self, table: BinnedTable, model: CellAEFlow, frame: pd.DataFrame) -> None:
        self.lookup = Lookup(table)
        self.model = model
        self.unseen = 1 / len(frame)
        n_columns = len(self.lookup.sizes)
        self.added = torch.arange(n_columns) // -(-n_columns // MOST_COLUMNS)
        z_and_e = self._in_blocks(frame, self._latent_and_errors)[:-1]
        self.gaussian = _Conditional(z_and_e.T.double().numpy(), model.noise_dim)

    def __call__(self, frame: pd.DataFrame) -> np.ndarray:
        """Return both of each row, shape (n, 2), float64. Raises InputError as ``Column.nearest`` does."""
        return self._in_blocks(frame, self._parts).T.double().numpy()

    @torch.no_grad()
    def _in_blocks(self, frame: pd.DataFrame, of: Callable[[Tensor, Tensor], Tensor]) -> Tensor:
        """Return what ``of`` makes of the cells of all rows, (k, n)."""
        cells, known = map(torch.from_numpy, self.lookup(frame, multiple_of=BLOCK))
        with reproducible(0):
            blocks = zip(cells.split(BLOCK, dim=1), known.split(BLOCK, dim=1), strict=True)
            return torch.cat([of(*block) for block in blocks], dim=1)[:, : len(frame)]

    def _parts(self, cells: Tensor, known: Tensor) -> Tensor:
        """Return log p(e | z) and log p(z) of a block, (2, BLOCK)."""
        found = self._latent_and_errors(cells, known)
        return torch.stack([self.gaussian(found[:-1]), found[-1]])

    def _latent_and_errors(self, cells: Tensor, known: Tensor) -> Tensor:
        """Return z, e and log p(z) of a block, (k, BLOCK)."""
        z = self.model.encode(cells.T.contiguous())
        h, log_det = self.model.flow(z)
        p = torch.exp(self.model.log_p(cells.T, z))
        p = torch.cat([p, p.new_ones(len(known) - len(p), BLOCK)])
        rare = torch.from_numpy(self.unseen / (self.lookup.sizes + 1)).float()[:, None]
        log_p = torch.log((1 - self.unseen) * p * known + rare)
        e = log_p.new_zeros(int(self.added[-1]) + 1, BLOCK).index_add_(0, self.added, log_p)
        return torch.cat([z.T, e, (standard_normal_log_density(h) + log_det)[None]])


class _Conditional:
    """log p(e | z) of a Gaussian of z and e: of z alone, e has a mean that is linear in it, and one covariance."""

    def __init__(self, rows: np.ndarray, latent_dim: int) -> None:
        mean = rows.mean(axis=0)
        factor = np.linalg.cholesky(np.cov(rows, rowvar=False) + LEAST_VARIANCE * np.eye(len(mean)))
        # The rows of its inverse that are behind those of z make of (z, e) what z leaves open of e, whitened.
        whiten = np.linalg.inv(factor)[latent_dim:]
        self.whiten = torch.from_numpy(whiten).float()
        self.shift = torch.from_numpy(whiten @ mean).float()[:, None]
        self.level = float(np.log(whiten.diagonal(latent_dim)).sum() - len(whiten) * np.log(2 * np.pi) / 2)

    def __call__(self, z_and_e: Tensor) -> Tensor:
        """Return log p(e | z), shape (n,), of z and e, (latent_dim + len(e), n)."""
        return self.level - torch.addmm(-self.shift, self.whiten, z_and_e).square_().sum(dim=0) / 2
