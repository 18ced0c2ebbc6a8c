"""Trained generators as safetensors: the weights, and in the header what rebuilds the network."""

import json
from typing import Any

from safetensors.torch import load, save

from aeflow.generators.ae_flow import AEFlow
from aeflow.generators.cgan import CGAN
from aeflow.generators.header import ARCHITECTURE_KEY, read_header
from aeflow.generators.vae import VAE

GENERATORS = {"ae_flow": AEFlow, "vae": VAE, "cgan": CGAN}


def build(method: str, architecture: dict[str, Any]) -> AEFlow | VAE | CGAN:
    """Return an untrained generator, its weights drawn from torch's global random state."""
    return GENERATORS[method](**architecture)


def to_safetensors(method: str, architecture: dict[str, Any], model: AEFlow | VAE | CGAN) -> bytes:
    header = json.dumps({"method": method, **architecture}, sort_keys=True)
    return save(model.state_dict(), metadata={ARCHITECTURE_KEY: header})


def from_safetensors(content: bytes) -> AEFlow | VAE | CGAN:
    architecture = dict(read_header(content).architecture)
    model = build(architecture.pop("method"), architecture)
    model.load_state_dict(load(content))
    return model
