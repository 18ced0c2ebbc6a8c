"""Fitting one classifier."""

import warnings
from typing import Any

import numpy as np
from sklearn.base import ClassifierMixin
from sklearn.ensemble import RandomForestClassifier, VotingClassifier
from sklearn.exceptions import ConvergenceWarning
from sklearn.frozen import FrozenEstimator
from sklearn.linear_model import LogisticRegression
from sklearn.tree import DecisionTreeClassifier
from xgboost import XGBClassifier


def fit(name: str, features: np.ndarray, labels: np.ndarray, lr_max_iter: int, seed: int) -> ClassifierMixin:
    """Fit classifier ``name`` (a key of ``FILES``) on features (n, n_features) and labels (n,).

    Settings are the libraries' defaults; the paper gives none. One thread, so that fits can run
    side by side and come out the same on any number of cores.
    """
    classifiers: dict[str, Any] = {
        "dt": lambda: DecisionTreeClassifier(random_state=seed),
        "rf": lambda: RandomForestClassifier(random_state=seed, n_jobs=1),
        "lr": lambda: LogisticRegression(max_iter=lr_max_iter, random_state=seed),
        "xgb": lambda: XGBClassifier(random_state=seed, n_jobs=1),
    }
    with warnings.catch_warnings():
        # lr_report tells, and its caller prints it with the names of method and seed.
        warnings.simplefilter("ignore", ConvergenceWarning)
        return classifiers[name]().fit(features, labels)


def lr_report(lr: LogisticRegression) -> dict[str, Any]:
    """Return how many iterations the solver took, and whether it stopped before it ran out of them."""
    iterations = int(np.max(lr.n_iter_))
    return {"iterations": iterations, "converged": iterations < lr.max_iter}


def vote(xgb: XGBClassifier, lr: LogisticRegression, voting: str, labels: np.ndarray) -> VotingClassifier:
    """Return the Voting of two fitted classifiers, without fitting them again.

    With two voters, hard voting gives a tie to the lower class code. ``labels`` need only hold
    every class.
    """
    members = [("xgb", FrozenEstimator(xgb)), ("lr", FrozenEstimator(lr))]
    return VotingClassifier(members, voting=voting).fit(np.empty((len(labels), lr.n_features_in_)), labels)
