"""Stage repeat: the methods of an arm with more seeds; of each run its probabilities for the test rows are kept."""

import sys
from pathlib import Path

from nids.base.files import write_json
from nids.base.parallel import in_parallel
from nids.base.stage import run_stage
from nids.data.dataset import read_dataset
from nids.data.sets import read_test, read_training
from nids.detect import DETERMINISTIC, NEEDED
from nids.detect.density import Density, density_path
from nids.detect.predictions import write_probabilities
from nids.methods import METHODS, PRINTED, of_arm
from nids.params import read_params
from nids.runs.run import Settings, Shared


def main(arm: str) -> None:
    params = read_params()
    dataset = read_dataset()
    train, test = read_training(dataset), read_test()
    # The slowest first, so that no core idles at the end.
    methods = tuple(reversed(of_arm(arm)))
    runs = []
    for method in methods:
        # The paper's pipeline has run the paper's methods with its own seeds.
        own = [seed for seed in params.all_seeds if method not in PRINTED or seed not in params.seeds]
        for seed in own:
            # On rows that are the same for every seed, some classifiers come out the same.
            same = DETERMINISTIC if METHODS[method].same_rows and seed != own[0] else ()
            runs.append((method, seed, tuple(name for name in NEEDED if name not in same)))
    settings = {method: Settings.of(method, params, dataset) for method in methods}
    # Found once for all methods of the arm.
    seeds = list(dict.fromkeys(seed for _, seed, _ in runs))
    densities = [Density.load(density_path(seed, params.seeds), train.encoder) for seed in seeds]
    undersampled = [None] * len(seeds)
    if any(METHODS[method].undersampled for method in methods):
        fits = [(settings[methods[0]], train, None, seed) for seed in seeds]
        undersampled = in_parallel("nids.runs.run:kept", fits, progress=f"K-means, {arm}")
    shared = {seed: Shared(*of) for seed, of in zip(seeds, zip(undersampled, densities, strict=True), strict=True)}
    found = in_parallel(
        "nids.runs.repeat:repeat",
        [(method, settings[method], train, shared[seed], names, test, seed) for method, seed, names in runs],
        progress=f"more seeds, {arm}",
    )
    first: dict[str, dict] = {}
    reports: dict[str, dict] = {}
    for (method, seed, _), (probabilities, report) in zip(runs, found, strict=True):
        of_run = first.setdefault(method, probabilities) | probabilities
        path = Path(f"data/repeat/{arm}/{method}/seed{seed}.parquet")
        write_probabilities(path, {name: of_run[name] for name in NEEDED}, dataset.classes)
        reports.setdefault(method, {})[f"seed{seed}"] = report
    write_json(Path(f"data/repeat/{arm}/reports.json"), reports)


if __name__ == "__main__":
    run_stage(main, *sys.argv[1:])
