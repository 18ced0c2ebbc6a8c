"""Stage undersample: the row numbers that K-means density undersampling leaves."""

from pathlib import Path

import numpy as np
import pandas as pd

from aeflow.base.errors import run_stage
from aeflow.base.files import read_frame, write_frame
from aeflow.base.parallel import in_parallel
from aeflow.base.params import load
from aeflow.nsl_kdd.schema import CLASSES


def keep(name: str, features: np.ndarray, n_clusters: int, target: int, seed: int) -> np.ndarray:
    from aeflow.resampling.density import density_undersample  # heavy: imported by the workers alone

    return density_undersample(name, features, n_clusters, target, seed)


def main() -> None:
    params = load(Path("params.yaml"))
    train = read_frame(Path("data/encoded/train.parquet"))
    labels, features = train["label"].to_numpy(), train.drop(columns="label").to_numpy()
    of_class = {name: np.flatnonzero(labels == CLASSES.index(name)) for name in CLASSES}
    targets = dict(params.data.kept_rows)
    fits = [
        (name, features[of_class[name]], params.kmeans.n_clusters, target, seed)
        for seed in params.seeds
        for name, target in targets.items()
    ]
    kept = in_parallel(keep, fits)
    whole = [rows for name, rows in of_class.items() if name not in targets]
    for seed in params.seeds:
        of_seed = [of_class[fit[0]][rows] for rows, fit in zip(kept, fits, strict=True) if fit[-1] == seed]
        rows = np.sort(np.concatenate(whole + of_seed))
        write_frame(Path(f"data/undersampled/seed{seed}.parquet"), pd.DataFrame({"row": rows}))


if __name__ == "__main__":
    run_stage(main)
