"""The ablation's cells: {oversampling, K-means, one-sided selection} on and off."""

# (oversampling, K-means, one-sided selection) -> the folder, below data, of its classifiers.
CELLS = {
    (oversampling, kmeans, oss): f"ablation/{oversampling}/{name}"
    for oversampling in ("none", "smote", "ae_flow")
    for (kmeans, oss), name in {
        (False, False): "neither",
        (True, False): "kmeans",
        (False, True): "oss",
        (True, True): "both",
    }.items()
}
# Three are training sets of the comparison of methods, so their classifiers are there already.
CELLS[("none", False, False)] = "classifiers/raw"
CELLS[("smote", True, True)] = "classifiers/smote"
CELLS[("ae_flow", True, True)] = "classifiers/ae_flow"
# Those that Voting needs.
FITTED = ("xgb", "lr")
