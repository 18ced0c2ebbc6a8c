"""Figs. 1 and 3: the autoencoder and the AE-Flow model, drawn from a trained model's layers."""

from collections.abc import Sequence

import matplotlib.pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import FancyBboxPatch, Polygon

from aeflow.figures.style import INK, METHOD_COLOURS, PALE
from aeflow.generators.header import Header

# A layer is drawn as a bar, 0.26 wide; the next one begins 0.62 further.
BAR, STEP = 0.26, 0.62
DATA, FEATURE, FLOW = "#9ecae1", "#fdae6b", METHOD_COLOURS["ae_flow"]


def autoencoder(model: Header) -> Figure:
    """Fig. 1: x -> E -> z -> D -> x', one bar for each layer, as high as it has units."""
    figure, axes = _canvas(width=9, height=3.8)
    _draw_autoencoder(axes, model, x=0.0, y=0.0)
    _fit(axes)
    return figure


def ae_flow(model: Header) -> Figure:
    """Fig. 3: the autoencoder, and the flow that maps z to h."""
    figure, axes = _canvas(width=9, height=5.6)
    z = _draw_autoencoder(axes, model, x=0.0, y=0.0)
    n_layers, coupling = model.architecture["coupling_layers"], model.architecture["coupling"]
    name = {"additive": "additive (NICE)", "affine": "affine (Real-NVP)"}[coupling]
    # The flow runs down from z: all its layers are alike, so three boxes stand for any number.
    labels = [f"{name} coupling 1", "...", f"{name} coupling {n_layers}"] if n_layers > 2 else [
        f"{name} coupling {i + 1}" for i in range(n_layers)
    ]
    top = -1.75
    for i, label in enumerate(labels):
        _box(axes, z, top - 0.5 * i, label)
    bottom = top - 0.5 * len(labels)
    axes.annotate("", (z, top + 0.2), (z, -0.62), arrowprops={"arrowstyle": "<->", "color": INK})
    axes.text(z + 0.12, -1.25, "F", style="italic", va="center")
    axes.annotate("", (z, bottom - 0.12), (z, bottom + 0.3), arrowprops={"arrowstyle": "<->", "color": INK})
    dim = model.architecture["latent_dim"]
    axes.text(z, bottom - 0.3, f"h ~ N(0, I), {dim} dimensions", ha="center", va="center", weight="bold")
    _fit(axes)
    return figure


def _canvas(width: float, height: float) -> tuple[Figure, Axes]:
    figure, axes = plt.subplots(figsize=(width, height))
    axes.set_axis_off()
    return figure, axes


def _fit(axes: Axes) -> None:
    axes.set_aspect("equal")
    axes.autoscale_view()
    axes.margins(0.03)


def _draw_autoencoder(axes: Axes, model: Header, x: float, y: float) -> float:
    """Draw from position x, y on; return where the bar of z is."""
    encoder, decoder = model.units("encoder"), model.units("decoder")
    end = _bars(axes, encoder, x, y, ["x\n{} features", *["{}"] * (len(encoder) - 2), "z\n{} dimensions"])
    # z is the encoder's last bar and the decoder's first, drawn once.
    _bars(axes, decoder[1:], end + STEP, y, [*["{}"] * (len(decoder) - 2), "x'\n{} features"], before=(end, encoder[-1]))
    height = 0.5 * _height(max(encoder)) + 0.35
    for title, left, right in (("Encoder E", x, end), ("Decoder D", end, end + STEP * (len(decoder) - 1))):
        axes.text((left + right) / 2, y + height, title, ha="center", weight="bold")
    return end


def _height(units: int) -> float:
    return 0.35 * units**0.45


def _bars(
    axes: Axes, units: Sequence[int], x: float, y: float, labels: Sequence[str], before: tuple[float, int] | None = None
) -> float:
    for i, (n, label) in enumerate(zip(units, labels, strict=True)):
        height = _height(n)
        colour = {"x": DATA, "z": FEATURE}.get(label[0], "#d9d9d9")
        axes.add_patch(FancyBboxPatch((x - BAR / 2, y - height / 2), BAR, height, boxstyle="round,pad=0,rounding_size=0.05", fc=colour, ec=INK, lw=0.9, zorder=2))
        if before is not None:
            left, h = before[0] + BAR / 2, _height(before[1])
            axes.add_patch(Polygon([(left, y - h / 2), (left, y + h / 2), (x - BAR / 2, y + height / 2), (x - BAR / 2, y - height / 2)], fc=PALE, ec="none", zorder=1))
        axes.text(x, y - height / 2 - 0.08, label.format(n), ha="center", va="top", fontsize=9)
        before = (x, n)
        x += STEP
    return x - STEP


def _box(axes: Axes, x: float, y: float, label: str) -> None:
    if label != "...":
        axes.add_patch(FancyBboxPatch((x - 1.25, y - 0.19), 2.5, 0.38, boxstyle="round,pad=0,rounding_size=0.06", fc="white", ec=FLOW, lw=1.4))
    axes.text(x, y, label, ha="center", va="center", fontsize=9)
