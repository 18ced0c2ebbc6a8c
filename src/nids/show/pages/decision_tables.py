"""The decision rule: what was chosen on training rows, and what it changes on the test set."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from nids.detect import CLASSIFIERS, DECIDED
from nids.methods import METHODS, STUDIED
from nids.show.pages.cells import Table, cell, column, mark_best, number, share, table, words

_RULES = {"argmax": "arg max", "decided": "with the rule"}
_SCORES = {"weighted_f1": "Weighted F1", "macro_f1": "Macro F1"}


def decision_table(
    decision: Mapping[str, Any], scores: pd.DataFrame, classes: Sequence[str], held_out: str, train: str, test: str
) -> Table:
    """Multipliers, macro recall and false alarms on what is held out of ``train``, and with the rule on ``test``.

    scores: data/scores/scores.parquet.
    """
    decided = scores[(scores["test"] == "test") & (scores["rule"] == "decided")]
    kept = decided.groupby(["method", "classifier"])["false_alarm_rate"].mean()
    rows = []
    for method, of_method in METHODS.items():
        for classifier in DECIDED:
            of = decision[method][classifier]
            cells = [words(of_method.name), words(CLASSIFIERS[classifier])]
            cells += [cell(number(of["multipliers"][c], 2), of["multipliers"][c]) for c in classes]
            cells += [share(of[score][rule]) for score in ("macro_recall", "false_alarm_rate") for rule in _RULES]
            rows.append((method, [*cells, share(float(kept[method, classifier]))]))
    for at in (2 + len(classes), 3 + len(classes)):
        mark_best(rows, at, False)
    columns = [column("Method", numeric=False), column("Classifier", numeric=False), *(column(c) for c in classes)]
    columns += [column(title) for title in _RULES.values()]
    columns += [column(title, less_is_better=True) for title in (*_RULES.values(), f"on {test}")]
    return table(
        "decision-table",
        f"On {held_out} of {train}: multipliers, macro recall and false alarms",
        columns,
        rows,
        groups=[("", 2), ("Multiplier", len(classes)), ("Macro recall", 2), ("False alarms", 3)],
        note="Recall and false alarms in percent. Bold: the best in its column. The last column is what the rule "
        "keeps of its promise, the mean over the seeds.",
        tall=True,
    )


def parts_sentence(means: Mapping[str, Mapping[str, Mapping[str, float]]], score: str) -> str:
    """Return the generator's part and the rule's part of a score: ``means[rule][method][score]``."""
    raw, ours = ({rule: 100 * means[rule][method][score] for rule in _RULES} for method in ("raw", STUDIED))
    balanced, raw_rule, both, our_rule = (
        number(to - start, 1, signed=True)
        for start, to in (
            (raw["argmax"], ours["argmax"]),
            (raw["argmax"], raw["decided"]),
            (raw["argmax"], ours["decided"]),
            (ours["argmax"], ours["decided"]),
        )
    )
    name = METHODS[STUDIED].name
    return (
        f"{_SCORES[score]} of the raw training set with arg max is {number(raw['argmax'], 1)}%. {name} alone changes "
        f"it by {balanced} points, the rule alone by {raw_rule}, both by {both}; so the rule changes {name}'s by "
        f"{our_rule}."
    )


def random_split_sentence(random_split: Mapping[str, Mapping[str, float]], means: Mapping[str, Any], test: str) -> str:
    """Return how far random splits of the training rows are from ``test``: ``means[method][score]``."""
    split = [100 * found["weighted_f1"] for found in random_split.values()]
    gaps = [100 * (found["weighted_f1"] - means[method]["weighted_f1"]) for method, found in random_split.items()]
    return (
        f"On random splits of the training rows weighted F1 is {number(min(split), 1)} to {number(max(split), 1)}%, "
        f"{number(min(gaps), 1)} to {number(max(gaps), 1)} points above {test}. Results of that kind say nothing "
        "about new attacks, and nothing here was chosen by them."
    )


def random_split_table(random_split: Mapping[str, Mapping[str, float]], means: Mapping[str, Any], test: str) -> Table:
    """Scores on random splits of the training rows beside those on ``test``: ``means[method][score]``."""
    rows = [
        (
            method,
            [
                words(METHODS[method].name),
                *(share(found[score]) for score in _SCORES for found in (split, means[method])),
            ],
        )
        for method, split in random_split.items()
    ]
    return table(
        "random-split",
        f"Random splits of the training rows against {test}",
        [column("Method", numeric=False), *(column(title) for _ in _SCORES for title in ("random split", test))],
        rows,
        groups=[("", 1), *((title, 2) for title in _SCORES.values())],
        note="In percent.",
    )
