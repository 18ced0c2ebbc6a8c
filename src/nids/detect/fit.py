"""Fitting one classifier, and its probabilities."""

import warnings
from typing import Any

import numpy as np
from scipy.linalg import LinAlgWarning
from sklearn.base import ClassifierMixin
from sklearn.ensemble import RandomForestClassifier
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression
from sklearn.tree import DecisionTreeClassifier
from sklearn.utils.class_weight import compute_sample_weight
from xgboost import XGBClassifier

from nids.balance.training_set import Rows
from nids.data.encoder import Encoder
from nids.detect import Options
from nids.detect.inputs import feature_types, inputs, sees_codes


def fit(name: str, rows: Rows, encoder: Encoder, options: Options, *, weighted: bool, seed: int) -> ClassifierMixin:
    """Fit classifier ``name`` (a key of ``FILES``, or of WITH_DENSITY) on encoded rows.

    Settings are the libraries' defaults, as the paper gives none, but for ``colsample_bytree`` of
    XGBoost one-hot, with density or without. ``weighted``: every class weighs the same in sum. One thread, so that
    fits can run side by side and come out the same on any number of cores.
    """
    x = inputs(name, options.categorical, rows.features, encoder)
    onehot: dict[str, Any] = {}
    if sees_codes(name, options.categorical):
        onehot = {
            "enable_categorical": True,
            "feature_types": feature_types(encoder, x.shape[1]),
            "max_cat_to_onehot": 2**31 - 1,
        }
    colsampled: dict[str, Any] = {"random_state": seed, "colsample_bytree": options.colsample_bytree}
    classifiers: dict[str, Any] = {
        "dt": lambda: DecisionTreeClassifier(random_state=seed),
        "rf": lambda: RandomForestClassifier(random_state=seed, n_jobs=1),
        # Newton's method reaches the optimum in some 20 steps, where lbfgs, the default, takes hundreds.
        "lr": lambda: LogisticRegression(solver="newton-cholesky", max_iter=options.lr_max_iter),
        "xgb": lambda: XGBClassifier(n_jobs=1, **onehot),
        "xgb_onehot": lambda: XGBClassifier(n_jobs=1, **colsampled, **onehot),
        "xgb_density": lambda: XGBClassifier(n_jobs=1, **colsampled, **onehot),
    }
    if name == "lr":
        x = x.astype(np.float32)  # half the time; it still comes nearer to the optimum than lbfgs in float64
    weights = compute_sample_weight("balanced", rows.labels) if weighted else None
    with warnings.catch_warnings():
        # lr_report tells, and its caller prints it with the names of method and seed.
        warnings.simplefilter("ignore", ConvergenceWarning)
        # Where columns sum to others, as one-hot ones do, scikit-learn goes on with lbfgs.
        warnings.simplefilter("ignore", LinAlgWarning)
        return classifiers[name]().fit(x, rows.labels, sample_weight=weights)


def probabilities(
    name: str, classifier: ClassifierMixin, features: np.ndarray, encoder: Encoder, options: Options
) -> np.ndarray:
    """Return the class probabilities (n, n_classes) that a fitted classifier gives to encoded features."""
    return classifier.predict_proba(inputs(name, options.categorical, features, encoder))


def lr_report(lr: LogisticRegression) -> dict[str, Any]:
    """Return how many iterations the solver took, and whether it stopped before it ran out of them."""
    iterations = int(np.max(lr.n_iter_))
    return {"iterations": iterations, "converged": iterations < lr.max_iter}
