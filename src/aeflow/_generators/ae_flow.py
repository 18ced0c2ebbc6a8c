"""AE-Flow as the paper prints it: an autoencoder whose features a flow maps to a Gaussian (Sect. 3.1)."""

from collections.abc import Sequence
from typing import Literal

import torch
from torch import Tensor, nn

from aeflow._generators.flow import Flow, standard_normal_log_density
from aeflow._generators.networks import mlp
from aeflow.errors import InputError


class AEFlow(nn.Module):
    """z = E(x), x' = D(z), h = F(z) with h ~ N(0, I).

    Rows x have shape (n, n_features), z and h (n, latent_dim), all float. Raises InputError if
    latent_dim is above n_features: z is to be of a lower dimension than x.
    """

    def __init__(
        self,
        *,
        n_features: int,
        latent_dim: int,
        coupling_layers: int,
        coupling: Literal["additive", "affine"],
        hidden: Sequence[int],
    ) -> None:
        super().__init__()
        if latent_dim > n_features:
            raise InputError(
                f"latent_dim: {latent_dim} is above the {n_features} features; choose {n_features} or less"
            )
        self.noise_dim = latent_dim
        self.encoder = mlp(n_features, hidden, latent_dim)
        self.decoder = mlp(latent_dim, hidden[::-1], n_features)
        self.flow = Flow(latent_dim, coupling_layers, coupling, hidden)

    def terms(self, x: Tensor) -> dict[str, Tensor]:
        """Return the loss of eq. 10, its three terms and how z and h are spread, each a batch mean.

        loss = ||x - x'||^2 - (log p(h) + log |det dF/dz|). The spreads tell a collapsed fit: nothing
        in this loss holds z apart, and h has standard deviation 1 only if the flow fits.
        """
        z = self.encoder(x)
        reconstruction = (x - self.decoder(z)).square().sum(dim=1).mean()
        return flow_terms(self.flow, z, reconstruction)

    @torch.no_grad()
    def latent(self, x: Tensor, generator: torch.Generator) -> Tensor:
        """Return h = F(E(x)), shape (n, latent_dim); nothing is random, so ``generator`` is not used."""
        return self.flow(self.encoder(x))[0]

    @torch.no_grad()
    def decode(self, h: Tensor, label: int) -> Tensor:
        """Return the rows D(F^-1(h)), new ones for h ~ N(0, I); ``label`` is not used: one model, one class."""
        return self.decoder(self.flow.inverse(h))


def flow_terms(flow: Flow, z: Tensor, reconstruction: Tensor) -> dict[str, Tensor]:
    """Return loss = reconstruction - (log p(h) + log |det dF/dz|), its terms, and the spreads of z and h.

    z has shape (n, latent_dim), reconstruction is the batch's mean.
    """
    h, log_det = flow(z)
    log_p = standard_normal_log_density(h).mean()
    log_det = log_det.mean()
    return {
        "loss": reconstruction - (log_p + log_det),
        "reconstruction": reconstruction,
        "log_p": log_p,
        "log_det": log_det,
        "z_std": z.detach().std(dim=0).mean(),
        "h_std": h.detach().std(dim=0).mean(),
    }
