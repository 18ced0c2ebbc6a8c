"""A fitted AE-Flow in numpy: its encoder E, flow F and decoder D, for scoring alone."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

import numpy as np
from scipy import sparse

TINY = np.float32(1e-30)  # keeps the logarithm finite where all cells of a column are far below the largest

# Of each layer the weights (n_in, n_out) and the biases (n_out,), float32.
Layers = list[tuple[np.ndarray, np.ndarray]]


@dataclass(frozen=True)
class Shape:
    """The settings that the network was fitted with, as AEFlowDetector has them."""

    latent_dim: int
    coupling_layers: int
    coupling: Literal["affine", "additive"]
    hidden: Sequence[int]

    def layers(self, n_cells: int) -> dict[str, list[tuple[int, int]]]:
        """Return (n_in, n_out) of each layer of E, D and F's couplings, by the names that ``Network`` has for them.

        As in ``aeflow._generators.networks.mlp``, what sees nothing has no hidden layers.
        """
        kept = self.latent_dim // 2
        changed = self.latent_dim - kept
        units = {
            "encoder": [n_cells, *self.hidden, self.latent_dim],
            "decoder": [self.latent_dim, *self.hidden[::-1], n_cells],
        }
        for i in range(self.coupling_layers):
            units[f"flow.{i}"] = [kept, *self.hidden, changed * (2 if self.coupling == "affine" else 1)]
        for of in units.values():
            if not of[0]:
                del of[1:-1]
        return {name: list(pairwise(of)) for name, of in units.items()}


class Network:
    """E, F and D: their layers by the names of ``Shape.layers``; E's last one has the normalisation in it.

    ``first`` are the columns' first cells, as ``Lookup`` has them.
    """

    def __init__(self, shape: Shape, layers: Mapping[str, Layers], first: np.ndarray) -> None:
        self.shape, self.layers, self.first = shape, layers, first

    def encode(self, cells: np.ndarray) -> np.ndarray:
        """Return E(x), (n, latent_dim) float32, of cells (n_varying, n): the first layer sums weights for each cell."""
        (weights, biases), *others = self.layers["encoder"]
        n_columns, n = cells.shape
        ones, starts = np.ones(cells.size, dtype=np.float32), np.arange(n + 1, dtype=np.int32) * n_columns
        x = sparse.csr_array((ones, cells.T.ravel(), starts), shape=(n, len(weights))) @ weights + biases
        return _through(others, np.maximum(x, 0)) if others else x

    def log_density(self, z: np.ndarray) -> np.ndarray:
        """Return log p(h) + log |det dF/dz|, (n,), of z (n, latent_dim)."""
        kept = z.shape[1] // 2
        changed = z.shape[1] - kept
        log_det = np.zeros(len(z), dtype=np.float32)
        for i in range(self.shape.coupling_layers):
            x1, x2 = np.split(z[:, ::-1], [kept], axis=1)
            found = _through(self.layers[f"flow.{i}"], x1)
            if self.shape.coupling == "affine":
                s = np.tanh(found[:, :changed])
                log_det += s.sum(axis=1)
                x2 = x2 * np.exp(s)
            z = np.hstack([x1, x2 + found[:, -changed:]])
        return log_det - (np.square(z) + np.float32(math.log(2 * math.pi))).sum(axis=1) / 2

    def log_p(self, cells: np.ndarray, z: np.ndarray) -> np.ndarray:
        """Return log p(x_j | z) of each column, (n_varying, n), of cells (n_varying, n) and z (n, latent_dim)."""
        if not len(cells):  # all rows are equal
            return np.zeros(cells.shape, dtype=np.float32)
        # Rows in the last dimension, so that sums over the cells of a column go along the rows of a matrix.
        logits = np.ascontiguousarray(_through(self.layers["decoder"], z).T)
        logits -= logits.max(axis=0)
        n = cells.shape[1]
        of_cells = logits.ravel().take(cells.astype(np.intp) * n + np.arange(n))
        # In place: memory for so many numbers takes longer to get than to fill.
        return of_cells - np.log(sums(np.exp(logits, out=logits), self.first) + TINY)


def product(rows: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Return ``rows @ weights``, each row by itself: in one product its digits depend on where it stands."""
    return np.matmul(rows[:, None], weights)[:, 0]


def sums(rows: np.ndarray, first: np.ndarray) -> np.ndarray:
    """Return the sums of neighbouring rows (k, n), of each ``first`` (m,) and those up to the next one, (m, n)."""
    # np.add.reduceat takes ten times as long.
    return np.stack([part.sum(axis=0) for part in np.split(rows, first[1:])])


def _through(layers: Layers, x: np.ndarray) -> np.ndarray:
    """Return what layers with ReLU between them make of x (n, n_in)."""
    for i, (weights, biases) in enumerate(layers):
        x = product(np.maximum(x, 0) if i else x, weights)
        x += biases
    return x
