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

        As in ``aeflow._generators.networks.mlp``, what sees nothing, or gives nothing, has no hidden layers.
        """
        units = {
            "encoder": [n_cells, *self.hidden, self.latent_dim],
            "decoder": [self.latent_dim, *self.hidden[::-1], n_cells],
        }
        halves = [self.latent_dim // 2, self.latent_dim - self.latent_dim // 2]
        for i in range(self.coupling_layers):
            kept, changed = halves[i % 2], halves[1 - i % 2]
            units[f"flow.{i}"] = [kept, *self.hidden, changed * (2 if self.coupling == "affine" else 1)]
        for of in units.values():
            if not (of[0] and of[-1]):
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
        z = np.ascontiguousarray(z.T)  # sums over few numbers are fast where rows stand in the last dimension
        log_det = np.zeros(z.shape[1], dtype=np.float32)
        x1, x2 = np.split(z, [len(z) // 2])
        for i in range(self.shape.coupling_layers):
            found = np.ascontiguousarray(_through(self.layers[f"flow.{i}"], np.ascontiguousarray(x1.T)).T)
            if self.shape.coupling == "affine":
                s, found = np.tanh(found[: len(x2)]), found[len(x2) :]
                log_det += s.sum(axis=0)
                x2 = x2 * np.exp(s)
            x1, x2 = x2 + found, x1
        h = np.concatenate([x1, x2])
        return log_det - (np.square(h) + np.float32(math.log(2 * math.pi))).sum(axis=0) / 2

    def log_p(self, cells: np.ndarray, z: np.ndarray, logits: np.ndarray) -> np.ndarray:
        """Return log p(x_j | z) of each column, (n, n_varying), of cells (n_varying, n) and z (n, latent_dim).

        ``logits`` (n, n_cells) is memory to work in, of float32: so much takes longer to get than to fill.
        """
        if not len(cells):  # all rows are equal
            return np.zeros((len(z), 0), dtype=np.float32)
        *others, (weights, biases) = self.layers["decoder"]
        product(np.maximum(_through(others, z), 0) if others else z, weights, out=logits)
        logits += biases
        logits -= logits.max(axis=1, keepdims=True)
        of_cells = logits.ravel().take(cells.T + np.arange(len(z))[:, None] * logits.shape[1])
        return of_cells - np.log(np.add.reduceat(np.exp(logits, out=logits), self.first, axis=1) + TINY)


def product(rows: np.ndarray, weights: np.ndarray, out: np.ndarray | None = None) -> np.ndarray:
    """Return ``rows @ weights``, each row by itself: in one product its digits depend on where it stands."""
    return np.matmul(rows[:, None], weights, out=None if out is None else out[:, None])[:, 0]


def _through(layers: Layers, x: np.ndarray) -> np.ndarray:
    """Return what layers with ReLU between them make of x (n, n_in)."""
    for i, (weights, biases) in enumerate(layers):
        x = product(np.maximum(x, 0) if i else x, weights)
        x += biases
    return x
