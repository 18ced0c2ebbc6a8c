"""Fig. 4: the share of each class in the raw and in the balanced training set."""

from collections.abc import Mapping, Sequence

import matplotlib.pyplot as plt
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from nids.methods import METHODS, STUDIED
from nids.show.figures.style import PAPER, class_colours, legend_below

TITLES = {"raw": "(a) Raw training set", "balanced": f"(b) Balanced with {METHODS[STUDIED].name}"}
Rows = Mapping[str, Mapping[str, float]]


def shares(ours: Rows, classes: Sequence[str], paper: Rows | None) -> Figure:
    """Draw the sets ``raw`` and ``balanced``, each given as rows by class; paper: the same as printed, or None."""
    # Long names beside the panels leave these as wide as short ones do.
    width = 10 + 0.09 * max(0, max(map(len, classes)) - 8)
    figure, panels = plt.subplots(1, 2, figsize=(width, 1.4 + 0.44 * len(classes)), sharey=True, sharex=True)
    percent, printed = _percent(ours, classes), {} if paper is None else _percent(paper, classes)
    longest = max(share for found in (percent, printed) for of in found.values() for share in of.values())
    for axes, (name, title) in zip(panels, TITLES.items(), strict=True):
        for i, (row, colour) in enumerate(class_colours(classes).items()):
            share = furthest = percent[name][row]
            axes.barh(i, share, color=colour, height=0.62)
            if printed:
                axes.plot(printed[name][row], i, **PAPER, label="paper (Table 2)" if i == 0 else None)
                furthest = max(share, printed[name][row])
            label = f"{share:.2f} %  ({ours[name][row]:,.0f} rows)"
            axes.text(furthest + 0.03 * longest, i, label, va="center", fontsize=9)
        # Beyond the longest bar there is room for its label.
        end = 1.7 * longest
        axes.set_xticks(MaxNLocator(5).tick_values(0, min(end, 100)))
        axes.set(title=title, xlabel="share of rows, %", xlim=(0, end))
        axes.set_yticks(range(len(classes)), classes)
        axes.tick_params(axis="y", length=0, pad=8)  # clear of a mark at 0
        axes.margins(y=0.05 * min(1, 5 / len(classes)))
    panels[0].invert_yaxis()
    legend_below(figure, panels[0])
    return figure


def _percent(rows: Rows, classes: Sequence[str]) -> dict[str, dict[str, float]]:
    """Return the share of each class in each set."""
    return {
        name: {row: 100 * rows[name][row] / sum(rows[name][of] for of in classes) for row in classes} for name in TITLES
    }
