"""Label codes against one-hot categories, with the same classifier and training sets."""

import matplotlib.pyplot as plt
import pandas as pd
from matplotlib.figure import Figure

from nids.show.figures.dumbbells import dumbbells, finish

PANELS = {"weighted_f1": "Weighted F1", "macro_f1": "Macro F1"}
NAMES = {"xgb": "label codes", "xgb_onehot": "one-hot"}


def encoding(scores: pd.DataFrame, test: str) -> Figure:
    """Draw data/scores/scores.parquet on the test set of title ``test``: mean and standard deviation over seeds."""
    chosen = scores[(scores["test"] == "test") & (scores["rule"] == "argmax")]
    figure, panels = plt.subplots(1, len(PANELS), figsize=(10, 5), sharey=True)
    for axes, (score, title) in zip(panels, PANELS.items(), strict=True):
        dumbbells(axes, {name: chosen[chosen["classifier"] == name] for name in NAMES}, score, NAMES)
        axes.set(title=title)
    finish(figure, panels[0], "XGBoost, arg max, with label codes and one-hot", test, scores)
    return figure
