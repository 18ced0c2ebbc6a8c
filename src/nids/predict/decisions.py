"""From probabilities to classes, by a rule, a threshold or other shares of the classes."""

from collections.abc import Mapping, Sequence

import numpy as np

from aeflow.errors import InputError
from nids.base.quote import nearest, quoted
from nids.detect.decision import decide


def with_prior(probabilities: np.ndarray, trained: np.ndarray, prior: np.ndarray) -> np.ndarray:
    """Return probabilities (n, k) for classes whose shares are ``prior``, (k,), instead of ``trained``, (k,).

    A classifier that saw classes with shares t_c gives p(c | x), proportional to p(x | c) t_c. If p(x | c) stays and
    the shares become q_c, then p'(c | x) is proportional to p(c | x) q_c / t_c. Saerens et al., "Adjusting the outputs
    of a classifier to new a priori probabilities" (2002), eq. 2.4.
    """
    weighed = probabilities * (prior / trained)
    return weighed / weighed.sum(axis=1, keepdims=True)


def prior_of(text: str, rows: Mapping[str, int]) -> dict[str, float]:
    """Return the share of each class: "training" for those of the training files, ``rows``, or "CLASS=SHARE,...".

    Shares that are given are brought to a sum of 1; classes that are not named get what is left to it, by their rows.

    Raises InputError for an unknown class, and what are no shares.
    """
    total = sum(rows.values())
    if text == "training":
        return {name: n / total for name, n in rows.items()}
    given: dict[str, float] = {}
    for part in text.split(","):
        name, _, share = part.rpartition("=")
        if name.strip() not in rows:
            raise InputError(
                f"--prior: no class {quoted(name.strip())}{nearest(name, rows)}; there are {', '.join(rows)}"
            )
        try:
            given[name.strip()] = float(share)
        except ValueError:
            raise InputError(f"--prior: {quoted(share)} is no share; give CLASS=SHARE,...") from None
    others = {name: n for name, n in rows.items() if name not in given}
    left = 1 - sum(given.values())
    if not all(0 < share <= 1 for share in given.values()) or (others and left <= 0):
        raise InputError("--prior: shares are above 0, and those given are below 1 in sum where others are left")
    shares = given | {name: left * n / sum(others.values()) for name, n in others.items()}
    return {name: shares[name] / sum(shares.values()) for name in rows}


def decided(
    probabilities: np.ndarray,
    classes: Sequence[str],
    normal: str,
    multipliers: Mapping[str, float] | None,
    threshold: float | None,
) -> np.ndarray:
    """Return the position of each row's class, (n,), int64.

    Without multipliers and threshold it is the likeliest one. With a threshold an attack is what has an attack score,
    1 - p(normal), of at least that, and its class the likeliest attack.
    """
    if multipliers is not None:
        return decide(probabilities, np.array([multipliers[name] for name in classes]))
    if threshold is None:
        return probabilities.argmax(axis=1)
    at = list(classes).index(normal)
    attacks = probabilities.copy()
    attacks[:, at] = -1
    return np.where(1 - probabilities[:, at] >= threshold, attacks.argmax(axis=1), at)
