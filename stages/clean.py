"""Stage clean: the row numbers that one-sided selection leaves of each training set."""

from pathlib import Path

import pandas as pd

from nids.balance.stored import read_new, read_positions
from nids.base.files import write_frame
from nids.base.parallel import in_parallel
from nids.base.stage import run_stage
from nids.data.dataset import read_dataset
from nids.data.sets import read_training
from nids.methods import METHODS, PRINTED
from nids.params import read_params


def main() -> None:
    params = read_params()
    dataset = read_dataset()
    train = read_training(dataset)
    majority = tuple(dataset.kept_rows)
    kept = {seed: read_positions(Path("data/undersampled"), seed, train) for seed in params.seeds}
    runs = [(method, seed) for method in PRINTED if METHODS[method].undersampled for seed in params.seeds]
    fits = [
        (train, kept[seed], read_new(method, train.encoder, seed), majority, params.oss.n_seeds, seed)
        for method, seed in runs
    ]
    found = in_parallel("nids.balance.training_set:cleaned", fits, progress="one-sided selection")
    for (method, seed), rows in zip(runs, found, strict=True):
        folder = Path(f"data/cleaned/{METHODS[method].arm}/{method}")
        write_frame(folder / f"seed{seed}.parquet", pd.DataFrame({"row": rows}))


if __name__ == "__main__":
    run_stage(main)
