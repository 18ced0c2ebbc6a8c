"""Random numbers and threads for a fit that comes out the same, and leaves no trace."""

from collections.abc import Iterator
from contextlib import contextmanager

import torch


@contextmanager
def reproducible(seed: int) -> Iterator[None]:
    """Seed torch, on one thread, within the block; its random state and threads are restored after it.

    Sums on several threads differ in their last digits with the number of threads, and the nets
    here are too small to gain from them.
    """
    threads = torch.get_num_threads()
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        torch.set_num_threads(1)
        try:
            yield
        finally:
            torch.set_num_threads(threads)
