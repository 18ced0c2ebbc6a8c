"""Colours that mean the same throughout, and figures as PNG."""

import io
from pathlib import Path

import matplotlib
import matplotlib.style
from matplotlib.figure import Figure

matplotlib.use("agg")
matplotlib.style.use(Path(__file__).with_name("aeflow.mplstyle"))

# Okabe and Ito's palette, which colour-blind readers can tell apart.
CLASS_COLOURS = {"Normal": "#009e73", "Dos": "#d55e00", "Probe": "#e69f00", "R2L": "#0072b2", "U2R": "#cc79a7"}
METHOD_COLOURS = {
    "raw": "#7f7f7f",
    "class_weight": "#333333",
    "random": "#009e73",
    "smote": "#56b4e9",
    "smotenc": "#2a7fb8",
    "adasyn": "#7fbf7b",
    "borderline_smote": "#9fb6e0",
    "vae": "#b8860b",
    "cgan": "#6a51a3",
    "ae_flow_paper": "#e59866",
    "ae_flow": "#c0392b",
}
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


def to_png(figure: Figure) -> bytes:
    """Return the figure as PNG, without the metadata that would vary between machines."""
    target = io.BytesIO()
    figure.savefig(target, format="png", metadata={"Software": None})
    return target.getvalue()
