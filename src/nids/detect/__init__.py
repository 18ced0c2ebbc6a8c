"""The paper's classifiers (Sect. 4.5): DT, RF, LR, XGBoost, Voting; XGBoost one-hot; and the decision rule."""

from dataclasses import dataclass

# As people read them: the paper's five, and XGBoost with one-hot splits of the categories.
CLASSIFIERS = {
    "dt": "DT",
    "rf": "RF",
    "lr": "LR",
    "xgb": "XGBoost",
    "voting": "Voting",
    "xgb_onehot": "XGBoost one-hot",
}
# The file of each fitted classifier; Voting is made of two of them and has none.
FILES = {"dt": "dt.skops", "rf": "rf.skops", "lr": "lr.skops", "xgb": "xgb.ubj", "xgb_onehot": "xgb_onehot.ubj"}
# Those that draw nothing at random: the same rows give the same classifier, whatever the random state.
DETERMINISTIC = ("lr", "xgb")
RULES = {"argmax": "arg max", "decided": "decision rule"}
# The classifiers for which a decision rule is chosen, and those of FILES that they are made of.
DECIDED = ("xgb", "voting", "xgb_onehot")
NEEDED = ("xgb", "lr", "xgb_onehot")
# Configurations, as (classifier, rule): the one chosen on training rows, and the paper's.
MAIN = ("xgb_onehot", "decided")
PAPERS = ("voting", "argmax")


@dataclass(frozen=True)
class Options:
    """categorical: how classifiers see categories, "label" or "onehot"; the others are LR's and XGBoost's."""

    categorical: str
    lr_max_iter: int
    colsample_bytree: float
