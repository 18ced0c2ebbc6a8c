"""False alarms: promised on held-out rows of the training set, and kept on the test set."""

from collections.abc import Mapping
from typing import Any

import matplotlib.pyplot as plt
import pandas as pd
from matplotlib.figure import Figure

from nids.detect import CLASSIFIERS, MAIN, RULES
from nids.methods import METHODS
from nids.show.figures.dumbbells import dumbbells, finish
from nids.show.figures.style import INK

NAMES = {"promised": "held-out rows of the training set", "kept": "test set"}


def alarm_rates(decision: Mapping[str, Any], points: pd.DataFrame, test: str, budget: float) -> Figure:
    """Draw the rates of metrics/evidence/decision.json and of data/scores/detection.parquet, in the main configuration.

    test: the title of the test set; budget: what the rule may promise.
    """
    classifier, rule = MAIN
    score = "false_alarm_rate"
    promised = pd.DataFrame(
        [{"method": method, "seed": 0, score: decision[method][classifier][score][rule]} for method in METHODS]
    )
    figure, axes = plt.subplots(figsize=(9, 5.4))
    axes.axvline(100 * budget, color=INK, lw=1, ls="--", zorder=0)
    dumbbells(axes, {"promised": promised, "kept": points[points["method"].isin(METHODS)]}, score, NAMES)
    axes.set(xlim=(0, None), xlabel="false alarms, percent of normal rows")
    finish(figure, axes, f"False alarms of {CLASSIFIERS[classifier]}, {RULES[rule]}", test, points)
    return figure
