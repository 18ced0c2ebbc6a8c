"""What one would choose without a test set: a method's run on a part of the training set, scored on the rest."""

import warnings
from typing import Any

import numpy as np

from nids.data.sets import Training
from nids.detect import DECIDED, MAIN, NEEDED
from nids.detect.voting import with_voting
from nids.judge.scores import confusion_matrix, scores
from nids.methods import STUDIED
from nids.runs.run import Run, Settings, Shared

# The methods that are also scored on rows drawn at random, as a warning: such scores say nothing.
SPLIT_AT_RANDOM = ("raw", STUDIED)


def held_out_probabilities(
    method: str,
    settings: Settings,
    voting: str,
    train: Training,
    known: np.ndarray,
    shared: Shared,
    seed: int,
) -> dict[str, np.ndarray]:
    """Return ``{classifier: probabilities}`` of DECIDED for the rows that are not ``known``, (n, n_classes) float32.

    known (n,), bool: only these rows of the training set reach the sampler, the under-samplers, the density and the
    classifiers; shared: found on them. The encoder is the one fitted to all of it, which looks at no label.
    """
    # A collapse on a fold is not what this is about.
    warnings.simplefilter("ignore")
    run = Run(method, settings, train.known(known), seed, shared)
    rows, _ = run.training_set()
    found, _ = run.probabilities(rows, NEEDED, train.features[~known])
    found = with_voting(found, voting)
    return {name: found[name].astype(np.float32) for name in DECIDED}


def random_split_scores(
    probabilities: dict[str, np.ndarray], labels: np.ndarray, classes: tuple[str, ...], normal: str
) -> dict[str, float]:
    """Return weighted and macro F1 of arg max in the configuration MAIN for rows that were drawn at random."""
    predicted = probabilities[MAIN[0]].argmax(axis=1)
    found: dict[str, Any] = scores(confusion_matrix(labels, predicted, len(classes)), classes, normal)
    return {name: round(found[name], 4) for name in ("weighted_f1", "macro_f1")}
