"""Figs. 1 and 3: the autoencoder and the AE-Flow model, drawn from a trained model's layers."""

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

import matplotlib.pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import FancyBboxPatch, Polygon

from nids.methods import METHODS, STUDIED
from nids.show.figures.style import INK, PALE

# A layer is drawn as a bar of this width; the next one begins STEP further.
BAR, STEP = 0.26, 0.75
DATA, FEATURE, HIDDEN, FLOW = "#9ecae1", "#fdae6b", "#d9d9d9", METHODS[STUDIED].colour
COUPLINGS = {"additive": "additive coupling (NICE)", "affine": "affine coupling (Real-NVP)"}


def autoencoder(model: Mapping[str, Any]) -> Figure:
    """Fig. 1: x -> E -> z -> D -> x', one bar for each layer, the higher the more units it has."""
    figure, axes = plt.subplots(figsize=(7, 4.2))
    _draw_autoencoder(axes, model)
    _finish(axes)
    return figure


def ae_flow(model: Mapping[str, Any]) -> Figure:
    """Fig. 3: the autoencoder, and the flow that maps z to h."""
    figure, axes = plt.subplots(figsize=(7, 6.8))
    z = _draw_autoencoder(axes, model)
    n_layers, coupling = model["coupling_layers"], COUPLINGS[model["coupling"]]
    # All couplings are alike: the first and the last stand for any number of them.
    labels = [f"{i}: {coupling}" for i in range(1, n_layers + 1)]
    labels = labels if n_layers <= 3 else [labels[0], "...", labels[-1]]
    top = -0.5 * _height(max(model["encoder"])) - 0.75
    for i, label in enumerate(labels):
        _box(axes, z, top - 0.45 * i, label)
    bottom = top - 0.45 * (len(labels) - 1)
    arrow = {"arrowstyle": "<->", "color": FLOW, "lw": 1.4}
    axes.annotate("", (z, top + 0.19), (z, -0.5 * _height(model["encoder"][-1])), arrowprops=arrow)
    axes.text(z + 1.65, (top + bottom) / 2, "Flow F", ha="left", va="center", weight="bold", color=FLOW)
    axes.annotate("", (z, bottom - 0.55), (z, bottom - 0.19), arrowprops=arrow)
    dimensions = f"h ~ N(0, I)\n{model['encoder'][-1]} dimensions"
    axes.text(z, bottom - 0.6, dimensions, ha="center", va="top", fontsize=9)
    axes.update_datalim([(z, bottom - 0.8)])
    _finish(axes)
    return figure


def _finish(axes: Axes) -> None:
    axes.set_axis_off()
    # Texts do not count when axes find their limits: leave them room.
    axes.margins(x=0.06, y=0.1)
    axes.set_aspect("equal")
    axes.autoscale_view()


def _height(units: int) -> float:
    # Grows slower than the units, so that 16 and 64 are both easy to see.
    return 0.35 * units**0.45


def _draw_autoencoder(axes: Axes, model: Mapping[str, Any]) -> float:
    """Draw the layers along y = 0; return the x of z."""
    encoder, decoder = model["encoder"], model["decoder"]
    # z is the last layer of the encoder and the first of the decoder, and drawn once.
    units = [*encoder, *decoder[1:]]
    z = len(encoder) - 1
    named = {0: (f"x\n{units[0]} {model['input']}", DATA), len(units) - 1: (f"x'\n{units[-1]} {model['input']}", DATA)}
    for i, n in enumerate(units):
        label, colour = named.get(i, (str(n), HIDDEN))
        if i == z:
            # Above its neighbours, which it would touch beside them.
            top = _height(max(units[i - 1 : i + 2])) / 2 + 0.08
            axes.text(STEP * i, top, f"z\n{n} dimensions", ha="center", va="bottom", fontsize=9)
            label, colour = "", FEATURE
        _bar(axes, STEP * i, _height(n), colour)
        axes.text(STEP * i, -_height(n) / 2 - 0.08, label, ha="center", va="top", fontsize=9)
    _link(axes, [_height(n) for n in units])
    for title, left, right in (("Encoder E", 0, z), ("Decoder D", z, len(units) - 1)):
        height = _height(max(units)) / 2 + 0.2
        axes.text(STEP * (left + right) / 2, height, title, ha="center", va="bottom", weight="bold")
    return STEP * z


def _bar(axes: Axes, x: float, height: float, colour: str) -> None:
    style = "round,pad=0,rounding_size=0.05"
    corner = (x - BAR / 2, -height / 2)
    axes.add_patch(FancyBboxPatch(corner, BAR, height, boxstyle=style, fc=colour, ec=INK, lw=0.9, zorder=2))


def _link(axes: Axes, heights: Sequence[float]) -> None:
    """Shade the space between neighbouring bars: each layer is connected to the whole next one."""
    for i, (a, b) in enumerate(pairwise(heights)):
        left, right = STEP * i + BAR / 2, STEP * (i + 1) - BAR / 2
        corners = [(left, -a / 2), (left, a / 2), (right, b / 2), (right, -b / 2)]
        axes.add_patch(Polygon(corners, fc=PALE, ec="none", zorder=1))


def _box(axes: Axes, x: float, y: float, label: str) -> None:
    if label != "...":
        style = "round,pad=0,rounding_size=0.06"
        axes.add_patch(FancyBboxPatch((x - 1.5, y - 0.17), 3, 0.34, boxstyle=style, fc="white", ec=FLOW, lw=1.4))
    axes.text(x, y, label, ha="center", va="center", fontsize=9)
