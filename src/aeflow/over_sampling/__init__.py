"""Over-samplers that learn a generative model of each class that is to grow."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

__all__ = ["AEFlowSampler", "CGANSampler", "VAESampler"]

if TYPE_CHECKING:
    from aeflow.over_sampling._ae_flow import AEFlowSampler
    from aeflow.over_sampling._cgan import CGANSampler
    from aeflow.over_sampling._vae import VAESampler
else:
    _CLASSES = (
        "aeflow.over_sampling._ae_flow:AEFlowSampler",
        "aeflow.over_sampling._cgan:CGANSampler",
        "aeflow.over_sampling._vae:VAESampler",
    )

    def __getattr__(name: str) -> Any:
        # On first use: they import torch, which a fitted detector, whose columns are learned here too, does not need.
        for module, _, of_class in (path.partition(":") for path in _CLASSES):
            if name == of_class:
                return getattr(import_module(module), name)
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return __all__
