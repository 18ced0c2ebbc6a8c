"""What a trained AE-Flow is made of, as JSON types, for figures that need no torch."""

from typing import Any

from torch import nn

from aeflow.over_sampling import AEFlowSampler


def architectures(sampler: AEFlowSampler) -> dict[str, dict[str, Any]]:
    """Return, of each class, what its rows are, the units of the encoder's and decoder's layers, and the couplings."""
    return {
        str(label): {
            "input": "cells" if sampler.objective == "stable" else "features",
            "encoder": _units(fitted.model.encoder),
            "decoder": _units(fitted.model.decoder),
            "coupling_layers": len(fitted.model.flow.layers),
            "coupling": fitted.model.flow.coupling,
        }
        for label, fitted in sampler.generators_.items()
    }


def _units(network: nn.Sequential) -> list[int]:
    layers = [layer for layer in network if isinstance(layer, nn.Linear)]
    return [layers[0].in_features, *(layer.out_features for layer in layers)]
