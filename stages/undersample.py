"""Stage undersample: the row numbers that K-means density undersampling leaves."""

from pathlib import Path

import numpy as np
import pandas as pd

from aeflow.base.errors import InputError, run_stage
from aeflow.base.files import read_frame, write_frame
from aeflow.base.parallel import in_parallel
from aeflow.base.params import load
from aeflow.nsl_kdd.schema import CLASSES, FEATURES


def keep(features: np.ndarray, labels: np.ndarray, kept_rows: dict[str, int], n_clusters: int, seed: int) -> np.ndarray:
    from aeflow.under_sampling.selection import by_density  # heavy: imported by the workers alone

    return by_density(features, labels, kept_rows, n_clusters, seed)


def main() -> None:
    params = load(Path("params.yaml"))
    train = read_frame(Path("data/encoded/train.parquet"))
    features, labels = train[list(FEATURES)].to_numpy(), train["label"].to_numpy()
    kept_rows = params.data.kept_rows.model_dump()
    for name, n in kept_rows.items():
        if n > (count := int((labels == CLASSES.index(name)).sum())):
            raise InputError(f"kept_rows.{name}: {n} rows are to be kept of {count}; choose {count} or less")
    fits = [(features, labels, kept_rows, params.kmeans.n_clusters, seed) for seed in params.seeds]
    for seed, rows in zip(params.seeds, in_parallel(keep, fits, progress="K-means"), strict=True):
        write_frame(Path(f"data/undersampled/seed{seed}.parquet"), pd.DataFrame({"row": rows}))


if __name__ == "__main__":
    run_stage(main)
