"""What oversampling, K-means undersampling and one-sided selection each add, for AE-Flow and SMOTE."""

from itertools import product

import matplotlib.pyplot as plt
import pandas as pd
from matplotlib.figure import Figure

from aeflow.evidence.methods import CLASSIFIERS, METHODS, PAPERS, TESTS
from aeflow.figures.dumbbells import over_seeds
from aeflow.figures.style import METHOD_COLOURS

PANELS = {"weighted_f1": "Weighted F1", "macro_f1": "Macro F1"}
# How each is drawn: name, colour, and height above the row's middle, in rows.
OVERSAMPLING = {
    "none": ("no oversampling", METHOD_COLOURS["raw"], 0.0),
    "smote": (f"with {METHODS['smote']}", METHOD_COLOURS["smote"], 0.14),
    "ae_flow": (f"with {METHODS['ae_flow']}", METHOD_COLOURS["ae_flow"], -0.14),
}


def ablation(scores: pd.DataFrame) -> Figure:
    """Draw data/evaluation/ablation.parquet: mean and standard deviation over seeds of all eight cells, Voting."""
    classifier = PAPERS[0]
    chosen = scores[scores["classifier"] == classifier]
    ddof = 1 if chosen["seed"].nunique() > 1 else 0
    rows = list(product((False, True), repeat=3))
    figure, panels = plt.subplots(1, len(PANELS), figsize=(10, 4.6), sharey=True)
    for axes, (score, title) in zip(panels, PANELS.items(), strict=True):
        cells = chosen.groupby(["oversampling", "kmeans", "oss"])[score]
        means, spreads = ((100 * of).to_dict() for of in (cells.mean(), cells.std(ddof=ddof)))
        for oversampling, (name, colour, above) in OVERSAMPLING.items():
            # Cells without oversampling are the same for both methods.
            at = [i for i, (oversampled, _, _) in enumerate(rows) if oversampled == (oversampling != "none")]
            found = [(oversampling, *rows[i][1:]) for i in at]
            axes.errorbar(
                [means[cell] for cell in found],
                [i + above for i in at],
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
    title = f"{CLASSIFIERS[classifier]} on {TESTS['test']}, {over_seeds(chosen)}"
    figure.suptitle(title, fontsize=11, x=0.01, ha="left")
    figure.legend(*panels[0].get_legend_handles_labels(), loc="outside lower center", ncols=3)
    return figure


def _name(oversampled: bool, kmeans: bool, oss: bool) -> str:
    steps = {"oversampling": oversampled, "K-means": kmeans, "OSS": oss}
    return " + ".join(step for step, done in steps.items() if done) or "none of the three"
