"""The same classifier and training sets without and with AE-Flow's density as two more features."""

import pandas as pd
from matplotlib.figure import Figure

from nids.detect import MAIN, RULES, WITH_DENSITY
from nids.show.figures.dumbbells import two_classifiers

NAMES = {WITH_DENSITY[MAIN[0]]: "without the density", MAIN[0]: "with the density"}


def density(scores: pd.DataFrame, test: str) -> Figure:
    """Draw data/scores/scores.parquet on the test set of title ``test``: mean and standard deviation over seeds."""
    title = f"XGBoost one-hot with the {RULES[MAIN[1]]}, without and with AE-Flow's density"
    return two_classifiers(scores, NAMES, MAIN[1], title, test)
