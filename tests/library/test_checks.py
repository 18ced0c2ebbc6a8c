"""imbalanced-learn's and scikit-learn's own checks of every sampler, and the latter's of the detector."""

from collections.abc import Callable
from typing import Any

import pytest
from imblearn.utils.estimator_checks import parametrize_with_checks
from sklearn.utils.estimator_checks import parametrize_with_checks as parametrize_with_scikit_learns_checks

from aeflow import AEFlowDetector, AEFlowSampler, CGANSampler, DensityUnderSampler, OneSidedSelection, VAESampler

# Two epochs are no fit: that it looks collapsed is no news.
pytestmark = pytest.mark.filterwarnings("ignore::aeflow.errors.CollapseWarning")

QUICK: dict[str, Any] = {"max_epochs": 2, "hidden": (8,), "random_state": 0}
SAMPLERS = [
    AEFlowSampler(**QUICK),
    AEFlowSampler(objective="paper", latent_dim=1, **QUICK),
    VAESampler(**QUICK),
    CGANSampler(**QUICK),
    DensityUnderSampler(n_clusters=3, random_state=0),
    OneSidedSelection(random_state=0),
]
# scikit-learn itself skips this one without SCIPY_ARRAY_API, a setting of the whole process.
DOES_NOT_APPLY = {"check_array_api_input": "they take no arrays but numpy's, scipy's and pandas'"}


@parametrize_with_checks(SAMPLERS)
def test_imbalanced_learns_checks(estimator: Any, check: Callable[[Any], None]) -> None:
    check(estimator)


@parametrize_with_scikit_learns_checks(
    [*SAMPLERS, AEFlowDetector(**QUICK)], expected_failed_checks=lambda _: DOES_NOT_APPLY
)
def test_scikit_learns_checks(estimator: Any, check: Callable[[Any], None]) -> None:
    check(estimator)
