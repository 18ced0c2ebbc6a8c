"""Experiments as parallel coordinates, and the objective's response to each setting."""

from collections.abc import Sequence
from dataclasses import dataclass

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.artist import Artist
from matplotlib.figure import Figure

from nids.methods import METHODS, STUDIED
from nids.show.figures.style import INK
from tools.experiment import short
from tools.results import OBJECTIVE

# What each metric is called on its axis, and in full.
NAMES = {
    OBJECTIVE: ("macro recall", "Macro recall on held-out attack types, in percent"),
    "F1": ("weighted F1", "Weighted F1 of Voting on the test set, in percent"),
}
BEST = METHODS[STUDIED].colour
# Numbers stand evenly if there are no more of them, else where they are; on a logarithmic scale
# if the largest is so many times the smallest.
FEW, WIDE = 8, 30
SPREAD = 0.05


@dataclass(frozen=True)
class Axis:
    """positions: of the experiments. ticks: where, and the text. few: whether each value has a tick."""

    positions: np.ndarray
    ticks: dict[float, str]
    few: bool

    def share(self, position: np.ndarray | float) -> np.ndarray | float:
        """Return how far along the axis a position is, from 0 to 1."""
        low, high = self.positions.min(), self.positions.max()
        return (position - low) / (high - low) if high > low else position - low + 0.5


def axis(column: pd.Series) -> Axis:
    """Return where the values of a setting stand."""
    distinct = sorted(column.unique(), key=lambda value: (isinstance(value, str), value))
    if len(distinct) <= FEW or not pd.api.types.is_numeric_dtype(column):
        positions = column.map(distinct.index).to_numpy(dtype=float)
        return Axis(positions, {i: short(value) for i, value in enumerate(distinct)}, few=True)
    numbers = column.to_numpy(dtype=float)
    if numbers.min() > 0 and numbers.max() > WIDE * numbers.min():
        positions = np.log10(numbers)
        return Axis(positions, {tick: f"{10**tick:.2g}" for tick in _evenly(positions)}, few=False)
    return Axis(numbers, {tick: f"{tick:.3g}" for tick in _evenly(numbers)}, few=False)


def parallel_coordinates(frame: pd.DataFrame, keys: Sequence[str], metric: str = OBJECTIVE) -> Figure:
    """Draw each experiment of ``frame``, best first, as a line through its settings to its metric, the best in red."""
    name, title = NAMES[metric]
    values = 100 * frame[metric].to_numpy(dtype=float)
    objective = Axis(values, {tick: f"{tick:.1f}" for tick in _evenly(values)}, few=False)
    axes_of = [*(axis(frame[key]) for key in keys), objective]
    # Lines through the same place lie side by side, in the order of their objectives.
    beside = SPREAD * np.linspace(1, -1, len(frame)) if len(frame) > 1 else np.zeros(1)
    heights = np.array([one.share(one.positions) + one.few * beside for one in axes_of])
    colours = plt.get_cmap("viridis")(0.1 + 0.85 * np.asarray(objective.share(values)))

    figure, axes = plt.subplots(figsize=(max(8.0, 2.6 * len(axes_of)), 4.6))
    # frame is sorted: the best is drawn last.
    for row in reversed(range(len(frame))):
        line = {"color": BEST, "lw": 2.6} if row == 0 else {"color": colours[row], "lw": 1.5, "alpha": 0.85}
        axes.plot(range(len(axes_of)), heights[:, row], zorder=2 + (row == 0), **line)
    box = {"facecolor": "white", "edgecolor": "none", "alpha": 0.9, "pad": 1}
    for i, one in enumerate(axes_of):
        axes.axvline(i, color=INK, lw=1, zorder=1)
        offset, side = (0.05, "left") if one is objective else (-0.04, "right")
        for tick, text in one.ticks.items():
            axes.text(i + offset, float(one.share(tick)), text, ha=side, va="center", bbox=box, zorder=5)
    axes.set_xticks(range(len(axes_of)), [*keys, name])
    axes.tick_params(axis="x", length=0, pad=8)
    axes.tick_params(axis="y", left=False, labelleft=False)
    axes.spines[["left", "bottom"]].set_visible(False)
    axes.grid(visible=False)
    axes.set(xlim=(-0.35, len(keys) + 0.35), ylim=(-0.1, 1.1))
    figure.suptitle(f"{title}; red: the best, {frame['experiment'][0]}", fontsize=11, x=0.01, ha="left")
    return figure


def response(frame: pd.DataFrame, keys: Sequence[str]) -> Figure:
    """Draw for each setting the objective of every experiment, and its mean at each value."""
    values = 100 * frame[OBJECTIVE].astype(float)
    size = (max(8.0, 3.4 * len(keys)), 3.8)
    figure, panels = plt.subplots(1, len(keys), figsize=size, sharey=True, squeeze=False)
    legend: dict[str, Artist] = {}
    for axes, key in zip(panels[0], keys, strict=True):
        one = axis(frame[key])
        axes.plot(one.positions, values, "o", color="#9a9a9a", alpha=0.7, markersize=5, label="an experiment")
        axes.plot(one.positions[0], values[0], "o", color=BEST, markersize=7, label="the best")
        if one.few:
            mean = values.groupby(one.positions).mean()
            axes.plot(mean.index, mean, color=INK, lw=1.8, marker="_", markersize=14, label="mean")
        axes.set_xticks(list(one.ticks), list(one.ticks.values()))
        axes.set(xlabel=key)
        axes.grid(axis="y")
        axes.margins(x=0.15)
        legend |= {label: handle for handle, label in zip(*axes.get_legend_handles_labels(), strict=True)}
    figure.suptitle(NAMES[OBJECTIVE][1], fontsize=11, x=0.01, ha="left")
    figure.legend(list(legend.values()), list(legend), loc="outside lower center", ncols=len(legend))
    return figure


def _evenly(numbers: np.ndarray) -> np.ndarray:
    return np.unique(np.linspace(numbers.min(), numbers.max(), 5))
