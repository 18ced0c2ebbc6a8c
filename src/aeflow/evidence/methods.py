"""The compared methods and classifiers: their keys, in order, and the names that people read."""

METHODS = {"raw": "Raw", "smote": "SMOTE", "vae": "VAE", "cgan": "CGAN", "ae_flow": "AE-Flow"}
CLASSIFIERS = {"dt": "DT", "rf": "RF", "lr": "LR", "xgb": "XGBoost", "voting": "Voting"}
