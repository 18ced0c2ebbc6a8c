"""The paper's classifiers: DT, RF, LR, XGBoost and the Voting of XGBoost and LR (Sect. 4.5)."""

# The file of each fitted classifier; Voting is made of two of them and has none.
FILES = {"dt": "dt.skops", "rf": "rf.skops", "lr": "lr.skops", "xgb": "xgb.ubj"}
