"""Fig. 4: the share of each class in the raw and in the balanced training set."""

from collections.abc import Mapping

import matplotlib.pyplot as plt
from matplotlib.figure import Figure

from aeflow.figures.style import CLASS_COLOURS, PAPER


def shares(ours: Mapping[str, Mapping[str, float]], paper: Mapping[str, Mapping[str, float]]) -> Figure:
    """Draw the sets ``raw`` and ``balanced``, each given as rows by class."""
    figure, panels = plt.subplots(1, 2, figsize=(10, 3.6), sharey=True, sharex=True)
    titles = {"raw": "(a) Raw training set", "balanced": "(b) Balanced with AE-Flow"}
    for axes, (name, title) in zip(panels, titles.items(), strict=True):
        total, printed_total = sum(ours[name].values()), sum(paper[name].values())
        for i, (row, colour) in enumerate(CLASS_COLOURS.items()):
            share, printed = 100 * ours[name][row] / total, 100 * paper[name][row] / printed_total
            axes.barh(i, share, color=colour, height=0.62)
            axes.plot(printed, i, **PAPER, label="paper (Table 2)" if i == 0 else None)
            label = f"{share:.2f} %  ({ours[name][row]:,.0f} rows)"
            axes.text(max(share, printed) + 1.5, i, label, va="center", fontsize=9)
        axes.set(title=title, xlabel="share of rows, %", xlim=(0, 82))
        axes.set_yticks(range(len(CLASS_COLOURS)), list(CLASS_COLOURS))
        axes.tick_params(axis="y", length=0)
    panels[0].invert_yaxis()
    figure.legend(*panels[0].get_legend_handles_labels(), loc="outside lower center")
    return figure
