import json
from typing import Any

import numpy as np
import pytest
import torch

from aeflow.base.errors import InputError
from aeflow.generators.ae_flow import AEFlow
from aeflow.generators.cgan import CGAN
from aeflow.generators.fit import fit
from aeflow.generators.header import read_header
from aeflow.generators.sample import sample
from aeflow.generators.vae import VAE
from aeflow.generators.weights import from_safetensors, to_safetensors

ARCHITECTURES: dict[str, dict[str, Any]] = {
    "ae_flow": {"n_features": 6, "latent_dim": 3, "coupling_layers": 2, "coupling": "affine", "hidden": [8]},
    "vae": {"n_features": 6, "latent_dim": 3, "beta": 1.0, "hidden": [8]},
    "cgan": {"n_features": 6, "n_classes": 2, "noise_dim": 3, "hidden": [8]},
}
SETTINGS: dict[str, Any] = {"epochs": 2, "batch_size": 16, "learning_rate": 0.01, "seed": 3}


def _rows(n: int = 40) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(0)
    return rng.normal(size=(n, 6)), np.arange(n) % 2


def _model() -> AEFlow:
    torch.manual_seed(0)
    return AEFlow(n_features=6, latent_dim=3, coupling_layers=2, coupling="affine", hidden=[8])


def test_ae_flow_loss_is_eq_10() -> None:
    model, x = _model(), torch.randn(5, 6)
    terms = model.terms(x)
    z = model.encoder(x)
    h, _ = model.flow(z)
    jacobians = [torch.autograd.functional.jacobian(lambda row: model.flow(row[None])[0][0], row) for row in z]
    log_det = torch.stack([torch.linalg.slogdet(jacobian).logabsdet for jacobian in jacobians]).mean()
    squared_error = ((x - model.decoder(z)) ** 2).sum(dim=1).mean()
    log_p = torch.distributions.Normal(0.0, 1.0).log_prob(h).sum(dim=1).mean()
    torch.testing.assert_close(terms["reconstruction"], squared_error)
    torch.testing.assert_close(terms["log_p"], log_p)
    torch.testing.assert_close(terms["log_det"], log_det)
    torch.testing.assert_close(terms["loss"], squared_error - (log_p + log_det))


def test_ae_flow_loss_reaches_every_parameter() -> None:
    model = _model()
    model.terms(torch.randn(50, 6))["loss"].backward()
    for name, parameter in model.named_parameters():
        assert parameter.grad is not None, name
        assert parameter.grad.abs().sum() > 0, name


def test_ae_flow_samples_are_decoded_inverses_of_normal_noise() -> None:
    model = _model()
    h = torch.randn(4, 3, generator=torch.Generator().manual_seed(5))
    expected = model.decoder(model.flow.inverse(h))
    torch.testing.assert_close(model.sample(4, 0, torch.Generator().manual_seed(5)), expected)


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
    first, second = (model.sample(4, label, torch.Generator().manual_seed(0)) for label in (0, 1))
    assert not torch.allclose(first, second)


@pytest.mark.parametrize("method", ARCHITECTURES)
def test_same_seed_same_bytes_and_global_state_untouched(method: str) -> None:
    features, labels = _rows()
    torch.manual_seed(1)
    before = torch.random.get_rng_state()
    weights, curve = fit(method, features, labels, ARCHITECTURES[method], **SETTINGS)
    assert torch.equal(torch.random.get_rng_state(), before)
    torch.rand(5)
    again, _ = fit(method, features, labels, ARCHITECTURES[method], **SETTINGS)
    assert again == weights
    other, _ = fit(method, features, labels, ARCHITECTURES[method], **{**SETTINGS, "seed": 4})
    assert other != weights
    assert curve["epoch"].tolist() == [1, 2]
    assert np.isfinite(curve.to_numpy()).all()


def test_training_lowers_the_loss() -> None:
    features, labels = _rows()
    settings = {**SETTINGS, "epochs": 6}
    _, curve = fit("ae_flow", features, 0 * labels, ARCHITECTURES["ae_flow"], **settings)
    assert curve["loss"].iloc[-1] < curve["loss"].iloc[0] - 1
    total = curve["reconstruction"] - curve["log_p"] - curve["log_det"]
    np.testing.assert_allclose(curve["loss"], total, rtol=1e-4)


@pytest.mark.parametrize("method", ARCHITECTURES)
def test_a_loss_that_is_not_finite_is_refused(method: str) -> None:
    features, labels = _rows()
    labels = labels if method == "cgan" else 0 * labels
    with pytest.raises(
        InputError, match=rf"^{method}: the loss is not finite from epoch 1 on; lower {method}\.learning"
    ):
        fit(method, np.nan * features, labels, ARCHITECTURES[method], **SETTINGS)


@pytest.mark.parametrize("method", ARCHITECTURES)
def test_stored_weights_rebuild_the_model(method: str) -> None:
    features, labels = _rows()
    weights, _ = fit(method, features, labels, ARCHITECTURES[method], **SETTINGS)
    model = from_safetensors(weights)
    assert to_safetensors(method, ARCHITECTURES[method], model) == weights
    header = read_header(weights)
    assert header.architecture == {"method": method, **ARCHITECTURES[method]}
    parameters = {name: list(value.shape) for name, value in model.state_dict().items()}
    assert header.shapes == parameters
    assert json.loads(weights[8 : 8 + int.from_bytes(weights[:8], "little")])


def test_header_lists_the_layers_of_each_network() -> None:
    weights, _ = fit("ae_flow", *_rows(), ARCHITECTURES["ae_flow"], **SETTINGS)
    header = read_header(weights)
    assert header.units("encoder") == [6, 8, 3]
    assert header.units("decoder") == [3, 8, 6]


def test_sample_draws_each_label_from_the_model_that_learned_it() -> None:
    features, labels = _rows()
    cgan, _ = fit("cgan", features, labels, ARCHITECTURES["cgan"], **SETTINGS)
    vae, _ = fit("vae", features, 0 * labels, ARCHITECTURES["vae"], **SETTINGS)
    rows, drawn = sample({(3, 4): cgan}, {3: 5, 4: 2}, seed=0)
    assert rows.shape == (7, 6)
    assert drawn.tolist() == [3] * 5 + [4] * 2
    noise = torch.Generator().manual_seed(0)
    model = from_safetensors(cgan)
    np.testing.assert_array_equal(rows[:5], model.sample(5, 0, noise).numpy())
    np.testing.assert_array_equal(rows[5:], model.sample(2, 1, noise).numpy())
    rows, drawn = sample({(3,): vae, (4,): vae}, {3: 5, 4: 2}, seed=0)
    assert drawn.tolist() == [3] * 5 + [4] * 2
