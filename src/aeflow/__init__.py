"""AE-Flow data balancing for network intrusion detection, after Xiong et al.

The samplers are importable from here: ``from aeflow import AEFlowSampler``.
"""

from importlib import import_module
from typing import Any

_MODULES = {
    "AEFlowSampler": "aeflow.over_sampling.ae_flow",
    "VAESampler": "aeflow.over_sampling.vae",
    "CGANSampler": "aeflow.over_sampling.cgan",
    "DensityUnderSampler": "aeflow.under_sampling.density",
    "OneSidedSelection": "aeflow.under_sampling.one_sided_selection",
}
__all__ = list(_MODULES)


def __getattr__(name: str) -> Any:
    # On first use: torch and Lightning take seconds to import, and most stages need neither.
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_MODULES[name]), name)
