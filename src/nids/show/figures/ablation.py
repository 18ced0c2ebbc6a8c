"""What oversampling, K-means undersampling and one-sided selection each add, for AE-Flow and SMOTE."""

from itertools import product

import matplotlib.pyplot as plt
import pandas as pd
from matplotlib.figure import Figure

from nids.detect import CLASSIFIERS, PAPERS
from nids.methods import METHODS
from nids.show.figures.dumbbells import over_seeds
from nids.show.figures.style import headline, legend_below

PANELS = {"weighted_f1": "Weighted F1", "macro_f1": "Macro F1"}
# Between the points of two methods in a row, in rows.
APART = 0.28


def ablation(scores: pd.DataFrame, test: str) -> Figure:
    """Draw data/scores/ablation.parquet: mean and standard deviation over seeds of all its cells, Voting.

    test: the title of the test set. Cells without oversampling are drawn once, as they are the same for each method.
    """
    classifier = PAPERS[0]
    chosen = scores[scores["classifier"] == classifier]
    ddof = 1 if chosen["seed"].nunique() > 1 else 0
    rows = list(product((False, True), repeat=3))
    figure, panels = plt.subplots(1, len(PANELS), figsize=(10, 4.6), sharey=True)
    for axes, (score, title) in zip(panels, PANELS.items(), strict=True):
        cells = chosen.groupby(["oversampling", "kmeans", "oss"])[score]
        means, spreads = ((100 * of).to_dict() for of in (cells.mean(), cells.std(ddof=ddof)))
        for oversampling, (name, colour, below) in _drawn(chosen).items():
            at = [i for i, (oversampled, _, _) in enumerate(rows) if oversampled == (oversampling != "none")]
            found = [(oversampling, *rows[i][1:]) for i in at]
            axes.errorbar(
                [means[cell] for cell in found],
                [i + below for i in at],
                xerr=[spreads[cell] for cell in found],
                fmt="o",
                color=colour,
                markersize=7,
                elinewidth=1.2,
                capsize=2.5,
                label=name,
            )
        axes.axhline(3.5, color="#c9c9c9", lw=0.8)
        axes.set(title=title, xlabel="percent")
        axes.set_yticks(range(len(rows)), [_name(*row) for row in rows])
        axes.tick_params(axis="y", length=0)
        axes.margins(x=0.1, y=0.06)
    panels[0].invert_yaxis()
    headline(figure, f"{CLASSIFIERS[classifier]} on {test}, {over_seeds(chosen)}")
    legend_below(figure, panels[0], columns=3)
    return figure


def _drawn(scores: pd.DataFrame) -> dict[str, tuple[str, str, float]]:
    """Return the name, the colour and the place below a row's middle of no oversampling and of each method."""
    methods = [method for method in METHODS if method in set(scores["oversampling"])]
    return {
        "none": ("no oversampling", METHODS["raw"].colour, 0.0),
        **{
            method: (f"with {METHODS[method].name}", METHODS[method].colour, APART * (i - (len(methods) - 1) / 2))
            for i, method in enumerate(methods)
        },
    }


def _name(oversampled: bool, kmeans: bool, oss: bool) -> str:
    steps = {"oversampling": oversampled, "K-means": kmeans, "OSS": oss}
    return " + ".join(step for step, done in steps.items() if done) or "none of the three"
