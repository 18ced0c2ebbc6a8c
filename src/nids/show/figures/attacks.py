"""Recall of each attack type, those that training lacks apart, and one by itself."""

from collections.abc import Mapping, Sequence

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from nids.detect import CLASSIFIERS, DETECTOR, MAIN, RULES
from nids.methods import METHODS
from nids.show.figures.style import INK, class_colours, headline


def attacks(found: pd.DataFrame, test: str, classes: Sequence[str], normal: str, alone: str | None) -> Figure:
    """Draw data/scores/attacks.parquet in the main configuration: mean over seeds, percent of the type's rows.

    test: the title of the test set; classes: in the order of the rows, ``normal``, which is left out, among them;
    alone: a type to show by itself, or None.
    """
    classifier, rule = MAIN
    chosen = found[(found["classifier"] == classifier) & (found["rule"] == rule) & (found["class"] != normal)]
    names = {key: of.name for key, of in METHODS.items()}
    what = f"Recall of each attack type (its rows) on {test}, percent"
    return _draw(chosen, names, classes, alone, f"{what}\n{CLASSIFIERS[classifier]}, {RULES[rule]}")


def alarms(found: pd.DataFrame, test: str, classes: Sequence[str], alone: str | None) -> Figure:
    """Draw data/scores/alarms.parquet: what share of each type is taken for an attack, of whatever class; as above."""
    classifier, rule = MAIN
    names = {DETECTOR: "Detector", **{key: of.name for key, of in METHODS.items()}}
    what = f"Rows of each attack type (its rows) on {test} that raise an alarm, of whatever class, percent"
    return _draw(
        found,
        names,
        classes,
        alone,
        f"{what}\nAE-Flow's density as a detector; {CLASSIFIERS[classifier]}, {RULES[rule]}",
    )


def _draw(
    chosen: pd.DataFrame, names: Mapping[str, str], classes: Sequence[str], alone: str | None, title: str
) -> Figure:
    recall = 100 * (chosen["found"] / chosen["rows"]).groupby([chosen["attack"], chosen["method"]]).mean().unstack()
    # A class that is a type has the name of its row.
    colours = {} if (chosen["attack"] == chosen["class"]).all() else class_colours(classes)
    parts = _parts(chosen.drop_duplicates("attack").set_index("attack").sort_index(), alone)
    n_types = sum(len(part) for part in parts.values())
    figure, panels = plt.subplots(
        len(parts),
        1,
        figsize=(10.5, 0.27 * n_types + 0.45 * len(parts) + 1.8),
        height_ratios=[len(part) for part in parts.values()],
        squeeze=False,
    )
    for axes, (of_part, part) in zip(panels[:, 0], parts.items(), strict=True):
        in_order = pd.concat([part[part["class"] == name] for name in classes])
        _heat_map(axes, recall.loc[in_order.index, list(names)].to_numpy())
        _name_rows(axes, in_order, colours)
        axes.set_title(of_part, fontsize=10, y=1)  # y: not above the names of the methods
        axes.set_xticks([])
    above = panels[0, 0].secondary_xaxis("top")
    above.set_xticks(range(len(names)), list(names.values()), rotation=40, ha="left", fontsize=9)
    above.tick_params(length=0, pad=20)
    above.spines[:].set_visible(False)
    seeds = chosen["seed"].nunique()
    over = "one seed" if seeds == 1 else f"mean of {seeds} seeds"
    headline(figure, f"{title}, {over}")
    return figure


def _parts(types: pd.DataFrame, alone: str | None) -> dict[str, pd.DataFrame]:
    """Return the types, in rows named after them, by the title of their panel."""
    by_itself = types.index == alone
    parts = {
        "Types that occur in training": types[types["seen"] & ~by_itself],
        "Types that training lacks": types[~types["seen"] & ~by_itself],
    }
    if by_itself.any():
        n, name, seen = types.loc[by_itself, ["rows", "class", "seen"]].iloc[0]
        of_class = types["rows"][types["class"] == name].sum()
        where = "occurs in training" if seen else "training lacks it"
        parts[f"{alone} by itself: {n:,} of {of_class:,} {name} rows, {where}"] = types[by_itself]
    return {title: part for title, part in parts.items() if len(part)}


def _heat_map(axes: Axes, percent: np.ndarray) -> None:
    axes.imshow(percent, cmap="Blues", vmin=0, vmax=100, aspect="auto")
    for (i, j), value in np.ndenumerate(percent):
        colour = "white" if value > 60 else INK
        axes.text(j, i, f"{value:.0f}", ha="center", va="center", color=colour, fontsize=8.5)


def _name_rows(axes: Axes, types: pd.DataFrame, colours: Mapping[str, str]) -> None:
    axes.set_yticks(range(len(types)), [f"{attack} ({n:,})" for attack, n in types["rows"].items()], fontsize=9)
    axes.tick_params(length=0)
    axes.grid(visible=False)
    axes.spines[:].set_visible(False)
    for name, colour in colours.items():
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
