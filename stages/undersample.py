"""Stage undersample: the row numbers that K-means density undersampling leaves."""

from pathlib import Path

import pandas as pd

from nids.base.files import write_frame
from nids.base.parallel import in_parallel
from nids.base.stage import run_stage
from nids.data.dataset import read_dataset
from nids.data.sets import read_training
from nids.params import read_params


def main() -> None:
    params = read_params()
    dataset = read_dataset()
    train = read_training(dataset)
    fits = [(train, dataset.kept_rows, params.kmeans.n_clusters, seed) for seed in params.seeds]
    found = in_parallel("nids.balance.training_set:undersampled", fits, progress="K-means")
    for seed, rows in zip(params.seeds, found, strict=True):
        write_frame(Path(f"data/undersampled/seed{seed}.parquet"), pd.DataFrame({"row": rows}))


if __name__ == "__main__":
    run_stage(main)
