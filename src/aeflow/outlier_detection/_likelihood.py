"""The log-density of rows under a fitted AE-Flow, those that it has never seen included."""

from collections.abc import Callable
from functools import cache
from typing import Self

import numpy as np
import pandas as pd
from threadpoolctl import ThreadpoolController

from aeflow._checks import place
from aeflow.errors import InputError
from aeflow.outlier_detection._lookup import Lookup
from aeflow.outlier_detection._network import Network, product

# Rows are scored so many at a time, the last ones with others beside them: in arrays of one shape each row gets the
# same digits.
BLOCK = 256
# Of more columns the errors of neighbours are added up.
MOST_COLUMNS = 100
# Added to each variance of z and e. With less, errors that hardly vary make alarms of rows of the class which are a
# little unlike those learned; with more, attacks are not found (docs/detector.md).
LEAST_VARIANCE = 0.2


# What is made of the cells of a block (n_varying, BLOCK), and whether they were learned (n_columns, BLOCK), with memory
# for logits: (BLOCK, k).
Of = Callable[[np.ndarray, np.ndarray, np.ndarray], np.ndarray]


class Gaussian:
    """log p(e | z) of a Gaussian of z and e: of z alone, e has a mean that is linear in it, and one covariance.

    ``whiten`` (latent_dim + len(e), len(e)) and ``shift`` (len(e),) are float32.
    """

    def __init__(self, whiten: np.ndarray, shift: np.ndarray, level: float) -> None:
        self.whiten, self.shift, self.level = whiten, shift, level

    @classmethod
    def fit(cls, rows: np.ndarray, latent_dim: int) -> Self:
        """Return the Gaussian of (z, e), rows (n, latent_dim + len(e)), float64."""
        mean = rows.mean(axis=0)
        factor = np.linalg.cholesky(np.cov(rows, rowvar=False) + LEAST_VARIANCE * np.eye(len(mean)))
        # The rows of its inverse that are behind those of z make of (z, e) what z leaves open of e, whitened.
        whiten = np.linalg.inv(factor)[latent_dim:]
        level = float(np.log(whiten.diagonal(latent_dim)).sum() - len(whiten) * np.log(2 * np.pi) / 2)
        # In C order, as in a file: digits of products depend on it.
        return cls(whiten.T.astype(np.float32, order="C"), (whiten @ mean).astype(np.float32), level)

    def __call__(self, z_and_e: np.ndarray) -> np.ndarray:
        """Return log p(e | z), shape (n,), of z and e, (n, latent_dim + len(e))."""
        return np.float32(self.level) - np.square(product(z_and_e, self.whiten) - self.shift).sum(axis=1) / 2


class Likelihood:
    """log p(e | z) and log p(z) of rows, where z = E(x) and e are the decoder's errors, log p(x_j | z).

    p(z) is the flow's, and p(e | z) that of ``gaussian``. The model was fitted to ``n_rows`` rows.
    """

    def __init__(self, lookup: Lookup, network: Network, n_rows: int, gaussian: Gaussian | None = None) -> None:
        self.lookup, self.network, self.n_rows, self.gaussian = lookup, network, n_rows, gaussian
        n_columns = len(lookup.sizes)
        self.added = np.arange(0, n_columns, -(-n_columns // MOST_COLUMNS))
        self.rare = (1 / (n_rows * (lookup.sizes + 1))).astype(np.float32)

    @classmethod
    def fit(cls, lookup: Lookup, network: Network, frame: pd.DataFrame) -> Self:
        """Return the likelihood whose Gaussian is fitted to the rows that the network was fitted to."""
        found = cls(lookup, network, len(frame))
        z_and_e = found._of_rows(frame, found._latent_and_errors)[:, :-1]
        found.gaussian = Gaussian.fit(z_and_e.astype(np.float64), network.shape.latent_dim)
        return found

    def __call__(self, frame: pd.DataFrame) -> np.ndarray:
        """Return both of each row, shape (n, 2), float64. Raises InputError as ``Column.nearest`` does."""
        found = self._of_rows(frame, self._parts).astype(np.float64)
        finite = np.isfinite(found).all(axis=1)
        if not finite.all():
            raise InputError(f"{place(frame, int(finite.argmin()))}: its score is not finite; fit the detector anew")
        return found

    def of_each_cell(self) -> np.ndarray:
        """Return both, (n, 2), of as many blocks of rows as it takes for each cell of each column to occur."""
        sizes = self.lookup.sizes[: len(self.lookup.first), None]
        n = -(-int(self.lookup.sizes.max()) // BLOCK) * BLOCK
        cells = np.minimum(np.arange(n), sizes - 1) + self.lookup.first[:, None]
        known = np.ones((len(self.lookup.sizes), n), dtype=bool)
        return self._in_blocks(cells, known, self._parts)

    def _of_rows(self, frame: pd.DataFrame, of: Of) -> np.ndarray:
        """Return what ``of`` makes of the cells of all rows, (n, k)."""
        return self._in_blocks(*self.lookup(frame, multiple_of=BLOCK), of)[: len(frame)]

    def _in_blocks(self, cells: np.ndarray, known: np.ndarray, of: Of) -> np.ndarray:
        logits = np.empty((BLOCK, self.lookup.sizes[self.lookup.sizes > 1].sum()), dtype=np.float32)
        starts = range(0, known.shape[1], BLOCK)
        # On one thread: products as small wait on several. Numbers too large for float32, which only weights of a
        # damaged file can make, are found in the results.
        with _threads().limit(limits=1, user_api="blas"), np.errstate(over="ignore", invalid="ignore"):
            return np.concatenate([of(cells[:, i : i + BLOCK], known[:, i : i + BLOCK], logits) for i in starts])

    def _parts(self, cells: np.ndarray, known: np.ndarray, logits: np.ndarray) -> np.ndarray:
        """Return log p(e | z) and log p(z) of a block, (BLOCK, 2)."""
        assert self.gaussian is not None
        found = self._latent_and_errors(cells, known, logits)
        return np.column_stack([self.gaussian(found[:, :-1]), found[:, -1]])

    def _latent_and_errors(self, cells: np.ndarray, known: np.ndarray, logits: np.ndarray) -> np.ndarray:
        """Return z, e and log p(z) of a block, (BLOCK, k) float32."""
        z = self.network.encode(cells)
        p = np.ones(known.T.shape, dtype=np.float32)  # a column that does not vary has one cell
        p[:, : len(cells)] = np.exp(self.network.log_p(cells, z, logits))
        e = np.log(np.float32(1 - 1 / self.n_rows) * p * known.T + self.rare)
        return np.column_stack([z, np.add.reduceat(e, self.added, axis=1), self.network.log_density(z)])


@cache
def _threads() -> ThreadpoolController:
    """Return what sets the threads of numpy's products; to find the libraries takes longer than to score some rows."""
    return ThreadpoolController()
