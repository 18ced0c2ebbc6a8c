"""The paper's classifiers (Sect. 4.5): DT, RF, LR, XGBoost, Voting; two more of XGBoost; and the decision rule."""

from dataclasses import dataclass

# As people read them: the paper's five, XGBoost with one-hot splits of the categories, and the same with two more
# features, those of nids.detect.density.
CLASSIFIERS = {
    "dt": "DT",
    "rf": "RF",
    "lr": "LR",
    "xgb": "XGBoost",
    "voting": "Voting",
    "xgb_onehot": "XGBoost one-hot",
    "xgb_density": "XGBoost with density",
}
# Those that see AE-Flow's density, each with the one that is the same without it.
WITH_DENSITY = {"xgb_density": "xgb_onehot"}
# The share of the normal training rows that the density as a detector takes for attacks.
NOVEL = 0.05
# In the place of a method: the density by itself, as a detector.
DETECTOR = "detector"
# The file of each fitted classifier; Voting is made of two of them and has none.
FILES = {
    "dt": "dt.skops",
    "rf": "rf.skops",
    "lr": "lr.skops",
    "xgb": "xgb.ubj",
    "xgb_onehot": "xgb_onehot.ubj",
    "xgb_density": "xgb_density.ubj",
}
# Those that draw nothing at random: the same rows give the same classifier, whatever the random state.
DETERMINISTIC = ("lr", "xgb")
RULES = {"argmax": "arg max", "decided": "decision rule"}
# The classifiers for which a decision rule is chosen, and those of FILES that they are made of.
DECIDED = ("xgb", "voting", "xgb_onehot", "xgb_density")
NEEDED = ("xgb", "lr", "xgb_onehot", "xgb_density")
# Configurations, as (classifier, rule): the one chosen on training rows, and the paper's.
MAIN = ("xgb_density", "decided")
PAPERS = ("voting", "argmax")


@dataclass(frozen=True)
class Options:
    """categorical: how classifiers see categories, "label" or "onehot"; the others are LR's and XGBoost's."""

    categorical: str
    lr_max_iter: int
    colsample_bytree: float
