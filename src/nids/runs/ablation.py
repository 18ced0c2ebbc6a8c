"""The ablation: {new rows, K-means undersampling, one-sided selection} on and off."""

from itertools import product

import numpy as np

from nids.data.sets import Training
from nids.methods import METHODS, STUDIED
from nids.runs.run import Run, Settings, Shared

# Whose new rows: none's, SMOTE's, the studied method's.
OVERSAMPLING = {"none": "raw", "smote": "smote", STUDIED: STUDIED}
PARTS = tuple(product((False, True), repeat=2))  # (K-means, one-sided selection)
# Those that Voting needs.
FITTED = ("xgb", "lr")


def method_of(oversampling: str, kmeans: bool, oss: bool) -> str | None:
    """Return the method whose training set a cell is: its probabilities are there already. None: of no method."""
    method = OVERSAMPLING[oversampling]
    return method if kmeans == oss == METHODS[method].undersampled else None


def cell(oversampling: str, kmeans: bool, oss: bool) -> str:
    """Return the name of a cell, a folder of data/ablation."""
    parts = {"kmeans": kmeans, "oss": oss}
    return f"{oversampling}/{'-'.join(name for name, on in parts.items() if on) or 'neither'}"


def ablate(
    oversampling: str,
    settings: Settings,
    train: Training,
    shared: Shared,
    test: np.ndarray,
    seed: int,
) -> dict[tuple[bool, bool], dict[str, np.ndarray]]:
    """Return ``{(K-means, one-sided selection): {classifier: probabilities}}`` of the cells that are no method's.

    test (n, n_features) are the features predicted for.
    """
    run = Run(OVERSAMPLING[oversampling], settings, train, seed, shared)
    new = run.new()[0] if METHODS[run.method].sampler else None
    return {
        (kmeans, oss): run.probabilities(run.rows(shared.undersampled if kmeans else None, new, oss), FITTED, test)[0]
        for kmeans, oss in PARTS
        if method_of(oversampling, kmeans, oss) is None
    }
