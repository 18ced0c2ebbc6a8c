"""Results of all seeds as their mean."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

import numpy as np
import pandas as pd

from nids.detect import CLASSIFIERS, PAPERS
from nids.judge.tables import number
from nids.methods import METHODS

# In metrics/summary.json; every score of every seed is in metrics/evidence/scores.csv.
SUMMARISED = ("weighted_precision", "weighted_recall", "weighted_f1", "macro_f1", "accuracy", "recall")
OF_CLASSES = ("precision", "recall", "f1")


def configuration(scores: pd.DataFrame, test: str, classifier: str, rule: str) -> pd.DataFrame:
    """Return the rows of scores (one for each test, method, classifier, rule and seed) of one configuration."""
    return scores[(scores["test"] == test) & (scores["classifier"] == classifier) & (scores["rule"] == rule)]


def mean_scores(scores: pd.DataFrame, test: str, rule: str, classes: Sequence[str]) -> dict[str, Any]:
    """Return ``{method: {classifier: scores}}``, each score its mean over the seeds.

    Those of a class are nested: ``{"recall": {class: value}}``, and so precision, F1 and support.
    """
    of_rule = scores[(scores["test"] == test) & (scores["rule"] == rule)]
    runs: dict[Any, pd.DataFrame] = dict(iter(of_rule.groupby(["method", "classifier"])))
    return {
        method: {
            classifier: _nested(runs[method, classifier].drop(columns="seed").mean(numeric_only=True), classes)
            for classifier in CLASSIFIERS
            if (method, classifier) in runs
        }
        for method in METHODS
        if method in set(of_rule["method"])
    }


def summary(means: Mapping[str, Any]) -> dict[str, Any]:
    """Return the scores of ``SUMMARISED`` alone."""
    return {
        method: {classifier: {name: scores[name] for name in SUMMARISED} for classifier, scores in classifiers.items()}
        for method, classifiers in means.items()
    }


def headline(means: Mapping[str, Any]) -> dict[str, dict[str, float]]:
    """Return the few numbers that ``dvc exp show`` lists: ``{score: {method: value}}``, in the paper's configuration.

    Weighted F1 and macro F1. Names are short, so that the parameters fit beside them.
    """
    return {
        short: {method: round(of[PAPERS[0]][name], 4) for method, of in means.items()}
        for short, name in (("F1", "weighted_f1"), ("macro_F1", "macro_f1"))
    }


def recalls(means: Mapping[str, Any], classes: Sequence[str]) -> pd.DataFrame:
    """Return the recall of each class by each method in the paper's configuration, a row each, for ``dvc plots``."""
    rows = [
        {"recall of": f"{name}, {METHODS[method].name}", "recall": of[PAPERS[0]]["recall"][name]}
        for name in classes
        for method, of in means.items()
    ]
    return pd.DataFrame(rows).round(4)


def confusion(predicted: Sequence[np.ndarray], labels: np.ndarray, classes: Sequence[str]) -> pd.DataFrame:
    """Return a row with the actual and the predicted class for each row of each run, for ``dvc plots``.

    predicted: the classes (n,) of each run; labels (n,): positions in ``classes`` as well.
    """
    names = np.array(classes)
    runs = [pd.DataFrame({"actual": names[labels], "predicted": names[of_run]}) for of_run in predicted]
    return pd.concat(runs, ignore_index=True)


def voting_markdown(means: Mapping[str, Any], classes: Sequence[str], test: str, n_seeds: int) -> str:
    """Return Voting's scores with each method to read; ``test`` is the title of the test set."""
    rows = [
        {
            "method": METHODS[method].name,
            "weighted F1": of[PAPERS[0]]["weighted_f1"],
            "macro F1": of[PAPERS[0]]["macro_f1"],
            **{f"{name} recall": of[PAPERS[0]]["recall"][name] for name in classes},
        }
        for method, of in means.items()
    ]
    table = pd.DataFrame(rows).set_index("method").mul(100).map(partial(number, digits=1))
    seeds = "one seed" if n_seeds == 1 else f"mean of {n_seeds} seeds"
    return (
        f"Voting (XGBoost + LR) on {test}, in percent, {seeds}.\n\n"
        f"{table.to_markdown(stralign='right', disable_numparse=True)}\n"
    )


def _nested(means: pd.Series, classes: Sequence[str]) -> dict[str, Any]:
    of_classes = {f"{score}_{name}" for score in (*OF_CLASSES, "pr_auc", "support") for name in classes}
    plain = {str(name): float(value) for name, value in means.items() if name not in of_classes}
    nested = {score: {name: float(means[f"{score}_{name}"]) for name in classes} for score in (*OF_CLASSES, "support")}
    return plain | nested
