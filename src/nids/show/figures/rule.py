"""Each method without and with the decision rule."""

from collections.abc import Sequence

import matplotlib.pyplot as plt
import pandas as pd
from matplotlib.figure import Figure

from nids.detect import CLASSIFIERS, MAIN, RULES
from nids.show.figures.dumbbells import dumbbells, finish


def rule(scores: pd.DataFrame, test: str, small: Sequence[str]) -> Figure:
    """Draw data/scores/scores.parquet on the test set of title ``test``: mean and standard deviation over seeds.

    small: the classes whose recall is shown.
    """
    classifier = MAIN[0]
    chosen = scores[(scores["test"] == "test") & (scores["classifier"] == classifier)]
    shown = {
        "macro_f1": "Macro F1",
        **{f"recall_{name}": f"{name} recall" for name in small},
        "false_alarm_rate": "False-alarm rate\n(less is better)",
    }
    figure, panels = plt.subplots(1, len(shown), figsize=(3.25 * len(shown), 5), sharey=True)
    for axes, (score, title) in zip(panels, shown.items(), strict=True):
        dumbbells(axes, {rule: chosen[chosen["rule"] == rule] for rule in RULES}, score, RULES)
        axes.set(title=title)
    finish(figure, panels[0], f"{CLASSIFIERS[classifier]} without and with the decision rule", test, scores)
    return figure
