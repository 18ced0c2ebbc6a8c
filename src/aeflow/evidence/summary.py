"""Results of all seeds as their mean."""

from collections.abc import Mapping
from typing import Any

import numpy as np

# In metrics/summary.json; precision and F1 of each class are in the tables.
SUMMARISED = ("weighted_precision", "weighted_recall", "weighted_f1", "macro_f1", "accuracy", "recall")


def mean_scores(results: Mapping[str, Any]) -> dict[str, Any]:
    """Return ``{method: {classifier: scores}}`` from ``{method: {classifier: {seed: scores}}}``.

    Each score, in [0, 1], is its mean over the seeds; confusion matrices are left out.
    """
    return {
        method: {classifier: _mean(list(of_seeds.values())) for classifier, of_seeds in classifiers.items()}
        for method, classifiers in results.items()
    }


def summary(means: Mapping[str, Any]) -> dict[str, Any]:
    """Return the scores of ``SUMMARISED`` alone."""
    return {
        method: {classifier: {name: scores[name] for name in SUMMARISED} for classifier, scores in classifiers.items()}
        for method, classifiers in means.items()
    }


def headline(means: Mapping[str, Any]) -> dict[str, float]:
    """Return the few numbers that ``dvc exp show`` lists: Voting on the set balanced with AE-Flow.

    Weighted F1, macro F1, and by its name the recall of a class. Names are short, so that the
    parameters fit beside them.
    """
    scores = means["ae_flow"]["voting"]
    found = {"F1": scores["weighted_f1"], "macro_F1": scores["macro_f1"], **scores["recall"]}
    return {name: round(found[name], 4) for name in ("F1", "macro_F1", "Normal", "R2L", "U2R")}


def _mean(runs: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        name: {key: float(np.mean([run[name][key] for run in runs])) for key in value}
        if isinstance(value, dict)
        else float(np.mean([run[name] for run in runs]))
        for name, value in runs[0].items()
        if name != "confusion"
    }
