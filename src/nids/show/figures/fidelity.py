"""How close each method's rows come to real ones that it has not seen, between two ends."""

from collections.abc import Mapping
from textwrap import fill
from typing import Any

import matplotlib.pyplot as plt
from matplotlib.figure import Figure

from nids.judge.fidelity_summary import MEASURED
from nids.methods import METHODS
from nids.show.figures.style import INK

PANELS = {
    "c2st_auc": "C2ST AUC\n(0.5: not told apart)",
    "coverage": "Coverage\n(more is better)",
    "density": "Density",
    "wasserstein": "Wasserstein-1\n(less is better)",
    "nearest": "Distance to the\nnearest train row",
    "exact_copies": "Exact copies",
}


def fidelity(found: Mapping[str, Any]) -> Figure:
    """Draw metrics/evidence/fidelity.json: a row of panels for each class, the line marking real rows."""
    n, height = len(found), 3.1 if len(found) <= 3 else 2.2
    figure, panels = plt.subplots(n, len(PANELS), figsize=(13, height * n), sharey=True, squeeze=False)
    for axes, title in zip(panels[0], PANELS.values(), strict=True):
        axes.set_title(title, fontsize=10)
    shown = [method for method in MEASURED if any(method in of_class["methods"] for of_class in found.values())]
    for row, (name, of_class) in zip(panels, found.items(), strict=True):
        methods = of_class["methods"]
        for axes, key in zip(row, PANELS, strict=True):
            axes.axvline(methods["real"][key]["mean"], color="#c9c9c9", lw=2, zorder=0)
            for method, figures in methods.items():
                colour = METHODS[method].colour if method in METHODS else INK
                value, spread = figures[key]["mean"], figures[key]["std"]
                axes.errorbar(value, shown.index(method), xerr=spread, fmt="o", color=colour, markersize=7, capsize=3)
            axes.margins(x=0.12, y=0.1)
            axes.tick_params(axis="y", length=0)
        row[0].set_yticks(range(len(shown)), [MEASURED[method] for method in shown])
        row[0].set_ylabel(fill(name, 20), weight="bold")
    panels[0][0].invert_yaxis()
    return figure
