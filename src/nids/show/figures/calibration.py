"""Reliability curves: how often the predicted class is right, against the probability given to it."""

import matplotlib.pyplot as plt
import pandas as pd
from matplotlib.figure import Figure

from nids.detect import CLASSIFIERS, MAIN, PAPERS
from nids.methods import METHODS, STUDIED
from nids.show.figures.style import INK, headline

DRAWN = ("raw", "class_weight", "smote", STUDIED)
PANELS = (MAIN[0], PAPERS[0])


def calibration(curves: pd.DataFrame, scores: pd.DataFrame, test: str, n_classes: int) -> Figure:
    """Draw data/scores/calibration.parquet, with the mean Brier score of data/scores/scores.parquet.

    The rows of all seeds are taken together; a point's area is its bin's share of them.
    """
    least = 100 / n_classes  # of the largest probability
    figure, panels = plt.subplots(1, len(PANELS), figsize=(10, 5.2), sharey=True, sharex=True)
    of_test = scores[(scores["test"] == "test") & (scores["rule"] == "argmax")]
    brier = of_test.groupby(["classifier", "method"])["brier"].mean()
    for axes, classifier in zip(panels, PANELS, strict=True):
        axes.plot([0, 100], [0, 100], "--", color=INK, lw=1, zorder=0)
        for method in DRAWN:
            of_method = curves[(curves["classifier"] == classifier) & (curves["method"] == method)]
            of_method = of_method[of_method["rows"] > 0]
            rows = of_method.groupby("bin")["rows"].sum()
            x, y = (
                100 * (of_method[value] * of_method["rows"]).groupby(of_method["bin"]).sum() / rows
                for value in ("confidence", "accuracy")
            )
            colour, label = METHODS[method].colour, f"{METHODS[method].name} (Brier {brier[classifier, method]:.3f})"
            axes.plot(x, y, "-", color=colour, lw=1.2)
            axes.scatter(x, y, s=8 + 250 * rows / rows.sum(), color=colour, alpha=0.75, linewidths=0)
            axes.plot([], [], "o-", color=colour, label=label)
        axes.set(title=CLASSIFIERS[classifier], xlabel="largest probability, percent")
        axes.set(xlim=(least - 5, 102), ylim=(-3, 103))
        axes.grid(axis="both")
        axes.legend(loc="upper center", bbox_to_anchor=(0.5, -0.13), ncols=2, fontsize=9)
    panels[0].set_ylabel("rows classified rightly, percent")
    headline(figure, f"{test}: a point's area is its share of the rows, the dashed line perfect calibration")
    return figure
