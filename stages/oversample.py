"""Stage oversample: the samplers of an arm, fitted to the training set, and their new rows."""

import sys
from pathlib import Path

import pandas as pd

from nids.base.files import write_frame, write_json
from nids.base.parallel import in_parallel
from nids.base.stage import run_stage
from nids.data.dataset import read_dataset
from nids.data.sets import read_training
from nids.methods import METHODS, of_arm
from nids.params import read_params


def main(arm: str) -> None:
    params = read_params()
    dataset = read_dataset()
    train = read_training(dataset)
    new_rows = dataset.new_rows
    # The slowest first, so that no core idles at the end.
    methods = [method for method in reversed(of_arm(arm)) if METHODS[method].sampler]
    runs = [(method, seed) for method in methods for seed in params.seeds]
    fits = [(method, params.of(method), train, new_rows, seed) for method, seed in runs]
    found = in_parallel("nids.balance.synthesise:draw", fits, progress=f"new rows, {arm}")
    for method in methods:
        folder = Path(f"data/synthetic/{arm}/{method}")
        of_method = [(seed, *drawn) for (name, seed), drawn in zip(runs, found, strict=True) if name == method]
        curves: dict[str, list[pd.DataFrame]] = {}
        for seed, rows, report in of_method:
            write_frame(folder / f"seed{seed}.parquet", rows)
            for classes, curve in report.pop("curves").items():
                curves.setdefault(classes, []).append(curve)
            for name, fit in report["fits"].items():
                print(f"{method} on {name}, seed {seed}: {', '.join(f'{key} {value}' for key, value in fit.items())}")
            for name, why in report["left_alone"].items():
                print(f"{method} leaves {name} alone, seed {seed}: {why}")
        for classes, of_seeds in curves.items():
            write_frame(folder / f"curves/{classes}.csv", pd.concat(of_seeds).groupby("epoch", as_index=False).mean())
        write_json(folder / "report.json", {f"seed{seed}": report for seed, _, report in of_method})


if __name__ == "__main__":
    run_stage(main, *sys.argv[1:])
