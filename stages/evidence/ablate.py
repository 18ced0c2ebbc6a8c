"""Stage ablate: XGBoost and LR with new rows, K-means and one-sided selection on and off."""

from pathlib import Path

from nids.base.parallel import in_parallel
from nids.base.stage import run_stage
from nids.data.dataset import read_dataset
from nids.data.sets import read_test, read_training
from nids.detect.predictions import write_probabilities
from nids.params import read_params
from nids.runs.ablation import OVERSAMPLING, cell
from nids.runs.run import Settings, Shared


def main() -> None:
    params = read_params()
    dataset = read_dataset()
    train, test = read_training(dataset), read_test()
    settings = {name: Settings.of(method, params, dataset) for name, method in OVERSAMPLING.items()}
    # Found once for all of OVERSAMPLING.
    fits = [(settings["none"], train, None, seed) for seed in params.all_seeds]
    found = in_parallel("nids.runs.run:kept", fits, progress="K-means")
    shared = {seed: Shared(positions) for seed, positions in zip(params.all_seeds, found, strict=True)}
    runs = [(oversampling, seed) for oversampling in reversed(OVERSAMPLING) for seed in params.all_seeds]
    cells = in_parallel(
        "nids.runs.ablation:ablate",
        [(oversampling, settings[oversampling], train, shared[seed], test, seed) for oversampling, seed in runs],
        progress="ablation",
    )
    for (oversampling, seed), of_run in zip(runs, cells, strict=True):
        for parts, probabilities in of_run.items():
            path = Path(f"data/ablation/{cell(oversampling, *parts)}/seed{seed}.parquet")
            write_probabilities(path, probabilities, dataset.classes)


if __name__ == "__main__":
    run_stage(main)
