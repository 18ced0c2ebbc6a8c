"""AE-Flow data balancing for network intrusion detection, after Xiong et al.

Five samplers with the contract of imbalanced-learn, and an outlier detector with that of scikit-learn; each is
importable from here: ``from aeflow import AEFlowSampler``.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from aeflow.errors import CollapseWarning, InputError

__all__ = [
    "AEFlowDetector",
    "AEFlowSampler",
    "CGANSampler",
    "CollapseWarning",
    "DensityUnderSampler",
    "InputError",
    "OneSidedSelection",
    "VAESampler",
    "__version__",
]

if TYPE_CHECKING:
    from aeflow.outlier_detection import AEFlowDetector
    from aeflow.over_sampling import AEFlowSampler, CGANSampler, VAESampler
    from aeflow.under_sampling import DensityUnderSampler, OneSidedSelection

    __version__: str
else:
    _MODULES = {
        "AEFlowDetector": "aeflow.outlier_detection",
        "AEFlowSampler": "aeflow.over_sampling",
        "CGANSampler": "aeflow.over_sampling",
        "DensityUnderSampler": "aeflow.under_sampling",
        "OneSidedSelection": "aeflow.under_sampling",
        "VAESampler": "aeflow.over_sampling",
    }

    def __getattr__(name: str) -> Any:
        # On first use: torch and Lightning take seconds to import, and the under-samplers need neither.
        if name in _MODULES:
            return getattr(import_module(_MODULES[name]), name)
        if name == "__version__":  # stands in pyproject.toml alone: here it would be code that the stages depend on
            from importlib.metadata import version

            return version("aeflow")
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return __all__
