"""Stage fidelity: how close an arm's new rows come to real ones that it has not seen, on the training set alone."""

import sys
from pathlib import Path

from nids.base.files import write_json
from nids.base.parallel import in_parallel
from nids.base.stage import run_stage
from nids.data.dataset import read_dataset
from nids.data.sets import read_training
from nids.methods import METHODS
from nids.params import read_params
from nids.runs.measured import measured


def main(arm: str) -> None:
    params = read_params()
    dataset = read_dataset()
    train = read_training(dataset)
    folds, seeds = dataset.fidelity.folds, dataset.fidelity.seeds
    # The slowest first, so that no core idles at the end.
    runs = [(method, seed, fold) for method in reversed(measured(arm)) for seed in seeds for fold in range(folds)]
    found = in_parallel(
        "nids.runs.held_out:held_out_fidelity",
        [
            (method, params.of(method) if method in METHODS else {}, train, dataset.measured, folds, fold, seed)
            for method, seed, fold in runs
        ],
        progress=f"fidelity, {arm}",
    )
    of_methods: dict[str, list] = {}
    for (method, seed, fold), of_run in zip(runs, found, strict=True):
        of_methods.setdefault(method, []).append({"seed": seed, "fold": fold, "classes": of_run})
    write_json(Path(f"data/fidelity/{arm}.json"), of_methods)


if __name__ == "__main__":
    run_stage(main, *sys.argv[1:])
