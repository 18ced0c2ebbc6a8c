import math
from collections.abc import Iterator
from typing import Any, Literal

import pytest
import torch
from torch import Tensor
from zuko.flows.coupling import GeneralCouplingTransform
from zuko.transforms import AdditiveTransform, ComposedTransform, MonotonicAffineTransform, PermutationTransform

from aeflow._generators.flow import AdditiveCoupling, AffineCoupling, Flow, standard_normal_log_density


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
    layer = AdditiveCoupling(1, 1, [])
    layer.shift.load_state_dict({"0.weight": torch.tensor([[3.0]]), "0.bias": torch.tensor([0.5])})
    x1 = torch.tensor([[2.0]])
    y2, s = layer(x1, torch.tensor([[10.0]]))
    # y1 = x1 = 2, y2 = x2 + f(x1) = 10 + 3 * 2 + 0.5
    assert y2.tolist() == [[16.5]]
    assert s.tolist() == [[0.0]]
    # eq. 7: x2 = y2 - f(y1)
    assert layer.inverse(x1, y2).tolist() == [[10.0]]


def test_affine_coupling_by_hand() -> None:
    layer = AffineCoupling(1, 1, [])
    layer.scale_and_shift.load_state_dict({"0.weight": torch.tensor([[0.5], [3.0]]), "0.bias": torch.zeros(2)})
    y2, s = layer(torch.tensor([[2.0]]), torch.tensor([[10.0]]))
    # s = tanh(0.5 * 2), t = 3 * 2
    assert y2.item() == pytest.approx(10 * math.exp(math.tanh(1.0)) + 6, abs=1e-12)
    assert s.item() == pytest.approx(math.tanh(1.0), abs=1e-12)


@pytest.mark.parametrize("coupling", ["additive", "affine"])
@pytest.mark.parametrize("dim", [1, 2, 5, 8])
def test_flow_inverts_and_its_log_det_is_the_jacobians(coupling: str, dim: int) -> None:
    flow = Flow(dim, 5, coupling, [16])  # type: ignore[arg-type]
    with torch.no_grad():
        for parameter in flow.parameters():
            parameter.normal_(0, 0.3)
    x = torch.randn(7, dim)
    y, log_det = flow(x)
    assert not torch.allclose(y, x)
    torch.testing.assert_close(flow.inverse(y), x, atol=1e-10, rtol=0)
    torch.testing.assert_close(log_det, _jacobian_log_det(flow, x), atol=1e-10, rtol=0)


@pytest.mark.parametrize("coupling", ["additive", "affine"])
@pytest.mark.parametrize("dim", [1, 2, 3, 16])
@pytest.mark.parametrize("seed", range(10))
def test_flow_inverts_with_any_weights(coupling: Literal["additive", "affine"], dim: int, seed: int) -> None:
    torch.manual_seed(seed)
    flow = Flow(dim, 6, coupling, [16, 16])
    with torch.no_grad():
        for parameter in flow.parameters():
            parameter.normal_(0, 0.25)
    x = 3 * torch.randn(50, dim)
    y, _ = flow(x)
    torch.testing.assert_close(flow.inverse(y), x, atol=1e-10, rtol=1e-10)


@pytest.mark.parametrize("coupling", ["additive", "affine"])
@pytest.mark.parametrize("dim", [1, 2, 5, 8])
def test_the_likelihood_reaches_every_parameter(coupling: Literal["additive", "affine"], dim: int) -> None:
    flow = Flow(dim, 4, coupling, [16])
    y, log_det = flow(torch.randn(200, dim))
    (standard_normal_log_density(y) + log_det).mean().backward()
    for name, parameter in flow.named_parameters():
        assert parameter.grad is not None, name
        # In one dimension a coupling has no input or no output.
        assert parameter.numel() == 0 or parameter.grad.abs().sum() > 0, name


def _bounded(shift: Tensor, scale: Tensor) -> MonotonicAffineTransform:
    """zuko's affine transform with log-scale tanh(scale): its own bound, inverted, gives ours."""
    log_scale = torch.tanh(scale)
    return MonotonicAffineTransform(shift, log_scale / (1 - log_scale.abs() / abs(math.log(1e-3))))


def _of_zuko(layer: AdditiveCoupling | AffineCoupling, kept: int, changed: int) -> Any:
    """Return zuko's coupling with the weights of ours."""
    additive = isinstance(layer, AdditiveCoupling)
    network = layer.shift if isinstance(layer, AdditiveCoupling) else layer.scale_and_shift
    theirs = GeneralCouplingTransform(
        kept + changed,
        mask=torch.arange(kept + changed) < kept,
        univariate=AdditiveTransform if additive else _bounded,
        shapes=((),) if additive else ((), ()),
        hidden_features=(16,),
    )
    weights = dict(zip(theirs.hyper.state_dict(), network.state_dict().values(), strict=True))
    if not additive:
        # Ours gives all scales, then all shifts; zuko's a shift and a scale for each dimension in turn.
        order = torch.arange(2 * changed).view(2, changed).flip(0).T.flatten()
        last = list(weights)[-2:]
        weights |= {name: weights[name][order] for name in last}
    theirs.hyper.load_state_dict(weights)
    return theirs()


@pytest.mark.parametrize("coupling", ["additive", "affine"])
@pytest.mark.parametrize("dim", [2, 5, 8])
def test_flow_is_zukos_nice_and_real_nvp_on_shared_weights(coupling: Literal["additive", "affine"], dim: int) -> None:
    flow = Flow(dim, 3, coupling, [16])
    halves, parts = [dim // 2, dim - dim // 2], []
    for i, layer in enumerate(flow.layers):
        kept, changed = halves[i % 2], halves[1 - i % 2]
        change_places = PermutationTransform(torch.arange(dim).roll(changed))
        parts += [_of_zuko(layer, kept, changed), change_places]  # type: ignore[arg-type]
    theirs = ComposedTransform(*parts)
    x = torch.randn(20, dim)
    y, log_det = flow(x)
    expected, expected_log_det = theirs.call_and_ladj(x)
    torch.testing.assert_close(y, expected, atol=1e-12, rtol=0)
    torch.testing.assert_close(log_det, expected_log_det, atol=1e-12, rtol=0)
    torch.testing.assert_close(flow.inverse(expected), theirs.inv(expected), atol=1e-12, rtol=0)


@pytest.mark.parametrize("coupling", ["additive", "affine"])
def test_two_layers_change_every_dimension(coupling: str) -> None:
    x = torch.randn(3, 5)
    y, _ = Flow(5, 2, coupling, [16])(x)  # type: ignore[arg-type]
    assert (y != x).all()


def test_standard_normal_log_density_is_torchs() -> None:
    h = torch.randn(4, 3)
    expected = torch.distributions.Normal(0.0, 1.0).log_prob(h).sum(dim=1)
    torch.testing.assert_close(standard_normal_log_density(h), expected)
