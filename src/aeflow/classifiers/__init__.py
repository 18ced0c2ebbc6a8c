"""The paper's classifiers (Sect. 4.5): DT, RF, LR, XGBoost, Voting; XGBoost one-hot; and the decision rule."""

# The file of each fitted classifier; Voting is made of two of them and has none.
FILES = {"dt": "dt.skops", "rf": "rf.skops", "lr": "lr.skops", "xgb": "xgb.ubj", "xgb_onehot": "xgb_onehot.ubj"}
# Those that draw nothing at random: the same rows give the same classifier, whatever the random state.
DETERMINISTIC = ("lr", "xgb")
