"""Two means for each method on one line, with their standard deviations over seeds."""

from collections.abc import Mapping

import matplotlib.pyplot as plt
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from nids.methods import METHODS
from nids.show.figures.style import INK, headline, legend_below

PANELS = {"weighted_f1": "Weighted F1", "macro_f1": "Macro F1"}


def dumbbells(axes: Axes, ends: Mapping[str, pd.DataFrame], score: str, names: Mapping[str, str]) -> None:
    """Draw for each method a hollow and a filled point, at the mean of its seeds' scores in percent.

    ends: two frames with columns method, seed and ``score`` (fractions), the hollow one first;
    names: what they are called in the legend. The bars are standard deviations over the seeds.
    """
    middles, spreads = {}, {}
    for key, frame in ends.items():
        of_method = 100 * frame.set_index("method")[score]
        middles[key] = of_method.groupby(level=0).mean()
        spreads[key] = of_method.groupby(level=0).std(ddof=1 if frame["seed"].nunique() > 1 else 0)
    for i, (method, row) in enumerate(METHODS.items()):
        axes.plot([of[method] for of in middles.values()], [i, i], color="#c9c9c9", lw=2.5, zorder=1)
        for key, face in zip(ends, ("white", row.colour), strict=True):
            axes.errorbar(
                middles[key][method],
                i,
                xerr=spreads[key][method],
                fmt="o",
                color=row.colour,
                markerfacecolor=face,
                markersize=7,
                elinewidth=1.2,
                capsize=2.5,
            )
    for key, face in zip(ends, ("white", INK), strict=True):
        axes.plot([], [], "o", color=INK, markerfacecolor=face, markersize=7, label=names[key])
    axes.set_yticks(range(len(METHODS)), [row.name for row in METHODS.values()])
    axes.tick_params(axis="y", length=0)
    axes.set(xlabel="percent")
    axes.margins(x=0.1, y=0.06)


def two_classifiers(scores: pd.DataFrame, names: Mapping[str, str], rule: str, title: str, test: str) -> Figure:
    """Draw weighted and macro F1 with two classifiers of data/scores/scores.parquet: ``{classifier: its name}``."""
    chosen = scores[(scores["test"] == "test") & (scores["rule"] == rule)]
    figure, panels = plt.subplots(1, len(PANELS), figsize=(10, 5.4), sharey=True)
    for axes, (score, of_score) in zip(panels, PANELS.items(), strict=True):
        dumbbells(axes, {name: chosen[chosen["classifier"] == name] for name in names}, score, names)
        axes.set(title=of_score)
    finish(figure, panels[0], title, test, scores)
    return figure


def finish(figure: Figure, first: Axes, title: str, test: str, scores: pd.DataFrame) -> None:
    """Add title and legend, and put the first method on top; ``test`` is the title of the test set."""
    first.invert_yaxis()
    headline(figure, f"{title}: {test}, {over_seeds(scores)}")
    legend_below(figure, first, columns=2)


def over_seeds(frame: pd.DataFrame) -> str:
    """Return what points and bars are."""
    n = frame["seed"].nunique()
    return "one seed" if n == 1 else f"mean and standard deviation of {n} seeds"
