"""Conditional GAN. Mirza, Osindero, arXiv:1411.1784."""

from collections.abc import Sequence

import torch
from torch import Tensor, nn
from torch.nn.functional import binary_cross_entropy_with_logits, one_hot

from aeflow._generators.networks import mlp


class CGAN(nn.Module):
    """Generator G(noise, c) and discriminator D(x, c), with the class c one-hot coded.

    Rows x have shape (n, n_features), labels (n,) int64 from 0 to n_classes - 1.
    """

    def __init__(self, *, n_features: int, n_classes: int, noise_dim: int, hidden: Sequence[int]) -> None:
        super().__init__()
        self.noise_dim = noise_dim
        self.n_classes = n_classes
        self.generator = mlp(noise_dim + n_classes, hidden, n_features)
        self.discriminator = mlp(n_features + n_classes, hidden, 1)

    def generate(self, noise: Tensor, labels: Tensor) -> Tensor:
        return self.generator(torch.cat([noise, one_hot(labels, self.n_classes).to(noise)], dim=1))

    def logits(self, x: Tensor, labels: Tensor) -> Tensor:
        return self.discriminator(torch.cat([x, one_hot(labels, self.n_classes).to(x)], dim=1))

    def discriminator_loss(self, x: Tensor, labels: Tensor) -> Tensor:
        """Return -mean log D(x, c) - mean log (1 - D(G(noise, c), c))."""
        fake = self.generate(torch.randn(len(x), self.noise_dim), labels).detach()
        real_logits, fake_logits = self.logits(x, labels), self.logits(fake, labels)
        return binary_cross_entropy_with_logits(
            real_logits, torch.ones_like(real_logits)
        ) + binary_cross_entropy_with_logits(fake_logits, torch.zeros_like(fake_logits))

    def generator_loss(self, labels: Tensor) -> Tensor:
        """Return the non-saturating loss -mean log D(G(noise, c), c)."""
        logits = self.logits(self.generate(torch.randn(len(labels), self.noise_dim), labels), labels)
        return binary_cross_entropy_with_logits(logits, torch.ones_like(logits))

    @torch.no_grad()
    def decode(self, noise: Tensor, label: int) -> Tensor:
        """Return the rows G(noise, label), new ones for noise ~ N(0, I)."""
        return self.generate(noise, torch.full((len(noise),), label))
