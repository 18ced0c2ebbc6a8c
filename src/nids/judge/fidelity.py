"""How close synthetic rows are to real ones that their generator has not seen.

All sets are encoded features of one class (n, n_features), float64. Each figure has a right value, which
real rows against real rows show: with few rows it is not the ideal one.
"""

from itertools import combinations

import numpy as np
from scipy.spatial.distance import cdist
from scipy.stats import wasserstein_distance
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import StratifiedKFold, cross_val_predict
from xgboost import XGBClassifier

# Neighbours that make a real row's ball, as Naeem et al. take them.
K = 5


def fidelity(train: np.ndarray, held_out: np.ndarray, synthetic: np.ndarray, categories: np.ndarray, seed: int) -> dict:
    """Return all figures for as many synthetic rows as there are held out.

    ``train`` are the rows that the generator learned; ``categories`` (n_features,), bool, says which
    columns hold codes of categories.
    """
    density, coverage = density_and_coverage(held_out, synthetic)
    distances = cdist(synthetic, train)
    nearest = np.sort(distances, axis=1)
    numeric = np.flatnonzero(~categories)
    return {
        "c2st_auc": c2st_auc(held_out, synthetic, seed),
        "density": density,
        "coverage": coverage,
        "nearest": float(np.median(nearest[:, 0])),
        "nearest_ratio": float(np.median(nearest[:, 0] / np.maximum(nearest[:, 1], 1e-12))),
        "exact_copies": float((nearest[:, 0] == 0).mean()),
        "held_out_nearest": float(np.median(cdist(held_out, train).min(axis=1))),
        "wasserstein": _mean([wasserstein_distance(held_out[:, i], synthetic[:, i]) for i in numeric]),
        "total_variation": _mean(
            [total_variation(held_out[:, i], synthetic[:, i]) for i in np.flatnonzero(categories)]
        ),
        "correlation_difference": correlation_difference(held_out[:, numeric], synthetic[:, numeric]),
    }


def _mean(distances: list[float]) -> float:
    """Return the mean over columns; 0 where there are none, as there is no difference."""
    return float(np.mean(distances)) if distances else 0.0


def density_and_coverage(real: np.ndarray, synthetic: np.ndarray) -> tuple[float, float]:
    """Return density and coverage. Naeem et al., arXiv:2002.09797, eqs. 3 and 4.

    A real row's ball reaches to its K-th nearest other real row (or the farthest, if there are
    fewer). Density is the mean number of balls that a synthetic row lies in, over K; coverage the
    share of balls with a synthetic row in them. A row on the rim is inside: many rows are equal.
    """
    k = min(K, len(real) - 1)
    radius = np.sort(cdist(real, real), axis=1)[:, k]
    inside = cdist(real, synthetic) <= radius[:, None]
    return float(inside.sum() / (k * len(synthetic))), float(inside.any(axis=1).mean())


def c2st_auc(real: np.ndarray, synthetic: np.ndarray, seed: int) -> float:
    """Return how well boosted trees tell the two sets apart: the cross-validated area under the ROC curve.

    0.5: not at all; 1: always. Lopez-Paz, Oquab, arXiv:1610.06545.
    """
    rows, of_synthetic = np.vstack([real, synthetic]), np.repeat([0, 1], [len(real), len(synthetic)])
    trees = XGBClassifier(n_estimators=50, max_depth=4, random_state=seed, n_jobs=1)
    folds = StratifiedKFold(min(5, len(real), len(synthetic)), shuffle=True, random_state=seed)
    chance = cross_val_predict(trees, rows, of_synthetic, cv=folds, method="predict_proba")[:, 1]
    return float(roc_auc_score(of_synthetic, chance))


def total_variation(real: np.ndarray, synthetic: np.ndarray) -> float:
    """Return half the sum over categories of the difference in their shares, for codes (n,): 0 to 1."""
    codes = np.union1d(real, synthetic)
    shares = [(values[:, None] == codes).mean(axis=0) for values in (real, synthetic)]
    return float(np.abs(shares[0] - shares[1]).sum() / 2)


def correlation_difference(real: np.ndarray, synthetic: np.ndarray) -> float:
    """Return the mean absolute difference of the correlations of two columns that vary in the real rows."""
    varying = real.std(axis=0) > 1e-12
    pairs = list(combinations(range(int(varying.sum())), 2))
    a, b = (_correlations(rows[:, varying]) for rows in (real, synthetic))
    return float(np.mean([abs(a[i, j] - b[i, j]) for i, j in pairs])) if pairs else 0.0


def _correlations(rows: np.ndarray) -> np.ndarray:
    centred = rows - rows.mean(axis=0)
    norm = np.linalg.norm(centred, axis=0)
    # A column that is constant in the synthetic rows correlates with none.
    return (centred.T @ centred) / np.maximum(np.outer(norm, norm), 1e-12)
