"""A classifier from its training set to its file and its probabilities."""

from typing import Any

import numpy as np

from nids.balance.training_set import Rows
from nids.data.encoder import Encoder
from nids.detect import Options
from nids.detect.fit import fit, lr_report, probabilities
from nids.detect.storage import to_bytes


def train(
    name: str, rows: Rows, encoder: Encoder, options: Options, weighted: bool, test: np.ndarray, seed: int
) -> tuple[bytes, np.ndarray, dict[str, Any]]:
    """Fit classifier ``name``; return its file, its probabilities for test (n, n_features), and LR's report."""
    classifier = fit(name, rows, encoder, options, weighted=weighted, seed=seed)
    found = probabilities(name, classifier, test, encoder, options)
    return to_bytes(classifier), found, lr_report(classifier) if name == "lr" else {}
