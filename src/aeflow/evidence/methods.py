"""What is compared: keys, in order, and the names that people read."""

METHODS = {
    "raw": "Raw",
    "class_weight": "Class weights",
    "random": "Random oversampling",
    "smote": "SMOTE",
    "smotenc": "SMOTENC",
    "adasyn": "ADASYN",
    "borderline_smote": "Borderline-SMOTE",
    "vae": "VAE",
    "cgan": "CGAN",
    "ae_flow_paper": "AE-Flow (eq. 10)",
    "ae_flow": "AE-Flow",
}
# The methods that train without synthetic rows.
WITHOUT_NEW_ROWS = ("raw", "class_weight")
# The paper's methods, and its row that stands beside each: its own method stands beside both of ours.
PRINTED = {
    "raw": "raw",
    "smote": "smote",
    "vae": "vae",
    "cgan": "cgan",
    "ae_flow_paper": "ae_flow",
    "ae_flow": "ae_flow",
}
# The paper's five, and XGBoost with one-hot splits of the categories.
CLASSIFIERS = {
    "dt": "DT",
    "rf": "RF",
    "lr": "LR",
    "xgb": "XGBoost",
    "voting": "Voting",
    "xgb_onehot": "XGBoost one-hot",
}
RULES = {"argmax": "arg max", "decided": "decision rule"}
# The classifiers for which a decision rule is chosen.
DECIDED = ("xgb", "voting", "xgb_onehot")
# Configurations, as (classifier, rule): the one chosen on training rows, and the paper's.
MAIN = ("xgb_onehot", "decided")
PAPERS = ("voting", "argmax")
TESTS = {
    "test": "KDDTest+",
    "test_21": "KDDTest-21",
    "test_new": "KDDTest+ without rows that occur in KDDTrain+",
}
