"""AE-Flow's stable objective, computed for many rows and few kinds of cells."""

from typing import Any, cast

import torch
from torch import Tensor, nn
from torch.nn import functional

from aeflow._generators.ae_flow import flow_terms
from aeflow._generators.stable_ae_flow import StableAEFlow

TINY = 1e-30  # keeps the logarithm finite where all cells of a column are far below the largest


class CellAEFlow(StableAEFlow):
    """The same model as StableAEFlow, and the same numbers but for rounding, in a fraction of the time.

    The first layer is a sum of one row of its weights for each cell, and the softmax of all columns is taken at once.
    """

    def terms(self, x: Tensor) -> dict[str, Tensor]:
        """Return what StableAEFlow's ``terms`` does."""
        z = self._noisy(self.encode(x), torch.default_generator)
        return flow_terms(self.flow, z.detach(), -self.log_p(x, z).sum(dim=0).mean())

    def encode(self, x: Tensor) -> Tensor:
        """Return E(x), normalised: shape (n, latent_dim)."""
        first, *others = cast(list[nn.Linear], list(self.encoder))
        summed = first.bias.expand(len(x), -1)
        if self.n_columns:
            summed = summed + functional.embedding_bag(x, first.weight.T.contiguous(), mode="sum")
        return self.normalise(nn.Sequential(*others)(summed))

    def log_p(self, x: Tensor, z: Tensor) -> Tensor:
        """Return log p(x_j | z) of each column, shape (n_columns, n)."""
        if not self.n_columns:  # all rows are equal
            return z.new_zeros(0, len(z))
        *others, last = cast(list[nn.Linear], list(self.decoder))
        # Rows in the last dimension, so that sums over the cells of a column go along the rows of a matrix.
        logits = torch.addmm(last.bias[:, None], last.weight, nn.Sequential(*others)(z).T)
        return _LogSoftmaxOfCells.apply(logits, x.T.long(), self.column)


class _LogSoftmaxOfCells(torch.autograd.Function):
    """The log-softmax of a cell of each column, (n_columns, n), for logits (n_cells, n) and cells (n_columns, n)."""

    @staticmethod
    def forward(ctx: Any, logits: Tensor, cells: Tensor, column: Tensor) -> Tensor:
        # In place: memory for so many numbers takes longer to get than to fill.
        logits -= logits.amax(dim=0)
        of_cells = logits.gather(0, cells)
        raised = logits.exp_()
        totals = raised.new_full((len(cells), raised.shape[1]), TINY).index_add_(0, column, raised)
        ctx.save_for_backward(raised, totals, cells, column)
        return of_cells - torch.log(totals)

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> tuple[Tensor, None, None]:
        raised, totals, cells, column = ctx.saved_tensors
        (gradient,) = gradients
        # The derivative by a logit is 1 for the cell itself, less the softmax.
        by_logits = (-gradient / totals).index_select(0, column).mul_(raised).scatter_add_(0, cells, gradient)
        return by_logits, None, None
