"""Recall of each attack type, those that training lacks apart, and httptunnel by itself."""

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from aeflow.evidence.methods import CLASSIFIERS, MAIN, METHODS, RULES, TESTS
from aeflow.figures.style import CLASS_COLOURS, INK

# Two thirds of the U2R rows of KDDTest+.
ALONE = "httptunnel"


def attacks(found: pd.DataFrame) -> Figure:
    """Draw data/evaluation/attacks.parquet in the main configuration: mean over seeds, percent of the type's rows."""
    classifier, rule = MAIN
    chosen = found[(found["classifier"] == classifier) & (found["rule"] == rule) & (found["class"] != "Normal")]
    recall = 100 * (chosen["found"] / chosen["rows"]).groupby([chosen["attack"], chosen["method"]]).mean().unstack()
    types = chosen.drop_duplicates("attack").set_index("attack").sort_index()
    rows, alone = types["rows"], types.index == ALONE
    parts = {
        "Types that occur in training": types[types["seen"] & ~alone],
        "Types that training lacks": types[~types["seen"] & ~alone],
        f"{ALONE} by itself: {rows[alone].sum():,} of {rows[types['class'] == 'U2R'].sum():,} U2R rows, "
        + ("occurs in training" if types["seen"][alone].any() else "training lacks it"): types[alone],
    }
    parts = {title: part for title, part in parts.items() if len(part)}
    figure, panels = plt.subplots(
        len(parts),
        1,
        figsize=(9.5, 0.27 * len(types) + 0.45 * len(parts) + 1.6),
        height_ratios=[len(part) for part in parts.values()],
        squeeze=False,
    )
    for axes, (title, part) in zip(panels[:, 0], parts.items(), strict=True):
        in_order = pd.concat([part[part["class"] == name] for name in CLASS_COLOURS])
        _heat_map(axes, recall.loc[in_order.index, list(METHODS)].to_numpy())
        _name_rows(axes, in_order)
        axes.set_title(title, fontsize=10, y=1)  # y: not above the names of the methods
        axes.set_xticks([])
    names = panels[0, 0].secondary_xaxis("top")
    names.set_xticks(range(len(METHODS)), list(METHODS.values()), rotation=40, ha="left", fontsize=9)
    names.tick_params(length=0, pad=20)
    names.spines[:].set_visible(False)
    seeds = chosen["seed"].nunique()
    title = (
        f"Recall on {TESTS['test']} of each attack type (its rows), percent: {CLASSIFIERS[classifier]}, {RULES[rule]}, "
        + ("one seed" if seeds == 1 else f"mean of {seeds} seeds")
    )
    figure.suptitle(title, fontsize=11, x=0.01, ha="left")
    return figure


def _heat_map(axes: Axes, percent: np.ndarray) -> None:
    axes.imshow(percent, cmap="Blues", vmin=0, vmax=100, aspect="auto")
    for (i, j), value in np.ndenumerate(percent):
        colour = "white" if value > 60 else INK
        axes.text(j, i, f"{value:.0f}", ha="center", va="center", color=colour, fontsize=8.5)


def _name_rows(axes: Axes, types: pd.DataFrame) -> None:
    axes.set_yticks(range(len(types)), [f"{attack} ({n:,})" for attack, n in types["rows"].items()], fontsize=9)
    axes.tick_params(length=0)
    axes.grid(visible=False)
    axes.spines[:].set_visible(False)
    for name, colour in CLASS_COLOURS.items():
        at = np.flatnonzero(types["class"] == name)
        if not len(at):
            continue
        # Beside the cells: x is in widths of the axes, y in rows.
        axes.plot(
            [1.012] * 2,
            [at[0] - 0.42, at[-1] + 0.42],
            color=colour,
            lw=4,
            clip_on=False,
            transform=axes.get_yaxis_transform(),
            solid_capstyle="butt",
        )
        axes.text(
            1.026, at.mean(), name, color=colour, weight="bold", va="center", transform=axes.get_yaxis_transform()
        )
        if at[0]:
            axes.axhline(at[0] - 0.5, color="white", lw=4)
