import math
from collections.abc import Iterator

import pytest
import torch
from torch import Tensor

from aeflow.generators.flow import AdditiveCoupling, AffineCoupling, Flow, standard_normal_log_density


@pytest.fixture(autouse=True)
def _float64() -> Iterator[None]:
    torch.manual_seed(0)
    torch.set_default_dtype(torch.float64)
    yield
    torch.set_default_dtype(torch.float32)


def _jacobian_log_det(layer: torch.nn.Module, x: Tensor) -> Tensor:
    rows = [torch.autograd.functional.jacobian(lambda row: layer(row[None])[0][0], row) for row in x]
    return torch.stack([torch.linalg.slogdet(jacobian).logabsdet for jacobian in rows])


def test_additive_coupling_is_eq_6_by_hand() -> None:
    layer = AdditiveCoupling(2, [])
    layer.shift.load_state_dict({"0.weight": torch.tensor([[3.0]]), "0.bias": torch.tensor([0.5])})
    y, log_det = layer(torch.tensor([[2.0, 10.0]]))
    # y1 = x1 = 2, y2 = x2 + f(x1) = 10 + 3 * 2 + 0.5
    assert y.tolist() == [[2.0, 16.5]]
    assert log_det.tolist() == [0.0]
    # eq. 7: x2 = y2 - f(y1)
    assert layer.inverse(torch.tensor([[2.0, 16.5]])).tolist() == [[2.0, 10.0]]


def test_affine_coupling_by_hand() -> None:
    layer = AffineCoupling(2, [])
    layer.scale_and_shift.load_state_dict({"0.weight": torch.tensor([[0.5], [3.0]]), "0.bias": torch.zeros(2)})
    y, log_det = layer(torch.tensor([[2.0, 10.0]]))
    # s = tanh(0.5 * 2), t = 3 * 2
    assert y[0, 1].item() == pytest.approx(10 * math.exp(math.tanh(1.0)) + 6, abs=1e-12)
    assert log_det.item() == pytest.approx(math.tanh(1.0), abs=1e-12)


@pytest.mark.parametrize("coupling", ["additive", "affine"])
@pytest.mark.parametrize("dim", [1, 2, 5, 8])
def test_flow_inverts_and_its_log_det_is_the_jacobians(coupling: str, dim: int) -> None:
    flow = Flow(dim, 5, coupling, [16])  # type: ignore[arg-type]
    x = torch.randn(7, dim)
    y, log_det = flow(x)
    assert not torch.allclose(y, x)
    torch.testing.assert_close(flow.inverse(y), x, atol=1e-10, rtol=0)
    torch.testing.assert_close(log_det, _jacobian_log_det(flow, x), atol=1e-10, rtol=0)


@pytest.mark.parametrize("coupling", ["additive", "affine"])
def test_two_layers_change_every_dimension(coupling: str) -> None:
    x = torch.randn(3, 5)
    y, _ = Flow(5, 2, coupling, [16])(x)  # type: ignore[arg-type]
    assert (y != x).all()


def test_standard_normal_log_density_is_torchs() -> None:
    h = torch.randn(4, 3)
    expected = torch.distributions.Normal(0.0, 1.0).log_prob(h).sum(dim=1)
    torch.testing.assert_close(standard_normal_log_density(h), expected)
