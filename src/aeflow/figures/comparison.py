"""Figs. 5 and 6: weighted precision, recall and F1 of classifiers and of balancing methods."""

from collections.abc import Mapping
from typing import Any

import matplotlib.pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from aeflow.evidence.methods import CLASSIFIERS, METHODS, PRINTED
from aeflow.figures.style import METHOD_COLOURS, PAPER

SCORES = {"precision": "Weighted precision", "recall": "Weighted recall", "f1": "Weighted F1"}


def before_and_after(summary: Mapping[str, Any], paper: Mapping[str, Mapping[str, float]]) -> Figure:
    """Fig. 5: each classifier on the raw training set and on the one balanced with AE-Flow.

    ``summary`` has fractions; ``paper`` the percentages of Voting, ``{raw | ae_flow: {score:
    value}}``. The paper draws the other classifiers' scores, but prints none of them.
    """
    figure, panels = plt.subplots(1, 3, figsize=(11, 3.9), sharey=True, sharex=True)
    for axes, (letter, (score, title)) in zip(panels, zip("abc", SCORES.items(), strict=True), strict=True):
        for i, classifier in enumerate(CLASSIFIERS):
            ours = {method: 100 * summary[method][classifier][f"weighted_{score}"] for method in ("raw", "ae_flow")}
            axes.plot(list(ours.values()), [i, i], color="#c9c9c9", lw=2.5, zorder=1)
            for method, value in ours.items():
                label = METHODS[method] if i == 0 else None
                axes.plot(value, i, "o", color=METHOD_COLOURS[method], markersize=8, label=label)
        row = list(CLASSIFIERS).index("voting")
        for method, values in paper.items():
            mark = {**PAPER, "markeredgecolor": METHOD_COLOURS[method]}
            axes.plot(values[score], row, **mark, label=f"{METHODS[method]}, paper (Table 3)")
        _finish(axes, f"({letter}) {title}", list(CLASSIFIERS.values()))
    panels[0].invert_yaxis()
    figure.legend(*panels[0].get_legend_handles_labels(), loc="outside lower center", ncols=4)
    return figure


def methods(summary: Mapping[str, Any], paper: Mapping[str, Mapping[str, float]]) -> Figure:
    """Fig. 6: Voting on each method's training set; ``paper`` is ``{method: {score: percent}}``."""
    figure, panels = plt.subplots(1, 3, figsize=(11, 3.7), sharey=True, sharex=True)
    for axes, (score, title) in zip(panels, SCORES.items(), strict=True):
        for i, method in enumerate(PRINTED):
            ours, printed = 100 * summary[method]["voting"][f"weighted_{score}"], paper[method][score]
            axes.plot([ours, printed], [i, i], color="#c9c9c9", lw=2.5, zorder=1)
            axes.plot(printed, i, **PAPER, label="paper (derived from its Tables 4-6)" if i == 0 else None)
            axes.plot(ours, i, "o", color=METHOD_COLOURS[method], markersize=8)
            axes.annotate(f"{ours:.1f}", (ours, i), (0, 8), textcoords="offset points", ha="center", fontsize=8.5)
        _finish(axes, title, [METHODS[method] for method in PRINTED])
    panels[0].invert_yaxis()
    figure.legend(*panels[0].get_legend_handles_labels(), loc="outside lower center")
    return figure


def _finish(axes: Axes, title: str, names: list[str]) -> None:
    axes.set(title=title, xlabel="percent, KDDTest+")
    axes.set_yticks(range(len(names)), names)
    axes.tick_params(axis="y", length=0)
    axes.margins(x=0.12, y=0.14)
