"""The log-density of rows under a fitted AE-Flow, those that it has never seen included."""

import warnings
from collections.abc import Callable

import numpy as np
import pandas as pd
import torch
from sklearn.exceptions import ConvergenceWarning
from sklearn.mixture import GaussianMixture
from torch import Tensor

from aeflow._generators.flow import standard_normal_log_density
from aeflow._generators.reproducible import reproducible
from aeflow.outlier_detection._lookup import Lookup
from aeflow.outlier_detection._model import CellAEFlow
from aeflow.over_sampling._binned import BinnedTable

# Rows are scored so many at a time, the last ones with others beside them: in products of matrices of one shape each
# row gets the same digits wherever it stands.
BLOCK = 1024
# The Gaussians, and the rows that they are fitted to. Of more columns the errors of neighbours are added up.
GAUSSIANS, ROWS, ITERATIONS, MOST_COLUMNS = 10, 20_000, 10, 100
# Added to each variance: what does not vary has none.
LEAST_VARIANCE = 0.02


class Likelihood:
    """log p(e | z) and log p(z) of rows, where z = E(x) and e are the decoder's errors, log p(x_j | z).

    p(z) is the flow's, and p(e | z) that of Gaussians of z and e, fitted to rows of ``frame``, as the model was.
    """

    def __init__(self, table: BinnedTable, model: CellAEFlow, frame: pd.DataFrame, seed: int) -> None:
        self.lookup = Lookup(table)
        self.model = model
        self.unseen = 1 / len(frame)
        n_columns = len(self.lookup.sizes)
        self.added = torch.arange(n_columns) // -(-n_columns // MOST_COLUMNS)
        rows = np.sort(np.random.default_rng(seed).permutation(len(frame))[:ROWS])
        z_and_e = self._in_blocks(frame.iloc[rows], self._latent_and_errors)[:-1]
        self.gaussians = _Conditional(z_and_e.T.double().numpy(), model.noise_dim, seed)

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
        return torch.stack([self.gaussians(found[:-1]), found[-1]])

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
    """log p(e | z) = log p(z, e) - log p(z) of a mixture of Gaussians of z and e."""

    def __init__(self, rows: np.ndarray, latent_dim: int, seed: int) -> None:
        mixture = GaussianMixture(
            n_components=min(GAUSSIANS, 1 + len(rows) // 1000),
            reg_covar=LEAST_VARIANCE,
            max_iter=ITERATIONS,
            init_params="k-means++",
            random_state=seed,
        )
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ConvergenceWarning)  # scores hardly change after these iterations
            mixture.fit(rows)
        # precision = root @ root.T, root is upper triangular: the first part of (x - mean) @ root depends on z alone.
        roots = mixture.precisions_cholesky_
        self.latent_dim = latent_dim
        self.root = torch.from_numpy(np.concatenate([root.T for root in roots])).float()
        self.shift = torch.from_numpy(
            np.concatenate([root.T @ mean for root, mean in zip(roots, mixture.means_, strict=True)])
        )
        self.shift = self.shift.float()[:, None]
        log_diagonal = torch.from_numpy(np.log(np.array([root.diagonal() for root in roots])) - np.log(2 * np.pi) / 2)
        log_weight = torch.from_numpy(np.log(mixture.weights_))
        self.level_z = (log_weight + log_diagonal[:, :latent_dim].sum(1)).float()[:, None]
        self.level_e = log_diagonal[:, latent_dim:].sum(1).float()[:, None]

    def __call__(self, z_and_e: Tensor) -> Tensor:
        """Return log p(e | z), shape (n,), of z and e, (latent_dim + len(e), n)."""
        squares = torch.addmm(-self.shift, self.root, z_and_e).square_().view(len(self.level_z), *z_and_e.shape)
        log_p_z = self.level_z - squares[:, : self.latent_dim].sum(dim=1) / 2
        log_p = log_p_z + self.level_e - squares[:, self.latent_dim :].sum(dim=1) / 2
        return torch.logsumexp(log_p, dim=0) - torch.logsumexp(log_p_z, dim=0)
