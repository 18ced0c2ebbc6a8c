"""Over-samplers that learn a generative model of each class that is to grow."""

from aeflow.over_sampling._ae_flow import AEFlowSampler
from aeflow.over_sampling._cgan import CGANSampler
from aeflow.over_sampling._vae import VAESampler

__all__ = ["AEFlowSampler", "CGANSampler", "VAESampler"]
