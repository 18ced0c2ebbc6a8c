"""Under-samplers that choose which rows of large classes stay."""

from aeflow.under_sampling._density import DensityUnderSampler
from aeflow.under_sampling._one_sided_selection import OneSidedSelection

__all__ = ["DensityUnderSampler", "OneSidedSelection"]
