"""The compared methods and classifiers: their keys, in order, and the names that people read."""

METHODS = {
    "raw": "Raw",
    "smote": "SMOTE",
    "vae": "VAE",
    "cgan": "CGAN",
    "ae_flow_paper": "AE-Flow (eq. 10)",
    "ae_flow": "AE-Flow",
}
# The paper's own method stands beside both of ours.
PRINTED = {method: "ae_flow" if method == "ae_flow_paper" else method for method in METHODS}
CLASSIFIERS = {"dt": "DT", "rf": "RF", "lr": "LR", "xgb": "XGBoost", "voting": "Voting"}
