"""Where the probabilities of a run are: the paper's pipeline has made some of them, the evidence the others."""

from collections.abc import Sequence
from pathlib import Path

from nids.methods import METHODS, PRINTED
from nids.runs.ablation import cell, method_of


def path(method: str, seed: int, papers: Sequence[int]) -> Path:
    """Return the file of a method's run; ``papers`` are the seeds of the paper's pipeline."""
    folder = "probabilities" if method in PRINTED and seed in papers else "repeat"
    return Path(f"data/{folder}/{METHODS[method].arm}/{method}/seed{seed}.parquet")


def cell_path(oversampling: str, kmeans: bool, oss: bool, seed: int, papers: Sequence[int]) -> Path:
    """Return the file of a cell of the ablation."""
    method = method_of(oversampling, kmeans, oss)
    if method is not None:
        return path(method, seed, papers)
    return Path(f"data/ablation/{cell(oversampling, kmeans, oss)}/seed{seed}.parquet")
