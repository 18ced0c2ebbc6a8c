"""A classifier from its training set to its file and its probabilities."""

from typing import Any

import numpy as np

from nids.balance.training_set import Rows
from nids.detect import Options
from nids.detect.density import Density
from nids.detect.fit import fit, lr_report, probabilities
from nids.detect.storage import to_bytes


def train(
    name: str, rows: Rows, density: Density, options: Options, weighted: bool, test: np.ndarray, seed: int
) -> tuple[bytes, np.ndarray, dict[str, Any]]:
    """Fit classifier ``name``; return its file, its probabilities for test (n, n_features), and LR's report."""
    encoder = density.encoder
    seen = Rows(density.before(name, rows.features), rows.labels)
    classifier = fit(name, seen, encoder, options, weighted=weighted, seed=seed)
    found = probabilities(name, classifier, density.before(name, test), encoder, options)
    return to_bytes(classifier), found, lr_report(classifier) if name == "lr" else {}
