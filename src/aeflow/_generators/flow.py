"""Coupling layers and the normalizing flow that they make up.

A layer changes x2 by what x1 says: ``forward(x1, x2) -> (y2, s)`` and ``inverse(x1, y2) -> x2``, where x1 has
shape (n, kept), and x2, y2 and s (n, changed); s is the logarithm of dy2/dx2.
"""

import math
from collections.abc import Sequence
from typing import Literal, cast

import torch
from torch import Tensor, nn

from aeflow._generators.networks import mlp


class AdditiveCoupling(nn.Module):
    """NICE, eq. 6: y1 = x1, y2 = x2 + f(x1); its inverse is eq. 7, its log-determinant 0.

    The paper prints y2 = x1 + f(x2); eq. 7 inverts what stands here. Dinh et al., arXiv:1410.8516.
    """

    def __init__(self, kept: int, changed: int, hidden: Sequence[int]) -> None:
        super().__init__()
        self.shift = mlp(kept, hidden, changed)

    def forward(self, x1: Tensor, x2: Tensor) -> tuple[Tensor, Tensor]:
        return x2 + self.shift(x1), torch.zeros_like(x2)

    def inverse(self, x1: Tensor, y2: Tensor) -> Tensor:
        return y2 - self.shift(x1)


class AffineCoupling(nn.Module):
    """Real-NVP: y1 = x1, y2 = x2 * exp(s(x1)) + t(x1); log-determinant sum(s(x1)).

    s ends in tanh, so that one layer scales by at most e. Dinh et al., arXiv:1605.08803, eq. 7.
    """

    def __init__(self, kept: int, changed: int, hidden: Sequence[int]) -> None:
        super().__init__()
        self.scale_and_shift = mlp(kept, hidden, 2 * changed)

    def _s_and_t(self, x1: Tensor) -> tuple[Tensor, Tensor]:
        s, t = self.scale_and_shift(x1).chunk(2, dim=1)
        return torch.tanh(s), t

    def forward(self, x1: Tensor, x2: Tensor) -> tuple[Tensor, Tensor]:
        s, t = self._s_and_t(x1)
        return torch.addcmul(t, x2, torch.exp(s)), s

    def inverse(self, x1: Tensor, y2: Tensor) -> Tensor:
        s, t = self._s_and_t(x1)
        return (y2 - t) * torch.exp(-s)


COUPLINGS = {"additive": AdditiveCoupling, "affine": AffineCoupling}


class Flow(nn.Module):
    """F = f1 * f2 * ... * fn (eq. 2): couplings, between which the halves x1 and x2 change places.

    ``forward(x) -> (y, log_det)`` and ``inverse(y) -> x``, where x and y have shape (n, dim) and log_det = log |det
    dy/dx| has shape (n,). x1 is the first half of the dimensions at first, the smaller one if their number is odd.
    So each dimension changes in every second layer. The log-determinant of a change of places is 0.
    """

    def __init__(self, dim: int, n_layers: int, coupling: Literal["additive", "affine"], hidden: Sequence[int]) -> None:
        super().__init__()
        self.coupling = coupling
        self.halves = [dim // 2, dim - dim // 2]
        self.layers = nn.ModuleList(
            COUPLINGS[coupling](self.halves[i % 2], self.halves[1 - i % 2], hidden) for i in range(n_layers)
        )

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        x1, x2 = x.split(self.halves, dim=1)
        scales = []
        for layer in self.layers:
            y2, s = layer(x1, x2)
            x1, x2 = y2, x1
            scales.append(s)
        return torch.cat([x1, x2], dim=1), torch.cat(scales, dim=1).sum(dim=1)

    def inverse(self, y: Tensor) -> Tensor:
        turned = len(self.layers) % 2
        x1, x2 = y.split(self.halves[::-1] if turned else self.halves, dim=1)
        for layer in reversed(self.layers):
            x1, x2 = x2, cast(AdditiveCoupling | AffineCoupling, layer).inverse(x2, x1)
        return torch.cat([x1, x2], dim=1)


def standard_normal_log_density(h: Tensor) -> Tensor:
    """Return log p(h) for h ~ N(0, I): shape (n, dim) to (n,)."""
    return -0.5 * (h.square() + math.log(2 * math.pi)).sum(dim=1)
