"""Variational autoencoder. Kingma, Welling, arXiv:1312.6114; beta as in Higgins et al., ICLR 2017."""

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from aeflow._generators.networks import mlp


class VAE(nn.Module):
    """Encoder q(z|x) = N(mean, exp(log_variance)), prior p(z) = N(0, I), decoder mean D(z).

    Rows x have shape (n, n_features), z (n, latent_dim), all float.
    """

    def __init__(self, *, n_features: int, latent_dim: int, beta: float, hidden: Sequence[int]) -> None:
        super().__init__()
        self.noise_dim = latent_dim
        self.beta = beta
        self.encoder = mlp(n_features, hidden, 2 * latent_dim)
        self.decoder = mlp(latent_dim, hidden[::-1], n_features)

    def terms(self, x: Tensor) -> dict[str, Tensor]:
        """Return loss = reconstruction + beta * kl and both terms, each a batch mean.

        reconstruction = ||x - D(z)||^2 / 2, kl = KL(q(z|x) || p(z)).
        """
        mean, log_variance = self.encoder(x).chunk(2, dim=1)
        z = mean + torch.exp(0.5 * log_variance) * torch.randn_like(mean)
        reconstruction = 0.5 * (x - self.decoder(z)).square().sum(dim=1).mean()
        kl = 0.5 * (mean.square() + log_variance.exp() - 1 - log_variance).sum(dim=1).mean()
        return {"loss": reconstruction + self.beta * kl, "reconstruction": reconstruction, "kl": kl}

    @torch.no_grad()
    def decode(self, z: Tensor, label: int) -> Tensor:
        """Return the rows D(z), new ones for z ~ N(0, I); ``label`` is not used: one model, one class."""
        return self.decoder(z)
