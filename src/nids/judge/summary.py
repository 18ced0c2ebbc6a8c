"""Results of all seeds as their mean."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from nids.detect import CLASSIFIERS, PAPERS
from nids.methods import METHODS, STUDIED

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


def headline(means: Mapping[str, Any], classes: Sequence[str]) -> dict[str, float]:
    """Return the few numbers that ``dvc exp show`` lists: the studied method in the paper's configuration.

    Weighted F1, macro F1, and by its name the recall of each of ``classes``. Names are short, so that the
    parameters fit beside them.
    """
    scores = means[STUDIED][PAPERS[0]]
    found = {
        "F1": scores["weighted_f1"],
        "macro_F1": scores["macro_f1"],
        **{of: scores["recall"][of] for of in classes},
    }
    return {name: round(value, 4) for name, value in found.items()}


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
    table = pd.DataFrame(rows).set_index("method").mul(100).map("{:.1f}".format)
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
