"""Stage clean: the row numbers that one-sided selection leaves of one method's training set."""

import sys
from pathlib import Path

import numpy as np
import pandas as pd

from aeflow.base.errors import run_stage
from aeflow.base.files import read_frame, write_frame
from aeflow.base.parallel import in_parallel
from aeflow.base.params import load
from aeflow.nsl_kdd.rows import assemble
from aeflow.nsl_kdd.schema import CLASSES, FEATURES, MAJORITY


def keep(features: np.ndarray, labels: np.ndarray, n_seeds: int, seed: int) -> np.ndarray:
    from aeflow.under_sampling.one_sided_selection import OneSidedSelection  # heavy: imported by the workers alone

    cleaned = [CLASSES.index(name) for name in MAJORITY]
    sampler = OneSidedSelection(sampling_strategy=cleaned, n_seeds_S=n_seeds, random_state=seed)
    sampler.fit_resample(features, labels)
    return np.sort(sampler.sample_indices_)


def main(method: str) -> None:
    params = load(Path("params.yaml"))
    train = read_frame(Path("data/encoded/train.parquet"))
    before = {
        seed: read_frame(Path(f"data/undersampled/seed{seed}.parquet"))["row"].to_numpy() for seed in params.seeds
    }
    fits = []
    for seed, rows in before.items():
        whole = assemble(train, rows, read_frame(Path(f"data/synthetic/{method}/seed{seed}.parquet")))
        fits.append((whole[list(FEATURES)].to_numpy(), whole["label"].to_numpy(), params.oss.n_seeds, seed))
    for (seed, rows), kept in zip(before.items(), in_parallel(keep, fits), strict=True):
        # Synthetic rows are of no cleaned class: they all stay, behind the real ones.
        real = rows[kept[kept < len(rows)]]
        write_frame(Path(f"data/cleaned/{method}/seed{seed}.parquet"), pd.DataFrame({"row": real}))


if __name__ == "__main__":
    run_stage(main, *sys.argv[1:])
