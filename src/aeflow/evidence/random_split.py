"""Scores on held-out rows of the training set that were drawn at random."""

import numpy as np
import pandas as pd

from aeflow.evidence.methods import MAIN
from aeflow.evidence.scores import confusion_matrix, scores
from aeflow.evidence.settings import Settings
from aeflow.evidence.validation import held_out_probabilities
from aeflow.nsl_kdd.encoder import Encoder
from aeflow.nsl_kdd.schema import CLASSES


def random_split_scores(
    method: str,
    settings: Settings,
    records: pd.DataFrame,
    labels: np.ndarray,
    encoder: Encoder,
    known: np.ndarray,
    seed: int,
) -> dict[str, float]:
    """Return weighted and macro F1 of arg max for the rows not ``known``; arguments: ``held_out_probabilities``."""
    probabilities = held_out_probabilities(method, settings, records, labels, encoder, known, seed)[MAIN[0]]
    confusion = confusion_matrix(labels[~known], probabilities.argmax(axis=1), len(CLASSES))
    found = scores(confusion, CLASSES, "Normal")
    return {name: round(found[name], 4) for name in ("weighted_f1", "macro_f1")}
