"""What AE-Flow promises of a whole fit: a standard normal latent, and rows that follow the real ones."""

import warnings
from typing import Any

import numpy as np
import pandas as pd
import pytest

from aeflow import AEFlowSampler
from aeflow.errors import CollapseWarning


def _rows(n: int) -> pd.DataFrame:
    """Three kinds of rows, with a count and a rate that follow from the kind."""
    rng = np.random.default_rng(0)
    kind = rng.integers(0, 3, n)
    return pd.DataFrame(
        {
            "kind": np.array(["a", "b", "c"])[kind],
            "count": 10 * kind + rng.integers(0, 3, n),
            "rate": (0.4 * kind + rng.uniform(0, 0.2, n)).round(2),
        }
    )


def test_the_papers_objective_says_that_it_collapsed_and_the_stable_one_does_not() -> None:
    X, y = _rows(400), np.repeat(["attack", "normal"], [100, 300])
    settings: dict[str, Any] = {"random_state": 0, "max_epochs": 150, "latent_dim": 3}
    sampler = AEFlowSampler(objective="paper", **settings)
    with pytest.warns(CollapseWarning, match=r"^AE-Flow on attack: the fit has collapsed: standard deviation of h 0\."):
        sampler.fit_resample(X, y)
    assert sampler.diagnostics_["attack"]["collapsed"]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        stable = AEFlowSampler(**settings)
        stable.fit_resample(X, y)
    assert not stable.diagnostics_["attack"]["collapsed"]
    latent = stable.latent(X[y == "attack"], "attack")
    assert latent.mean() == pytest.approx(0, abs=0.15)
    assert latent.std() == pytest.approx(1, abs=0.15)


def test_new_rows_follow_the_dependence_of_columns() -> None:
    """Shuffled columns would lose it."""
    X, y = _rows(900), np.repeat([0, 1], [400, 500])
    sampler = AEFlowSampler(random_state=0, sampling_strategy={0: 800})
    X_new, _ = sampler.fit_resample(X, y)
    new = X_new[sampler.synthetic_]
    found = new["kind"].map({"a": 0, "b": 1, "c": 2})
    assert (new["count"] // 10 == found).mean() > 0.9
    assert ((new["rate"] / 0.4).round(1) // 1 == found).mean() > 0.85
