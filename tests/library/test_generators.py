import math
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor

from aeflow._generators.ae_flow import AEFlow
from aeflow._generators.cgan import CGAN
from aeflow._generators.flow import Flow
from aeflow._generators.reproducible import reproducible
from aeflow._generators.stable_ae_flow import StableAEFlow
from aeflow._generators.training import GRADIENT_NORM, WEIGHT_DECAY, Model, _Batches, train
from aeflow._generators.vae import VAE
from aeflow.errors import InputError

SIZES = [3, 2, 4]
SETTINGS: dict[str, Any] = {"max_epochs": 2, "max_steps": 100, "batch_size": 16, "learning_rate": 0.01}


def _paper() -> AEFlow:
    torch.manual_seed(0)
    return AEFlow(n_features=6, latent_dim=3, coupling_layers=2, coupling="affine", hidden=[8])


def _stable(**changes: Any) -> StableAEFlow:
    torch.manual_seed(0)
    settings: dict[str, Any] = {"latent_dim": 3, "coupling_layers": 2, "coupling": "affine", "hidden": [8]}
    return StableAEFlow(**(settings | {"sizes": SIZES, "noise": 0.5, "temperature": 1.0} | changes))


def last(network: torch.nn.Sequential) -> torch.nn.Linear:
    layer = network[-1]
    assert isinstance(layer, torch.nn.Linear)
    return layer


def _cells(n: int) -> Tensor:
    first = np.cumsum(SIZES) - SIZES
    return torch.tensor(first + np.random.default_rng(0).integers(0, SIZES, (n, len(SIZES))), dtype=torch.int32)


def _one_hot(cells: Tensor) -> Tensor:
    return torch.nn.functional.one_hot(cells.long(), sum(SIZES)).sum(dim=1).float()


def _log_det(flow: Flow, z: Tensor) -> Tensor:
    jacobians = [torch.autograd.functional.jacobian(lambda row: flow(row[None])[0][0], row) for row in z]
    return torch.stack([torch.linalg.slogdet(jacobian).logabsdet for jacobian in jacobians]).mean()


def test_ae_flow_loss_is_eq_10() -> None:
    model, x = _paper(), torch.randn(5, 6)
    terms = model.terms(x)
    z = model.encoder(x)
    h, _ = model.flow(z)
    squared_error = ((x - model.decoder(z)) ** 2).sum(dim=1).mean()
    log_p = torch.distributions.Normal(0.0, 1.0).log_prob(h).sum(dim=1).mean()
    torch.testing.assert_close(terms["reconstruction"], squared_error)
    torch.testing.assert_close(terms["log_p"], log_p)
    torch.testing.assert_close(terms["log_det"], _log_det(model.flow, z))
    torch.testing.assert_close(terms["loss"], squared_error - (log_p + _log_det(model.flow, z)))
    torch.testing.assert_close(terms["z_std"], z.std(dim=0).mean())
    torch.testing.assert_close(terms["h_std"], h.std(dim=0).mean())


def test_stable_loss_is_the_likelihood_of_cells_and_of_the_noisy_normalised_latent() -> None:
    model, x = _stable(), _cells(40)
    torch.manual_seed(3)
    terms = model.terms(x)
    encoded = model.encoder(_one_hot(x))
    normalised = (encoded - encoded.mean(dim=0)) / (encoded.var(dim=0, unbiased=False) + 1e-5).sqrt()
    torch.manual_seed(3)
    z = normalised + 0.5 * torch.randn(40, 3)
    logits = model.decoder(z)
    likelihood = sum(
        torch.distributions.OneHotCategorical(logits=a).log_prob(b)
        for a, b in zip(logits.split(SIZES, dim=1), _one_hot(x).split(SIZES, dim=1), strict=True)
    )
    h, _ = model.flow(z)
    log_p = torch.distributions.Normal(0.0, 1.0).log_prob(h).sum(dim=1).mean()
    torch.testing.assert_close(terms["reconstruction"], -likelihood.mean(), rtol=1e-4, atol=1e-4)
    expected = -likelihood.mean() - (log_p + _log_det(model.flow, z))
    torch.testing.assert_close(terms["loss"], expected, rtol=1e-4, atol=1e-4)


def test_the_flows_likelihood_does_not_reach_the_stable_encoder() -> None:
    """In eq. 10 it does, which is why that collapses."""
    for model, x, reached in ((_paper(), torch.randn(40, 6), True), (_stable(), _cells(40), False)):
        terms = model.terms(x)
        (-(terms["log_p"] + terms["log_det"])).backward()
        gradients = [parameter.grad for parameter in model.encoder.parameters()]
        assert any(g is not None and g.abs().sum() > 0 for g in gradients) == reached


@pytest.mark.parametrize("model", [_paper(), _stable()], ids=["paper", "stable"])
def test_ae_flow_loss_reaches_every_parameter(model: AEFlow | StableAEFlow) -> None:
    x = torch.randn(50, 6) if isinstance(model, AEFlow) else _cells(50)
    model.terms(x)["loss"].backward()
    for name, parameter in model.named_parameters():
        assert parameter.grad is not None, name
        # Batch normalisation takes off whatever the encoder's last bias adds.
        if not (isinstance(model, StableAEFlow) and name == "encoder.2.bias"):
            assert parameter.grad.abs().sum() > 0, name


def test_likelihood_is_finite_where_a_column_lies_far_below_the_others() -> None:
    model, x = _stable(), _cells(4)
    with torch.no_grad():
        last(model.decoder).bias[:3] = 500.0
    likelihood = model.log_likelihood(x, torch.zeros(4, 3))
    likelihood.sum().backward()
    assert torch.isfinite(likelihood).all()
    assert all(torch.isfinite(p.grad).all() for p in model.decoder.parameters() if p.grad is not None)


def test_paper_rows_are_decoded_inverses_of_noise() -> None:
    model, h = _paper(), torch.randn(4, 3)
    torch.testing.assert_close(model.decode(h, 0), model.decoder(model.flow.inverse(h)))


def test_stable_logits_are_those_of_the_decoder_divided_by_the_temperature() -> None:
    model, h = _stable(temperature=0.05).eval(), torch.randn(4, 3)
    torch.testing.assert_close(model.decode(h, 0), 20 * model.decoder(model.flow.inverse(h)))


def test_latent_is_the_flow_of_the_encoded_rows() -> None:
    paper, x = _paper(), torch.randn(5, 6)
    torch.testing.assert_close(paper.latent(x, torch.Generator()), paper.flow(paper.encoder(x))[0].detach())
    stable, rows = _stable(noise=0.0).eval(), _cells(5)
    expected = stable.flow(stable.normalise(stable.encoder(_one_hot(rows))))[0].detach()
    torch.testing.assert_close(stable.latent(rows, torch.Generator()), expected)


def test_latent_dim_above_the_features_is_refused() -> None:
    with pytest.raises(InputError, match="latent_dim: 7 is above the 6 features"):
        AEFlow(n_features=6, latent_dim=7, coupling_layers=2, coupling="affine", hidden=[8])


def test_vae_kl_by_hand() -> None:
    model = VAE(n_features=2, latent_dim=1, beta=0.5, hidden=[])
    model.encoder.load_state_dict({"0.weight": torch.zeros(2, 2), "0.bias": torch.tensor([2.0, 0.0])})
    terms = model.terms(torch.randn(3, 2))
    # mean 2, variance 1: KL = (mean^2 + variance - 1 - log variance) / 2
    assert terms["kl"].item() == pytest.approx(2.0)
    torch.testing.assert_close(terms["loss"], terms["reconstruction"] + 0.5 * terms["kl"])


def test_cgan_samples_depend_on_the_class() -> None:
    torch.manual_seed(0)
    model = CGAN(n_features=6, n_classes=2, noise_dim=3, hidden=[8])
    first, second = (model.decode(torch.ones(4, 3), label) for label in (0, 1))
    assert not torch.allclose(first, second)


def _train(model: Model, x: Tensor, **changes: Any) -> Any:
    return train(model, x, torch.zeros(len(x), dtype=torch.int64), **(SETTINGS | changes))


@pytest.mark.parametrize("make", [_paper, _stable], ids=["paper", "stable"])
def test_training_lowers_the_loss_whose_terms_are_in_the_curve(make: Any) -> None:
    x = torch.randn(160, 6) if make is _paper else _cells(160)
    with reproducible(0):
        curve = _train(make(), x, max_epochs=10)
    assert curve["epoch"].tolist() == list(range(1, 11))
    assert curve["loss"].iloc[-1] < curve["loss"].iloc[0] - 1
    total = curve["reconstruction"] - curve["log_p"] - curve["log_det"]
    np.testing.assert_allclose(curve["loss"], total, rtol=1e-4)


def test_training_is_adamw_on_every_parameter() -> None:
    """All are steps of one flat parameter; here each is by itself."""
    x, labels = torch.randn(40, 6), torch.zeros(40, dtype=torch.int64)
    with reproducible(0):
        _train(found := _paper(), x)
    with reproducible(0):
        expected = _paper()
        parameters, batches = list(expected.parameters()), _Batches(x, labels, SETTINGS["batch_size"])
        steps = SETTINGS["max_epochs"] * batches.steps
        optimizer = torch.optim.AdamW(parameters, lr=SETTINGS["learning_rate"], weight_decay=WEIGHT_DECAY)
        schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, SETTINGS["learning_rate"], total_steps=steps)
        for _ in range(SETTINGS["max_epochs"]):
            for rows, _ in batches:
                optimizer.zero_grad()
                expected.terms(rows)["loss"].backward()
                torch.nn.utils.clip_grad_norm_(parameters, GRADIENT_NORM)
                optimizer.step()
                schedule.step()
    for (name, of_found), of_expected in zip(found.named_parameters(), parameters, strict=True):
        torch.testing.assert_close(of_found, of_expected, rtol=0, atol=1e-5, msg=name)


@pytest.mark.parametrize("make", [_paper, lambda: CGAN(n_features=6, n_classes=1, noise_dim=3, hidden=[8])])
def test_a_trained_model_holds_its_parameters_and_nothing_more(make: Any) -> None:
    """A view of a larger tensor would be stored with all of it."""
    model = make()
    _train(model, torch.randn(40, 6))
    for parameter in model.parameters():
        assert parameter.grad is None
        assert parameter.untyped_storage().nbytes() == 4 * parameter.numel()


def test_an_epoch_is_a_pass_and_steps_end_training() -> None:
    rows = torch.randn(40, 6)
    assert len(_train(_paper(), rows, max_epochs=5, max_steps=9)) == 3  # of 3 steps
    assert len(_train(_paper(), rows, max_epochs=5, max_steps=1)) == 1
    assert len(_train(_paper(), rows, max_epochs=5)) == 5


def test_reproducible_restores_what_it_changes() -> None:
    torch.manual_seed(1)
    state, threads = torch.get_rng_state(), torch.get_num_threads()
    try:
        torch.set_num_threads(2)
        with reproducible(3):
            first = torch.rand(4)
            assert torch.get_num_threads() == 1
        assert torch.get_num_threads() == 2
        assert torch.equal(torch.get_rng_state(), state)
        with reproducible(3):
            assert torch.equal(torch.rand(4), first)
        with pytest.raises(ZeroDivisionError), reproducible(3):
            torch.set_num_threads(1 // 0)
        assert torch.get_num_threads() == 2
        assert torch.equal(torch.get_rng_state(), state)
    finally:
        torch.set_num_threads(threads)


def test_no_varying_column_is_no_obstacle() -> None:
    model = _stable(sizes=[])
    curve = _train(model, torch.empty(20, 0, dtype=torch.int32))
    assert math.isfinite(curve["loss"].iloc[-1])
    assert model.decode(torch.randn(5, 3), 0).shape == (5, 0)


def test_batches_hold_each_class_equally_often_and_every_row() -> None:
    rows, labels = torch.arange(300)[:, None], torch.tensor([2] * 280 + [5] * 20)
    torch.manual_seed(0)
    drawn = [batch for _ in range(40) for batch in _Batches(rows, labels, 64)]
    of = torch.cat([labels for _, labels in drawn])
    assert (of == 5).float().mean().item() == pytest.approx(0.5, abs=0.02)
    found = torch.cat([rows for rows, _ in drawn])[:, 0]
    assert (labels[found] == of).all()
    assert len(found.unique()) == 300
