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
from aeflow.nsl_kdd.schema import FEATURES


def keep(features: np.ndarray, labels: np.ndarray, n_seeds: int, seed: int) -> np.ndarray:
    from aeflow.under_sampling.selection import by_one_sided_selection  # heavy: imported by the workers alone

    return by_one_sided_selection(features, labels, n_seeds, seed)


def main(method: str) -> None:
    params = load(Path("params.yaml"))
    train = read_frame(Path("data/encoded/train.parquet"))
    before = {
        seed: read_frame(Path(f"data/undersampled/seed{seed}.parquet"))["row"].to_numpy() for seed in params.seeds
    }
    fits = []
    for seed, rows in before.items():
        # Class weights stand in for synthetic rows.
        new = None if method == "class_weight" else read_frame(Path(f"data/synthetic/{method}/seed{seed}.parquet"))
        whole = assemble(train, rows, new)
        fits.append((whole[list(FEATURES)].to_numpy(), whole["label"].to_numpy(), params.oss.n_seeds, seed))
    found = in_parallel(keep, fits, progress=f"one-sided selection, {method}")
    for (seed, rows), kept in zip(before.items(), found, strict=True):
        # Synthetic rows are of no cleaned class: they all stay, behind the real ones.
        real = rows[kept[kept < len(rows)]]
        write_frame(Path(f"data/cleaned/{method}/seed{seed}.parquet"), pd.DataFrame({"row": real}))


if __name__ == "__main__":
    run_stage(main, *sys.argv[1:])
