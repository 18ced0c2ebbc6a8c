"""New rows from trained generators."""

from collections.abc import Mapping

import numpy as np
import torch

from aeflow.generators.weights import from_safetensors


def sample(
    trained: Mapping[tuple[int, ...], bytes], new_rows: Mapping[int, int], seed: int
) -> tuple[np.ndarray, np.ndarray]:
    """Draw ``new_rows[label]`` rows of each label.

    ``trained`` maps the labels that a generator has learned, in its own order, to its safetensors.
    Returns features (n, n_features) float32 and labels (n,) int64.
    """
    noise = torch.Generator().manual_seed(seed)
    features, labels = [], []
    for learned, content in trained.items():
        model = from_safetensors(content)
        for code, label in enumerate(learned):
            features.append(model.sample(new_rows[label], code, noise).numpy())
            labels.append(np.full(new_rows[label], label))
    return np.concatenate(features), np.concatenate(labels)
