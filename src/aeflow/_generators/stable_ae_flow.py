"""AE-Flow that does not collapse: a latent of fixed spread, noise on it, and a likelihood of cells.

Three changes to the paper's eq. 10, each against one way in which it fails (docs/models.md):

1. Each dimension of E(x) is normalised to mean 0 and standard deviation 1 (batch normalisation
   without parameters), and the flow's likelihood does not reach the encoder. So neither can gain
   by shrinking z.
2. z = E(x) + noise * eps, eps ~ N(0, I). So z has a density wherever rows repeat, the decoder
   learns the space between rows, and F cannot single out each row.
3. Rows are cells (aeflow.over_sampling._binned), and the reconstruction error is their
   negative log-likelihood, which suits all kinds of columns.
"""

from collections.abc import Sequence
from typing import Literal

import torch
from torch import Tensor, nn

from aeflow._generators.ae_flow import flow_terms
from aeflow._generators.flow import Flow
from aeflow._generators.networks import mlp


class StableAEFlow(nn.Module):
    """z = E(x) + noise * eps, p(x | z) = softmax of D(z) within each column, h = F(z) with h ~ N(0, I).

    A row x is a cell of each column, (n, len(sizes)), integers that count the cells of all columns in one
    row; E sees them one-hot, (n, sum(sizes)). z and h have shape (n, latent_dim), float. ``temperature``
    divides the logits from which cells are drawn: below 1 the likelier ones become likelier still.
    """

    column: Tensor

    def __init__(
        self,
        *,
        sizes: Sequence[int],
        latent_dim: int,
        coupling_layers: int,
        coupling: Literal["additive", "affine"],
        hidden: Sequence[int],
        noise: float,
        temperature: float,
    ) -> None:
        super().__init__()
        self.n_columns = len(sizes)
        self.noise_dim = latent_dim
        self.noise = noise
        self.temperature = temperature
        # The column of each cell.
        column = torch.arange(len(sizes)).repeat_interleave(torch.as_tensor(sizes, dtype=torch.int64))
        self.register_buffer("column", column, persistent=False)
        self.encoder = mlp(len(column), hidden, latent_dim)
        self.normalise = nn.BatchNorm1d(latent_dim, affine=False)
        self.decoder = mlp(latent_dim, hidden[::-1], len(column))
        self.flow = Flow(latent_dim, coupling_layers, coupling, hidden)

    def terms(self, x: Tensor) -> dict[str, Tensor]:
        """Return the loss, its three terms and how z and h are spread, each a batch mean.

        loss = -log p(x | z) - (log p(h) + log |det dF/dz|), with z held fixed in the bracket.
        """
        z = self._noisy(self.normalise(self.encoder(self._one_hot(x))), torch.default_generator)
        return flow_terms(self.flow, z.detach(), -self.log_likelihood(x, z).mean())

    def log_likelihood(self, x: Tensor, z: Tensor) -> Tensor:
        """Return log p(x | z), shape (n,): the sum over columns of the log-softmax of the row's cell."""
        if not self.n_columns:  # all rows are equal
            return z.new_zeros(len(z))
        logits = self.decoder(z)
        logits -= logits.detach().amax(dim=1, keepdim=True)
        totals = z.new_zeros(len(z), self.n_columns)
        totals = totals.scatter_add(1, self.column.expand(len(z), -1), torch.exp(logits))
        # The tiny number keeps the logarithm finite where a whole column's cells are far below the largest.
        return logits.gather(1, x.long()).sum(dim=1) - (totals + 1e-30).log().sum(dim=1)

    @torch.no_grad()
    def latent(self, x: Tensor, generator: torch.Generator) -> Tensor:
        """Return h = F(E(x) + noise * eps), shape (n, latent_dim)."""
        return self.flow(self._noisy(self.normalise(self.encoder(self._one_hot(x))), generator))[0]

    @torch.no_grad()
    def decode(self, h: Tensor, label: int) -> Tensor:
        """Return the logits, divided by ``temperature``, of p(x | F^-1(h)), (n, sum(sizes)); new rows for h ~ N(0, I).

        ``label`` is not used: one model, one class.
        """
        return self.decoder(self.flow.inverse(h)) / self.temperature

    def _one_hot(self, x: Tensor) -> Tensor:
        return torch.zeros(len(x), len(self.column)).scatter_(1, x.long(), 1.0)

    def _noisy(self, z: Tensor, generator: torch.Generator) -> Tensor:
        return z + self.noise * torch.randn(z.shape, generator=generator)
