"""How many attacks are found at how many false alarms: AE-Flow's density as a detector, and the classifiers."""

import matplotlib.pyplot as plt
import pandas as pd
from matplotlib.figure import Figure

from nids.detect import CLASSIFIERS, DETECTOR, MAIN, RULES
from nids.methods import METHODS, STUDIED
from nids.show.figures.style import INK, headline

DRAWN = ("raw", "smote", STUDIED, "class_weight_all", "ae_flow_all")
# The false alarms that anyone may accept, percent.
MOST = 30


def roc(curves: pd.DataFrame, points: pd.DataFrame, test: str, budget: float) -> Figure:
    """Draw data/scores/roc.parquet and detection.parquet on the test set of title ``test``: means over the seeds.

    budget: the share of held-out normal rows that may raise an alarm.
    """
    figure, axes = plt.subplots(figsize=(9, 5.6))
    axes.axvline(100 * budget, color=INK, lw=1, ls="--", zorder=0)
    for method in (DETECTOR, *DRAWN):
        name, colour = (METHODS[method].name, METHODS[method].colour) if method in METHODS else ("Detector", "black")
        curve = 100 * curves[curves["method"] == method].groupby("false_alarms")["found"].mean()
        of_method = points[points["method"] == method]
        area, of_unseen = (of_method[score].mean() for score in ("auc", "auc_unseen"))
        label = f"{name} (area {area:.3f}; types that training lacks {of_unseen:.3f})"
        axes.plot(100 * curve.index, curve, color=colour, lw=2 if method == DETECTOR else 1.5, label=label)
        kept, found = (100 * of_method[score].mean() for score in ("false_alarm_rate", "recall"))
        axes.plot(kept, found, "o", color=colour, markersize=7, markeredgecolor="white", zorder=3)
    axes.set(
        xlim=(0, MOST), ylim=(0, 102), xlabel="false alarms, percent of normal rows", ylabel="attacks found, percent"
    )
    axes.grid(axis="both")
    axes.legend(loc="lower right", fontsize=9)
    headline(
        figure,
        f"Attacks against normal traffic on {test}: AE-Flow's density as a detector, {CLASSIFIERS[MAIN[0]]}\n"
        f"Points: the detector's threshold, the {RULES[MAIN[1]]}s; dashed: what the rule may raise on held-out rows",
    )
    return figure
