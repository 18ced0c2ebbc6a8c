"""Each method without and with the decision rule."""

import math
from collections.abc import Sequence
from textwrap import fill

import matplotlib.pyplot as plt
import pandas as pd
from matplotlib.figure import Figure

from nids.detect import CLASSIFIERS, MAIN, RULES
from nids.show.figures.dumbbells import dumbbells, finish

# Panels beside each other.
COLUMNS = 5


def rule(scores: pd.DataFrame, test: str, small: Sequence[str]) -> Figure:
    """Draw data/scores/scores.parquet on the test set of title ``test``: mean and standard deviation over seeds.

    small: the classes whose recall is shown.
    """
    classifier = MAIN[0]
    chosen = scores[(scores["test"] == "test") & (scores["classifier"] == classifier)]
    shown = {
        "macro_f1": "Macro F1",
        **{f"recall_{name}": fill(f"{name} recall", 28) for name in small},
        "false_alarm_rate": "False-alarm rate\n(less is better)",
    }
    columns = min(len(shown), COLUMNS)
    rows = math.ceil(len(shown) / columns)
    figure, panels = plt.subplots(rows, columns, figsize=(3.25 * columns, 5 * rows), sharey=True, squeeze=False)
    for axes in panels.flat[len(shown) :]:
        axes.remove()
    for axes, (score, title) in zip(panels.flat, shown.items(), strict=False):
        dumbbells(axes, {rule: chosen[chosen["rule"] == rule] for rule in RULES}, score, RULES)
        axes.set(title=title)
    finish(figure, panels[0, 0], f"{CLASSIFIERS[classifier]} without and with the decision rule", test, scores)
    return figure
