"""The fit of a detector's AE-Flow, in torch, and what scoring takes from it."""

from collections.abc import Sequence
from typing import cast

import numpy as np
import pandas as pd
import torch
from torch import nn

from aeflow._generators.reproducible import reproducible
from aeflow._generators.training import train
from aeflow.errors import InputError
from aeflow.outlier_detection._likelihood import Likelihood
from aeflow.outlier_detection._lookup import ColumnLookup, Lookup
from aeflow.outlier_detection._model import CellAEFlow
from aeflow.outlier_detection._network import Layers, Network, Shape
from aeflow.over_sampling._binned import BinnedTable
from aeflow.over_sampling._columns import Column


def fit_likelihood(
    columns: Sequence[Column],
    frame: pd.DataFrame,
    shape: Shape,
    *,
    seed: int,
    noise: float,
    bins: int,
    batch_size: int,
    max_epochs: int,
    max_steps: int,
    learning_rate: float,
    progress: str | None,
) -> tuple[Likelihood, pd.DataFrame]:
    """Return the likelihood fitted to rows, and the learning curve. Raises InputError for a loss that is not finite."""
    with reproducible(seed):
        table = BinnedTable.fit(columns, frame, bins)
        model = CellAEFlow(
            sizes=table.sizes.tolist(),
            latent_dim=shape.latent_dim,
            coupling_layers=shape.coupling_layers,
            coupling=shape.coupling,
            hidden=shape.hidden,
            noise=noise,
            temperature=1.0,
        )
        curve = train(
            model,
            torch.from_numpy(table.encode(frame, bounded=True)),
            torch.zeros(len(frame), dtype=torch.int64),
            max_epochs=max_epochs,
            max_steps=max_steps,
            batch_size=batch_size,
            learning_rate=learning_rate,
            progress=progress,
        )
    finite = np.isfinite(curve["loss"].to_numpy())
    if not finite.all():
        raise InputError(
            f"AE-Flow: the loss is not finite from epoch {curve['epoch'].iloc[int(finite.argmin())]} on; lower "
            f"learning_rate, now {learning_rate}"
        )
    lookup = Lookup([ColumnLookup.of(*of) for of in zip(table.columns, table.cells, strict=True)])
    return Likelihood.fit(lookup, network_of(model, shape, lookup.first), frame), curve


def network_of(model: CellAEFlow, shape: Shape, first: np.ndarray) -> Network:
    """Return a fitted model in numpy."""
    layers = {"encoder": _layers(model.encoder), "decoder": _layers(model.decoder)}
    for i, coupling in enumerate(model.flow.layers):
        net = coupling.scale_and_shift if shape.coupling == "affine" else coupling.shift
        layers[f"flow.{i}"] = _layers(cast(nn.Sequential, net))
    normalise = model.normalise
    mean, variance = (cast(torch.Tensor, of).double().numpy() for of in (normalise.running_mean, normalise.running_var))
    scale = 1 / np.sqrt(variance + normalise.eps)
    weights, biases = layers["encoder"][-1]
    layers["encoder"][-1] = ((weights * scale).astype(np.float32), ((biases - mean) * scale).astype(np.float32))
    return Network(shape, layers, first)


def _layers(net: nn.Sequential) -> Layers:
    """Return copies of the weights and biases of the linear layers of ``mlp``."""
    linear = [layer for layer in net if isinstance(layer, nn.Linear)]
    return [(of.weight.detach().numpy().T.copy(), of.bias.detach().numpy().copy()) for of in linear]
