"""The decision rule: multipliers of the predicted probabilities, a shift of the classes' prior.

The class taken is argmax_c m_c p_c(x), with m = 1 for normal traffic. The multipliers are those that
maximise the mean recall of attack types subject to a budget of false alarms, on rows whose types
the classifier has not seen; Saerens et al., "Adjusting the outputs of a classifier to new a priori
probabilities" (2002), give the same form for a known prior.
"""

from collections.abc import Iterator

import numpy as np

# The values that a multiplier can take, and those from which the search starts.
MULTIPLIERS = np.array([float(f"{10.0**exponent:.6g}") for exponent in np.arange(-2.0, 4.01, 0.25)])
STARTS = (0.01, 1.0, 10.0, 100.0, 1000.0)
# A rate is a ratio of whole numbers: this is its rounding.
_ROUNDING = 1e-9


def decide(probabilities: np.ndarray, multipliers: np.ndarray) -> np.ndarray:
    """Return the classes (n,), int64, that the rule takes for probabilities (n, k) and multipliers (k,)."""
    return np.argmax(probabilities * multipliers, axis=1)


def recalls(predicted: np.ndarray, labels: np.ndarray, types: np.ndarray) -> dict[int, float]:
    """Return for each class its recall as the mean over its types of the type's recall.

    predicted, labels and types have shape (n,), int64; each type is of one class. A class with a
    single type has the usual recall.
    """
    return {label: float(mean) for label, mean in enumerate(_Recalls(labels, types)(predicted))}


def choose_multipliers(
    probabilities: np.ndarray, labels: np.ndarray, types: np.ndarray, *, normal: int, false_alarm_rate: float
) -> np.ndarray:
    """Return multipliers (k,), each of ``MULTIPLIERS``, for probabilities (n, k) of held-out rows.

    They maximise the mean over attack classes of ``recalls``, among those with which at most the
    share ``false_alarm_rate`` of the rows of class ``normal`` is taken for attacks. Found by
    coordinate ascent from several starts. If even the lowest multipliers raise more alarms, those
    with the fewest are returned.
    """
    recalls_of = _Recalls(labels, types)
    attacks = [label for label in range(probabilities.shape[1]) if label != normal]

    def value(predicted: np.ndarray) -> tuple[bool, float]:
        found = recalls_of(predicted)
        alarms = 1 - found[normal]
        # Within the budget more recall is better, beyond it fewer alarms are.
        within = alarms <= false_alarm_rate + _ROUNDING
        return (True, float(np.mean(found[attacks]))) if within else (False, -float(alarms))

    best: tuple[tuple[bool, float], np.ndarray] = (False, -np.inf), np.ones(probabilities.shape[1])
    for start in STARTS:
        multipliers = np.full(probabilities.shape[1], start)
        multipliers[normal] = 1.0
        reached, before = value(decide(probabilities, multipliers)), None
        while reached != before:
            before = reached
            # The rarest classes first: they gain most.
            for label in sorted(attacks, key=lambda a: (labels == a).sum()):
                for multiplier, predicted in _decisions(probabilities, multipliers, label):
                    if (found := value(predicted)) > reached:
                        reached, multipliers[label] = found, multiplier
        if reached > best[0]:
            best = reached, multipliers
    return best[1]


def _decisions(probabilities: np.ndarray, multipliers: np.ndarray, label: int) -> Iterator[tuple[float, np.ndarray]]:
    """Yield each of ``MULTIPLIERS`` for ``label``, and what ``decide`` returns with it and the others' multipliers.

    Only the label's own scores change from one to the next: they are compared with the best of the others.
    """
    scores = probabilities * multipliers
    scores[:, label] = -np.inf
    rival = scores.argmax(axis=1)
    highest = scores[np.arange(len(scores)), rival]
    for multiplier in MULTIPLIERS:
        own = probabilities[:, label] * multiplier
        yield multiplier, np.where((own > highest) | ((own == highest) & (label < rival)), label, rival)


class _Recalls:
    """``recalls`` of fixed labels and types as an array (k,), prepared for many predictions."""

    def __init__(self, labels: np.ndarray, types: np.ndarray) -> None:
        self.labels, self.types = labels, types
        self.rows = np.bincount(types)
        self.label_of = np.zeros(len(self.rows), dtype=np.int64)
        self.label_of[types] = labels
        self.types_of = np.bincount(self.label_of[self.rows > 0])

    def __call__(self, predicted: np.ndarray) -> np.ndarray:
        found = np.bincount(self.types, weights=predicted == self.labels, minlength=len(self.rows))
        of_types = found / np.maximum(self.rows, 1)
        return np.bincount(self.label_of, weights=of_types, minlength=len(self.types_of)) / np.maximum(self.types_of, 1)
