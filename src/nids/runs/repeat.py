"""A method's run with one of the seeds."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from nids.balance.report import report
from nids.balance.training_set import class_counts
from nids.base.warnings import one_line_warnings
from nids.data.sets import Training
from nids.runs.run import Run, Settings, Shared


def repeat(
    method: str,
    settings: Settings,
    train: Training,
    shared: Shared,
    names: Sequence[str],
    test: np.ndarray,
    seed: int,
) -> tuple[dict[str, np.ndarray], dict[str, Any]]:
    """Return ``{classifier: probabilities}`` of ``names`` for features test (n, n_features), and a report.

    The report has the rows of each class in the training set, how LR converged,
    and what the sampler says of its fits.
    """
    run = Run(method, settings, train, seed, shared)
    with one_line_warnings():
        rows, synthetic = run.training_set()
    found, lr = run.probabilities(rows, names, test)
    fits = {} if synthetic is None else report(synthetic.sampler)["fits"]
    left_alone = {} if synthetic is None else synthetic.left_alone
    counts = class_counts(rows.labels, train.classes)
    return found, {"rows": counts, "lr": lr, "fits": fits, "left_alone": left_alone}
