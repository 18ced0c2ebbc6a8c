"""Results of all seeds as their mean."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from aeflow.evidence.methods import CLASSIFIERS, MAIN, METHODS
from aeflow.nsl_kdd.schema import CLASSES

# In metrics/summary.json; every score of every seed is in metrics/scores.csv.
SUMMARISED = ("weighted_precision", "weighted_recall", "weighted_f1", "macro_f1", "accuracy", "recall")
OF_CLASSES = ("precision", "recall", "f1")


def configuration(scores: pd.DataFrame, test: str, classifier: str, rule: str) -> pd.DataFrame:
    """Return the rows of scores (one for each test, method, classifier, rule and seed) of one configuration."""
    return scores[(scores["test"] == test) & (scores["classifier"] == classifier) & (scores["rule"] == rule)]


def mean_scores(scores: pd.DataFrame, test: str, rule: str) -> dict[str, Any]:
    """Return ``{method: {classifier: scores}}``, each score its mean over the seeds.

    Those of a class are nested: ``{"recall": {class: value}}``, and so precision, F1 and support.
    """
    of_rule = scores[(scores["test"] == test) & (scores["rule"] == rule)]
    runs: dict[Any, pd.DataFrame] = dict(iter(of_rule.groupby(["method", "classifier"])))
    return {
        method: {
            classifier: _nested(runs[method, classifier].drop(columns="seed").mean(numeric_only=True))
            for classifier in CLASSIFIERS
            if (method, classifier) in runs
        }
        for method in METHODS
    }


def summary(means: Mapping[str, Any]) -> dict[str, Any]:
    """Return the scores of ``SUMMARISED`` alone."""
    return {
        method: {classifier: {name: scores[name] for name in SUMMARISED} for classifier, scores in classifiers.items()}
        for method, classifiers in means.items()
    }


def headline(means: Mapping[str, Any], decision: Mapping[str, Any]) -> dict[str, float]:
    """Return the few numbers that ``dvc exp show`` lists: AE-Flow in the configuration MAIN.

    ``validation`` is the macro recall on held-out attack types of the training set; then weighted
    F1, macro F1, and by its name the recall of a class. Names are short, so that the parameters fit
    beside them.
    """
    classifier, rule = MAIN
    scores = means["ae_flow"][classifier]
    found = {
        "validation": decision["ae_flow"][classifier]["macro_recall"][rule],
        "F1": scores["weighted_f1"],
        "macro_F1": scores["macro_f1"],
        **{name: scores["recall"][name] for name in ("Normal", "R2L", "U2R")},
    }
    return {name: round(value, 4) for name, value in found.items()}


def _nested(means: pd.Series) -> dict[str, Any]:
    of_classes = {f"{score}_{name}" for score in (*OF_CLASSES, "pr_auc", "support") for name in CLASSES}
    plain = {str(name): float(value) for name, value in means.items() if name not in of_classes}
    nested = {score: {name: float(means[f"{score}_{name}"]) for name in CLASSES} for score in (*OF_CLASSES, "support")}
    return plain | nested
