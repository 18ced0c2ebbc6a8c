"""The one kind of network used throughout: a multilayer perceptron."""

import warnings
from collections.abc import Sequence
from itertools import pairwise

from torch import nn


def mlp(n_in: int, hidden: Sequence[int], n_out: int) -> nn.Sequential:
    """Return linear layers n_in -> hidden... -> n_out with ReLU between them.

    With n_in = 0, as in a flow of one dimension, the output is a constant that is learned, without
    hidden layers: behind no input, or before no output, they would never receive a gradient.
    """
    hidden = hidden if n_in and n_out else ()
    layers: list[nn.Module] = []
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Initializing zero-element tensors")
        for a, b in pairwise([n_in, *hidden, n_out]):
            layers += [nn.Linear(a, b), nn.ReLU()]
    return nn.Sequential(*layers[:-1])
