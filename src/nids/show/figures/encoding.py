"""Label codes against one-hot categories, with the same classifier and training sets."""

import pandas as pd
from matplotlib.figure import Figure

from nids.show.figures.dumbbells import two_classifiers

NAMES = {"xgb": "label codes", "xgb_onehot": "one-hot"}


def encoding(scores: pd.DataFrame, test: str) -> Figure:
    """Draw data/scores/scores.parquet on the test set of title ``test``: mean and standard deviation over seeds."""
    return two_classifiers(scores, NAMES, "argmax", "XGBoost, arg max, with label codes and one-hot", test)
