"""Confusion matrices of fitted classifiers."""

from collections.abc import Mapping

import numpy as np
from sklearn.metrics import confusion_matrix

from aeflow.classifiers.fit import vote
from aeflow.classifiers.storage import from_bytes


def confusions(
    fitted: Mapping[str, bytes], voting: str, tests: Mapping[str, tuple[np.ndarray, np.ndarray]], n_classes: int
) -> dict[str, dict[str, list[list[int]]]]:
    """Return ``{test set: {classifier: matrix}}`` for the stored classifiers and their Voting.

    ``tests`` maps a name to features (n, n_features) and labels (n,). matrix[i][j] counts rows of
    class i that were taken for class j.
    """
    classifiers = {name: from_bytes(content) for name, content in fitted.items()}
    labels = np.arange(n_classes)
    classifiers["voting"] = vote(classifiers["xgb"], classifiers["lr"], voting, labels)
    return {
        test: {
            name: confusion_matrix(y, classifier.predict(x), labels=labels).tolist()
            for name, classifier in classifiers.items()
        }
        for test, (x, y) in tests.items()
    }
