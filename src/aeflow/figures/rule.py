"""Each method without and with the decision rule."""

import matplotlib.pyplot as plt
import pandas as pd
from matplotlib.figure import Figure

from aeflow.evidence.methods import CLASSIFIERS, MAIN, RULES
from aeflow.figures.dumbbells import dumbbells, finish

PANELS = {
    "macro_f1": "Macro F1",
    "recall_R2L": "R2L recall",
    "recall_U2R": "U2R recall",
    "false_alarm_rate": "False-alarm rate\n(less is better)",
}


def rule(scores: pd.DataFrame) -> Figure:
    """Draw data/evaluation/scores.parquet on KDDTest+: mean and standard deviation over seeds, arg max and rule."""
    classifier = MAIN[0]
    chosen = scores[(scores["test"] == "test") & (scores["classifier"] == classifier)]
    figure, panels = plt.subplots(1, len(PANELS), figsize=(13, 5), sharey=True)
    for axes, (score, title) in zip(panels, PANELS.items(), strict=True):
        dumbbells(axes, {rule: chosen[chosen["rule"] == rule] for rule in RULES}, score, RULES)
        axes.set(title=title)
    finish(figure, panels[0], f"{CLASSIFIERS[classifier]} without and with the decision rule", scores)
    return figure
