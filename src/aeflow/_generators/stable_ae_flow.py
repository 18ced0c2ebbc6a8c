"""AE-Flow that does not collapse: a latent of fixed spread, noise on it, and a likelihood of cells.

Three changes to the paper's eq. 10, each against one way in which it fails (docs/models.md):

1. Each dimension of E(x) is normalised to mean 0 and standard deviation 1 (batch normalisation
   without parameters), and the flow's likelihood does not reach the encoder. So neither can gain
   by shrinking z.
2. z = E(x) + noise * eps, eps ~ N(0, I). So z has a density wherever rows repeat, the decoder
   learns the space between rows, and F cannot single out each row.
3. Rows are one-hot cells (aeflow.over_sampling._binned), and the reconstruction error is their
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

    Rows x have shape (n, sum(sizes)), float, one-hot within each column of ``sizes``; z and h
    (n, latent_dim). Rows drawn are cells (n, len(sizes)), int64. ``temperature`` divides the
    logits when cells are drawn: below 1 the likelier ones become likelier still.
    """

    of_column: Tensor

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
        self.sizes = list(sizes)
        self.latent_dim = latent_dim
        self.noise = noise
        self.temperature = temperature
        width = sum(sizes)
        self.encoder = mlp(width, hidden, latent_dim)
        self.normalise = nn.BatchNorm1d(latent_dim, affine=False)
        self.decoder = mlp(latent_dim, hidden[::-1], width)
        self.flow = Flow(latent_dim, coupling_layers, coupling, hidden)
        # Sums over a column's cells by one matrix product: of_column[i, c] is 1 if cell i is of column c.
        columns = torch.arange(len(sizes)).repeat_interleave(torch.tensor(sizes, dtype=torch.int64))
        of_column = (columns[:, None] == torch.arange(len(sizes))).float()
        self.register_buffer("of_column", of_column, persistent=False)

    def terms(self, x: Tensor) -> dict[str, Tensor]:
        """Return the loss, its three terms and how z and h are spread, each a batch mean.

        loss = -log p(x | z) - (log p(h) + log |det dF/dz|), with z held fixed in the bracket.
        """
        z = self._noisy(self.normalise(self.encoder(x)), torch.default_generator)
        return flow_terms(self.flow, z.detach(), -self.log_likelihood(x, z).mean())

    def log_likelihood(self, x: Tensor, z: Tensor) -> Tensor:
        """Return log p(x | z), shape (n,): the sum over columns of the log-softmax of the row's cell."""
        if not self.sizes:  # all rows are equal
            return z.new_zeros(len(z))
        logits = self.decoder(z)
        logits = logits - logits.detach().amax(dim=1, keepdim=True)
        # The tiny number keeps the logarithm finite where a whole column's cells are far below the largest.
        totals = torch.exp(logits) @ self.of_column + 1e-30
        return (x * logits).sum(dim=1) - totals.log().sum(dim=1)

    @torch.no_grad()
    def latent(self, x: Tensor, generator: torch.Generator) -> Tensor:
        """Return h = F(E(x) + noise * eps), shape (n, latent_dim)."""
        return self.flow(self._noisy(self.normalise(self.encoder(x)), generator))[0]

    @torch.no_grad()
    def sample(self, n: int, label: int, generator: torch.Generator) -> Tensor:
        """Return n new rows as cells, drawn from p(x | F^-1(h)) for h ~ N(0, I).

        ``label`` is not used: one model, one class.
        """
        logits = self.decoder(self.flow.inverse(torch.randn(n, self.latent_dim, generator=generator)))
        # The largest of logits plus Gumbel noise is a draw from their softmax.
        gumbel = -torch.log(torch.empty_like(logits).exponential_(generator=generator))
        scores = logits / self.temperature + gumbel
        if not self.sizes:
            return torch.empty(n, 0, dtype=torch.int64)
        return torch.stack([of_column.argmax(dim=1) for of_column in scores.split(self.sizes, dim=1)], dim=1)

    def _noisy(self, z: Tensor, generator: torch.Generator) -> Tensor:
        return z + self.noise * torch.randn(z.shape, generator=generator)
