"""Critical-difference diagrams: mean ranks of the methods, and which of them are not clearly different."""

from collections.abc import Mapping, Sequence
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from nids.detect import CLASSIFIERS, MAIN, RULES
from nids.methods import METHODS
from nids.show.figures.style import INK, headline

PANELS = {"weighted_f1": "Weighted F1", "macro_f1": "Macro F1"}
LEVEL = 0.05


def ranks(statistics: Mapping[str, Any], test: str) -> Figure:
    """Draw metrics/evidence/statistics.json in the main configuration, as Demsar (JMLR 7, 2006, Fig. 1) does.

    A bar joins methods whose mean ranks differ by less than Nemenyi's critical difference; it joins
    all if Friedman's test finds no difference. Without tests there are ranks alone.
    """
    classifier, rule = MAIN
    figure, panels = plt.subplots(len(PANELS), 1, figsize=(10, 3.9 * len(PANELS)))
    for axes, (score, name) in zip(panels, PANELS.items(), strict=True):
        found = statistics["/".join(MAIN)][score]
        axes.set_title(f"{name}: {_test(found['friedman_p'])}", fontsize=10.5)
        _diagram(axes, found["ranks"], found["friedman_p"], found["critical_difference"])
    headline(figure, f"Mean rank over seeds, 1 is best: {CLASSIFIERS[classifier]}, {RULES[rule]}, {test}")
    return figure


def groups(in_order: Sequence[float], critical: float) -> list[tuple[int, int]]:
    """Return the first and last place of each largest run of ascending mean ranks that spans less than critical."""
    found: list[tuple[int, int]] = []
    for first, rank in enumerate(in_order):
        last = int(np.searchsorted(in_order, rank + critical)) - 1
        if last > first and (not found or last > found[-1][1]):
            found.append((first, last))
    return found


def _test(p: float | None) -> str:
    if p is None:
        return "too few seeds for a test"
    return f"Friedman's test p {'< 0.001' if p < 0.001 else f'= {p:.3f}'}; bars join those not clearly different"


def _diagram(axes: Axes, of_method: Mapping[str, float], p: float | None, critical: float | None) -> None:
    methods = sorted(of_method, key=lambda method: of_method[method])
    values = [of_method[method] for method in methods]
    n = len(methods)
    bars: list[tuple[int, int]] = []
    if p is not None and critical is not None:
        bars = groups(values, critical) if p < LEVEL else [(0, n - 1)]
        axes.plot([1, 1 + critical], [-1.3, -1.3], color=INK, lw=1.5, marker="|", markersize=8)
        axes.text(1 + critical / 2, -1.5, f"critical difference {critical:.2f}", ha="center", va="bottom", fontsize=9)

    axes.plot([1, n], [0, 0], color=INK, lw=1.2)
    for tick in range(1, n + 1):
        axes.plot([tick, tick], [0, -0.2], color=INK, lw=1.2)
        axes.text(tick, -0.28, str(tick), ha="center", va="bottom", fontsize=9)
    for i, (first, last) in enumerate(bars):
        axes.plot([values[first] - 0.06, values[last] + 0.06], [0.4 + 0.32 * i] * 2, color=INK, lw=4, alpha=0.85)
    below, left = 0.9 + 0.32 * len(bars), (n + 1) // 2
    for i, (method, rank) in enumerate(zip(methods, values, strict=True)):
        # The better half on the left, the best on top; the worst on top of the right.
        side, end, place = ("right", 0.7, i) if i < left else ("left", n + 0.3, n - 1 - i)
        height = below + 0.75 * place
        axes.plot([rank, rank, end], [0, height, height], color=METHODS[method].colour, lw=1.3)
        axes.plot(rank, 0, "o", color=METHODS[method].colour, markersize=6, zorder=3)
        text = f"{METHODS[method].name}  {rank:.1f}" if side == "right" else f"{rank:.1f}  {METHODS[method].name}"
        axes.text(end + (-0.1 if side == "right" else 0.1), height, text, ha=side, va="center", fontsize=9.5)
    axes.set(xlim=(-1.7, n + 2.7), ylim=(below + 0.75 * left - 0.2, -0.9 if critical is None else -2.1))
    axes.set_axis_off()
