"""How sure the comparison of methods is: intervals, paired tests and ranks over seeds.

Ten seeds on one data set are not ten data sets: the tests say whether a difference would come back
with other seeds on that data set, not whether it would on other traffic.
"""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

import numpy as np
import pandas as pd
from scipy import stats

from nids.methods import STUDIED

LEVEL = 0.95
RESAMPLES = 10_000
# With fewer seeds no test is made.
MIN_SEEDS = 5


def statistics(scores: pd.DataFrame, names: Sequence[str]) -> dict[str, Any]:
    """Return for each score in ``names`` its means, AE-Flow against each method, and the methods' ranks.

    scores: a row for each method and seed of one configuration on one test set, columns method, seed
    and ``names``, fractions, of which more is better. Found for each score, rounded to 6 digits after the point:

    - methods: ``{method: {"mean", "std", "low", "high"}}``, with ``bootstrap_interval`` of the mean.
    - against_ae_flow: ``{method: {"difference", "low", "high", "p", "p_holm"}}``: the mean of
      AE-Flow minus the method, paired by seed, its interval, and ``wilcoxon`` before and after
      ``holm`` over the methods.
    - friedman_p, ranks (mean over seeds of the rank among methods, 1 = best, ties share their mean
      rank), critical_difference (``nemenyi``).

    A p below 0.0000005 is 0. With fewer than ``MIN_SEEDS`` seeds every p and the critical difference
    are None. Raises ValueError if a method lacks a seed or a value, or has a seed twice.
    """
    return {name: _of_score(_by_method(scores, name)) for name in names}


def of_pairs(after: pd.DataFrame, before: pd.DataFrame, names: Sequence[str]) -> dict[str, Any]:
    """Return for each score in ``names`` and each method what changes from one configuration to another.

    after, before: as ``scores`` of ``statistics``. ``{score: {method: {"difference", "low", "high", "p", "p_holm"}}}``,
    paired by seed, as ``against_ae_flow`` has them.
    """
    found = {}
    for name in names:
        of_after, of_before = _by_method(after, name), _by_method(before, name)
        found[name] = _compared({method: (of_after[method] - of_before[method]).round(12) for method in of_after})
    return found


def of_steps(scores: pd.DataFrame, names: Sequence[str], steps: Mapping[str, tuple[str, str]]) -> dict[str, Any]:
    """Return for each score in ``names`` and each step, ``{step: (method, the one before it)}``, what it changes.

    scores: as for ``statistics``; found as by ``of_pairs``, Holm-adjusted over the steps.
    """
    found = {}
    for name in names:
        of = _by_method(scores, name)
        found[name] = _compared({step: (of[after] - of[before]).round(12) for step, (after, before) in steps.items()})
    return found


def bootstrap_interval(values: np.ndarray) -> tuple[float, float]:
    """Return the 95% percentile-bootstrap interval of the mean of values (n,); one value is its own interval.

    Efron, Tibshirani, "An Introduction to the Bootstrap" (1993), Sect. 13.3. The same as scipy's with
    ``rng=np.random.default_rng(0)``, which would draw the same resamples anew for each of a page's cells.
    """
    if len(values) == 1:
        return float(values[0]), float(values[0])
    means = values[_resamples(len(values))].mean(axis=0)
    low, high = np.percentile(means, [50 * (1 - LEVEL), 50 * (1 + LEVEL)])
    return float(low), float(high)


@cache
def _resamples(n: int) -> np.ndarray:
    """Return the positions of RESAMPLES samples of n values, drawn with replacement: shape (n, RESAMPLES)."""
    return np.ascontiguousarray(np.random.default_rng(0).integers(0, n, (RESAMPLES, n)).T)


def wilcoxon(differences: np.ndarray) -> float:
    """Return the two-sided p of Wilcoxon's signed-rank test of paired differences (n,).

    The pairs are seeds on one data set, not independent data sets: p is about the randomness of the
    methods and classifiers alone. Zeros are left out; with ties or zeros all signs are tried up to 13
    pairs. Ten differences of one sign give 0.002, the least possible; all zero give 1.
    """
    if not differences.any():
        return 1.0
    return float(stats.wilcoxon(differences).pvalue)


def holm(p: Mapping[str, float]) -> dict[str, float]:
    """Return the p values adjusted for their number, in the order given (Holm 1979)."""
    adjusted, highest = {}, 0.0
    for i, name in enumerate(sorted(p, key=lambda key: p[key])):
        highest = max(highest, min(1.0, (len(p) - i) * p[name]))
        adjusted[name] = highest
    return {name: adjusted[name] for name in p}


def friedman(table: np.ndarray) -> float:
    """Return the p of Friedman's test that all methods rank alike; table has shape (seeds, methods)."""
    if (table == table[:, :1]).all():
        return 1.0
    return float(stats.friedmanchisquare(*table.T).pvalue)


@cache  # the quantile takes a second, and every score asks for the same one
def nemenyi(n_methods: int, n_seeds: int) -> float:
    """Return by how much two mean ranks must differ at the 5% level.

    Demsar, "Statistical comparisons of classifiers over multiple data sets", JMLR 7 (2006), Sect.
    3.2.2; seeds stand in for his data sets.
    """
    q = stats.studentized_range.ppf(LEVEL, n_methods, np.inf) / np.sqrt(2)
    return float(q * np.sqrt(n_methods * (n_methods + 1) / (6 * n_seeds)))


def _by_method(scores: pd.DataFrame, name: str) -> dict[str, np.ndarray]:
    table = scores.pivot(index="seed", columns="method", values=name)
    if table.isna().to_numpy().any():
        raise ValueError(f"{name} is missing for a method and seed")
    # What is equal but for the last bits is a tie.
    return {str(method): table[method].to_numpy().round(12) for method in scores["method"].unique()}


def _of_score(values: Mapping[str, np.ndarray]) -> dict[str, Any]:
    table = np.column_stack(list(values.values()))
    n_seeds, n_methods = table.shape
    enough = n_seeds >= MIN_SEEDS
    return {
        "methods": {
            method: {
                "mean": _rounded(of_method.mean()),
                "std": _rounded(of_method.std(ddof=1)) if n_seeds > 1 else 0.0,
                **_interval(of_method),
            }
            for method, of_method in values.items()
        },
        "against_ae_flow": _compared(
            {
                method: (values[STUDIED] - of_method).round(12)
                for method, of_method in values.items()
                if method != STUDIED
            }
        ),
        "friedman_p": _rounded(friedman(table) if enough else None),
        "ranks": dict(zip(values, map(_rounded, stats.rankdata(-table, axis=1).mean(axis=0)), strict=True)),
        "critical_difference": _rounded(nemenyi(n_methods, n_seeds) if enough else None),
    }


def _compared(differences: Mapping[str, np.ndarray]) -> dict[str, dict[str, float | None]]:
    """Return of each method's paired differences (seeds,) the mean, its interval, and p before and after ``holm``."""
    p = {method: wilcoxon(of) if len(of) >= MIN_SEEDS else None for method, of in differences.items()}
    adjusted = holm({method: value for method, value in p.items() if value is not None})
    return {
        method: {
            "difference": _rounded(of_method.mean()),
            **_interval(of_method),
            "p": _rounded(p[method]),
            "p_holm": _rounded(adjusted.get(method)),
        }
        for method, of_method in differences.items()
    }


def _interval(values: np.ndarray) -> dict[str, float | None]:
    low, high = bootstrap_interval(values)
    return {"low": _rounded(low), "high": _rounded(high)}


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(float(value), 6) + 0.0  # no -0.0
