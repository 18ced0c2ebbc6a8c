"""Figs. 5 and 6: weighted precision, recall and F1 of classifiers and of balancing methods."""

from collections.abc import Iterable, Mapping
from textwrap import fill
from typing import Any

import matplotlib.pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from nids.detect import CLASSIFIERS, PAPERS
from nids.methods import METHODS, PRINTED, STUDIED
from nids.show.figures.style import PAPER, legend_below

SCORES = {"precision": "Weighted precision", "recall": "Weighted recall", "f1": "Weighted F1"}
Percent = Mapping[str, Mapping[str, float]]


def before_and_after(summary: Mapping[str, Any], test: str, paper: Percent | None) -> Figure:
    """Fig. 5: each classifier on the raw training set and on the one balanced with AE-Flow.

    summary: fractions, as in metrics/summary.json; test: the title of the test set; paper: the percentages
    of Voting by ``voting_from_paper``, or None. The paper draws the other classifiers' scores, but prints
    none of them.
    """
    figure, panels = plt.subplots(1, 3, figsize=(11, 3.9), sharey=True, sharex=True)
    for axes, (letter, (score, title)) in zip(panels, zip("abc", SCORES.items(), strict=True), strict=True):
        for i, classifier in enumerate(CLASSIFIERS):
            ours = {method: 100 * summary[method][classifier][f"weighted_{score}"] for method in ("raw", STUDIED)}
            axes.plot(list(ours.values()), [i, i], color="#c9c9c9", lw=2.5, zorder=1)
            for method, value in ours.items():
                label = METHODS[method].name if i == 0 else None
                axes.plot(value, i, "o", color=METHODS[method].colour, markersize=8, label=label)
        row = list(CLASSIFIERS).index(PAPERS[0])
        for method, values in (paper or {}).items():
            mark = {**PAPER, "markeredgecolor": METHODS[method].colour}
            axes.plot(values[score], row, **mark, label=f"{METHODS[method].name}, paper (Table 3)")
        _finish(axes, f"({letter}) {title}", CLASSIFIERS.values(), test)
    panels[0].invert_yaxis()
    legend_below(figure, panels[0], columns=4)
    return figure


def methods(summary: Mapping[str, Any], test: str, paper: Percent | None) -> Figure:
    """Fig. 6: Voting on each method's training set; paper: the percentages by ``weighted_from_paper``, or None."""
    figure, panels = plt.subplots(1, 3, figsize=(11, 3.7), sharey=True, sharex=True)
    for axes, (score, title) in zip(panels, SCORES.items(), strict=True):
        for i, method in enumerate(PRINTED):
            ours = 100 * summary[method][PAPERS[0]][f"weighted_{score}"]
            if paper is not None:
                printed = paper[method][score]
                axes.plot([ours, printed], [i, i], color="#c9c9c9", lw=2.5, zorder=1)
                axes.plot(printed, i, **PAPER, label="paper (derived from its Tables 4-6)" if i == 0 else None)
            axes.plot(ours, i, "o", color=METHODS[method].colour, markersize=8)
            axes.annotate(f"{ours:.1f}", (ours, i), (0, 8), textcoords="offset points", ha="center", fontsize=8.5)
        _finish(axes, title, [METHODS[method].name for method in PRINTED], test)
    panels[0].invert_yaxis()
    legend_below(figure, panels[0])
    return figure


def _finish(axes: Axes, title: str, names: Iterable[str], test: str) -> None:
    axes.set(title=title, xlabel=fill(f"percent, {test}", 36))
    names = list(names)
    axes.set_yticks(range(len(names)), names)
    axes.tick_params(axis="y", length=0)
    axes.locator_params(axis="x", nbins=5)
    axes.margins(x=0.12, y=0.14)
