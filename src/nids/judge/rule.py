"""A decision rule chosen on held-out rows, and what it does to them."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from nids.detect.decision import choose_multipliers, decide, recalls


def rule(
    probabilities: np.ndarray,
    labels: np.ndarray,
    attacks: np.ndarray,
    classes: Sequence[str],
    normal_class: str,
    false_alarm_rate: float,
) -> dict[str, Any]:
    """Return the multipliers for probabilities (n, n_classes) of held-out rows, and recalls without and with them.

    labels (n,) are positions in ``classes``, attacks (n,) the rows' types. ``classes`` has for each class
    the mean recall of its types; ``macro_recall`` is their mean over the attack classes, and
    ``false_alarm_rate`` the share of rows of ``normal_class`` taken for attacks.
    """
    types = np.unique(attacks, return_inverse=True)[1]
    normal = classes.index(normal_class)
    multipliers = choose_multipliers(probabilities, labels, types, normal=normal, false_alarm_rate=false_alarm_rate)
    found = {
        name: recalls(predicted, labels, types)
        for name, predicted in (
            ("argmax", probabilities.argmax(axis=1)),
            ("decided", decide(probabilities, multipliers)),
        )
    }
    return {
        "multipliers": dict(zip(classes, multipliers.tolist(), strict=True)),
        "macro_recall": {
            name: round(float(np.mean([of_rule[i] for i in of_rule if i != normal])), 4)
            for name, of_rule in found.items()
        },
        "false_alarm_rate": {name: round(1 - of_rule[normal], 4) for name, of_rule in found.items()},
        "classes": {
            classes[i]: {name: round(of_rule[i], 4) for name, of_rule in found.items()} for i in range(len(classes))
        },
    }
