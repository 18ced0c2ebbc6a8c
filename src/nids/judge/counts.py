"""Rows of each class."""

from collections.abc import Mapping, Sequence


def mean_counts(runs: Sequence[Mapping[str, int]], classes: Sequence[str]) -> dict[str, float]:
    """Return the mean over runs of each class's rows, in the order of ``classes``."""
    return {name: sum(run[name] for run in runs) / len(runs) for name in classes}
