"""Voting of classifiers by their predicted probabilities."""

from collections.abc import Mapping, Sequence

import numpy as np


def vote(members: Sequence[np.ndarray], voting: str) -> np.ndarray:
    """Return the Voting's class probabilities (n, k) from those of its members, each (n, k).

    "soft": their mean. "hard": the share of members whose likeliest class it is; a tie goes to the
    lower class code when the largest is taken, as in scikit-learn's VotingClassifier.
    """
    if voting == "hard":
        members = [np.eye(member.shape[1])[member.argmax(axis=1)] for member in members]
    return np.mean(members, axis=0)


def with_voting(found: Mapping[str, np.ndarray], voting: str) -> dict[str, np.ndarray]:
    """Return probabilities (n, k) of the classifiers and, behind them, of Voting of XGBoost and LR."""
    return {**found, "voting": vote([found["xgb"], found["lr"]], voting)}
