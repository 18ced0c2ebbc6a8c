"""Whose rows are measured for fidelity."""

from nids.methods import METHODS, PRINTED, STUDIED, of_arm

# The two ends of every scale, in the place of a method: rows of the training folds themselves, and these
# with Gaussian noise on each encoded feature.
REAL, NOISE = "real", "noise"


def measured(arm: str) -> list[str]:
    """Return what is measured with an arm: the paper's methods that draw new rows, and with the baselines both ends."""
    methods = [method for method in of_arm(arm) if method in PRINTED and METHODS[method].sampler]
    return methods if arm == STUDIED else [REAL, NOISE, *methods]
