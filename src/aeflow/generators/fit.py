"""One reproducible fit: from rows and settings to weights and a learning curve."""

from typing import Any

import numpy as np
import pandas as pd
import torch

from aeflow.base.errors import InputError
from aeflow.generators.training import train
from aeflow.generators.weights import build, to_safetensors


def fit(
    method: str,
    features: np.ndarray,
    labels: np.ndarray,
    architecture: dict[str, Any],
    *,
    epochs: int,
    batch_size: int,
    learning_rate: float,
    seed: int,
) -> tuple[bytes, pd.DataFrame]:
    """Train generator ``method`` on features (n, n_features) and labels (n,) from 0 up.

    Returns the trained generator as safetensors and the learning curve. The same arguments give
    the same bytes; torch's global random state is left as it was. Raises InputError if the loss
    does not stay finite: such a generator would draw rows of NaN.
    """
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        model = build(method, architecture)
        curve = train(
            model,
            torch.tensor(features, dtype=torch.float32),
            torch.tensor(labels, dtype=torch.int64),
            epochs=epochs,
            batch_size=batch_size,
            learning_rate=learning_rate,
        )
    finite = np.isfinite(curve.filter(like="loss").to_numpy()).all(axis=1)
    if not finite.all():
        raise InputError(
            f"{method}: the loss is not finite from epoch {curve['epoch'].iloc[int(finite.argmin())]} on; "
            f"lower {method}.learning_rate, now {learning_rate}"
        )
    return to_safetensors(method, architecture, model), curve
