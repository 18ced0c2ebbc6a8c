"""What a trained AE-Flow is made of, as JSON types, for figures that need no torch."""

from typing import Any

from torch import nn

from aeflow.generators.ae_flow import AEFlow
from aeflow.generators.stable_ae_flow import StableAEFlow


def architecture(model: AEFlow | StableAEFlow) -> dict[str, Any]:
    """Return what a row is made of, the units of the encoder's and the decoder's layers, and the couplings."""
    return {
        "input": "cells" if isinstance(model, StableAEFlow) else "features",
        "encoder": _units(model.encoder),
        "decoder": _units(model.decoder),
        "coupling_layers": len(model.flow.layers),
        "coupling": model.flow.coupling,
    }


def _units(network: nn.Sequential) -> list[int]:
    layers = [layer for layer in network if isinstance(layer, nn.Linear)]
    return [layers[0].in_features, *(layer.out_features for layer in layers)]
