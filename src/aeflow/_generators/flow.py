"""Coupling layers and the normalizing flow that they make up.

Every layer offers ``forward(x) -> (y, log_det)`` and ``inverse(y) -> x``, where x and y have shape
(n, dim) and log_det = log |det dy/dx| has shape (n,).
"""

import math
from collections.abc import Sequence
from typing import Literal, cast

import torch
from torch import Tensor, nn

from aeflow._generators.networks import mlp


class AdditiveCoupling(nn.Module):
    """NICE, eq. 6: y1 = x1, y2 = x2 + f(x1); its inverse is eq. 7, its log-determinant 0.

    The paper prints y2 = x1 + f(x2); eq. 7 inverts what stands here. x1 is the first half of the
    dimensions, the smaller one if their number is odd. Dinh et al., arXiv:1410.8516.
    """

    def __init__(self, dim: int, hidden: Sequence[int]) -> None:
        super().__init__()
        self.kept = dim // 2
        self.shift = mlp(self.kept, hidden, dim - self.kept)

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        x1, x2 = x[:, : self.kept], x[:, self.kept :]
        return torch.cat([x1, x2 + self.shift(x1)], dim=1), x.new_zeros(len(x))

    def inverse(self, y: Tensor) -> Tensor:
        y1, y2 = y[:, : self.kept], y[:, self.kept :]
        return torch.cat([y1, y2 - self.shift(y1)], dim=1)


class AffineCoupling(nn.Module):
    """Real-NVP: y1 = x1, y2 = x2 * exp(s(x1)) + t(x1); log-determinant sum(s(x1)).

    s ends in tanh, so that one layer scales by at most e. Dinh et al., arXiv:1605.08803, eq. 7.
    """

    def __init__(self, dim: int, hidden: Sequence[int]) -> None:
        super().__init__()
        self.kept = dim // 2
        self.scale_and_shift = mlp(self.kept, hidden, 2 * (dim - self.kept))

    def _s_and_t(self, x1: Tensor) -> tuple[Tensor, Tensor]:
        s, t = self.scale_and_shift(x1).chunk(2, dim=1)
        return torch.tanh(s), t

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        x1, x2 = x[:, : self.kept], x[:, self.kept :]
        s, t = self._s_and_t(x1)
        return torch.cat([x1, x2 * torch.exp(s) + t], dim=1), s.sum(dim=1)

    def inverse(self, y: Tensor) -> Tensor:
        y1, y2 = y[:, : self.kept], y[:, self.kept :]
        s, t = self._s_and_t(y1)
        return torch.cat([y1, (y2 - t) * torch.exp(-s)], dim=1)


COUPLINGS = {"additive": AdditiveCoupling, "affine": AffineCoupling}


class Flow(nn.Module):
    """F = f1 * f2 * ... * fn (eq. 2): couplings with the dimensions reversed between them.

    The reversal makes each dimension change in every second layer. Its log-determinant is 0.
    """

    def __init__(self, dim: int, n_layers: int, coupling: Literal["additive", "affine"], hidden: Sequence[int]) -> None:
        super().__init__()
        self.coupling = coupling
        self.layers = nn.ModuleList(COUPLINGS[coupling](dim, hidden) for _ in range(n_layers))

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        total = x.new_zeros(len(x))
        for layer in self.layers:
            x, log_det = layer(x.flip(1))
            total = total + log_det
        return x, total

    def inverse(self, y: Tensor) -> Tensor:
        for layer in reversed(self.layers):
            y = cast(AdditiveCoupling | AffineCoupling, layer).inverse(y).flip(1)
        return y


def standard_normal_log_density(h: Tensor) -> Tensor:
    """Return log p(h) for h ~ N(0, I): shape (n, dim) to (n,)."""
    return -0.5 * (h.square() + math.log(2 * math.pi)).sum(dim=1)
