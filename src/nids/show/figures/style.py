"""Colours that mean the same throughout, and figures as PNG."""

import io
from collections.abc import Sequence
from itertools import cycle
from pathlib import Path

import matplotlib
import matplotlib.style
from matplotlib.axes import Axes
from matplotlib.figure import Figure

matplotlib.use("agg")
matplotlib.style.use(Path(__file__).with_name("nids.mplstyle"))

# Okabe and Ito's palette, which colour-blind readers can tell apart, and further ones, none too pale for text.
PALETTE = (
    "#009e73",
    "#d55e00",
    "#e69f00",
    "#0072b2",
    "#cc79a7",
    "#56b4e9",
    "#8c510a",
    "#332288",
    "#999933",
    "#882255",
    "#7f7f7f",
    "#000000",
)
# How the paper's value is marked beside ours.
PAPER = {
    "marker": "D",
    "markerfacecolor": "white",
    "markeredgecolor": "black",
    "linestyle": "none",
    "markersize": 5,
    "zorder": 3,
    "clip_on": False,
}
INK, PALE = "#333333", "#f2f2f2"


def class_colours(classes: Sequence[str]) -> dict[str, str]:
    """Return the colour of each class by its place; past the palette's end it begins again."""
    return dict(zip(classes, cycle(PALETTE), strict=False))


def headline(figure: Figure, text: str) -> None:
    """Put a title above all panels, on more than one line where it is wider than the figure."""
    figure.suptitle(text, fontsize=11, x=0.01, ha="left", wrap=True)


def legend_below(figure: Figure, axes: Axes, columns: int = 1) -> None:
    """Put what ``axes`` has labelled below all panels, if it has labelled anything."""
    marks, labels = axes.get_legend_handles_labels()
    if labels:
        figure.legend(marks, labels, loc="outside lower center", ncols=columns)


def to_png(figure: Figure) -> bytes:
    """Return the figure as PNG, without the metadata that would vary between machines."""
    target = io.BytesIO()
    figure.savefig(target, format="png", metadata={"Software": None})
    return target.getvalue()
