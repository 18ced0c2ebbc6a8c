"""How well attacks are told from normal traffic at all: ROC curves, and how many rows of each type raise an alarm."""

from typing import Any

import numpy as np
from sklearn.metrics import roc_auc_score

from nids.data.sets import Answers

# The false-alarm rates at which curves are kept: closer to each other where there are few alarms.
RATES = np.linspace(0, 1, 101) ** 2
Rows = list[dict[str, Any]]


def detection(score: np.ndarray, alarm: np.ndarray, answers: Answers) -> dict[str, Rows]:
    """Return rows of ``detection``, ``roc`` and ``alarms`` for the rows of ``answers``.

    score (n,): the higher, the more a row is taken for an attack, whatever its class; alarm (n,), bool: whether it is.

    - detection: one row: the area under the ROC curve, for all attacks and for those of types that training lacks; the
      share of normal rows, of attacks and of these with an alarm. NaN where there are no such rows.
    - roc: the share of attacks whose score is above that of all but RATES of the normal rows.
    - alarms: for each attack type its rows, and those with an alarm.
    """
    normal = answers.labels == answers.classes.index(answers.normal)
    attack, unseen = ~normal, ~normal & ~answers.seen
    rows = {
        "auc": _auc(score, normal, attack),
        "auc_unseen": _auc(score, normal, unseen),
        "false_alarm_rate": _share(alarm[normal]),
        "recall": _share(alarm[attack]),
        "recall_unseen": _share(alarm[unseen]),
    }
    return {"detection": [rows], "roc": _roc(score, normal, attack), "alarms": _alarms(alarm, attack, answers)}


def _auc(score: np.ndarray, normal: np.ndarray, attack: np.ndarray) -> float:
    chosen = normal | attack
    return float(roc_auc_score(attack[chosen], score[chosen])) if normal.any() and attack.any() else np.nan


def _share(alarm: np.ndarray) -> float:
    return float(alarm.mean()) if len(alarm) else np.nan


def _roc(score: np.ndarray, normal: np.ndarray, attack: np.ndarray) -> Rows:
    if not (normal.any() and attack.any()):
        return []
    highest = np.sort(score[normal])[::-1]
    # As many normal rows may be above as the rate allows; equal scores raise no alarm.
    above = np.append(highest, -np.inf)[np.floor(RATES * len(highest) + 1e-9).astype(int)]
    return [
        {"false_alarms": float(rate), "found": float((score[attack] > least).mean())}
        for rate, least in zip(RATES, above, strict=True)
    ]


def _alarms(alarm: np.ndarray, attack: np.ndarray, answers: Answers) -> Rows:
    types, first, of_row = np.unique(answers.types[attack], return_index=True, return_inverse=True)
    labels, seen = answers.labels[attack], answers.seen[attack]
    found = np.bincount(of_row, weights=alarm[attack])
    return [
        {
            "attack": str(name),
            "class": answers.classes[labels[at]],
            "seen": bool(seen[at]),
            "rows": int(n),
            "found": int(hits),
        }
        for name, at, n, hits in zip(types, first, np.bincount(of_row), found, strict=True)
    ]
