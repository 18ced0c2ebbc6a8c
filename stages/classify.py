"""Stage classify: the classifiers of FILES on the training sets of an arm, and their predictions."""

import sys
from pathlib import Path

from nids.balance.stored import read_kept, read_new, read_report
from nids.balance.training_set import class_counts, training_set
from nids.base.files import write_bytes, write_json
from nids.base.parallel import in_parallel
from nids.base.stage import run_stage
from nids.data.dataset import read_dataset
from nids.data.sets import read_test, read_training
from nids.detect import DETERMINISTIC, FILES
from nids.detect.density import Density, density_path
from nids.detect.predictions import write_probabilities
from nids.methods import METHODS, of_arm
from nids.params import read_params


def main(arm: str) -> None:
    params = read_params()
    dataset = read_dataset()
    train, test = read_training(dataset), read_test()
    densities = {seed: Density.load(density_path(seed, params.seeds), train.encoder) for seed in params.seeds}
    fits, samplers = [], {}
    for method in of_arm(arm):
        row = METHODS[method]
        for seed in params.seeds:
            samplers[method, seed] = read_report(method, seed)
            rows = training_set(train, read_kept(method, seed, train), read_new(method, train.encoder, seed))
            # On rows that are the same for every seed, some classifiers come out the same.
            shared = DETERMINISTIC if row.same_rows and seed != params.seeds[0] else ()
            fits += [(method, seed, (name, rows, row.weighted)) for name in FILES if name not in shared]
    found = in_parallel(
        "nids.detect.train:train",
        [
            (name, rows, densities[seed], params.options, weighted, test, seed)
            for _, seed, (name, rows, weighted) in fits
        ],
        progress=f"classifiers, {arm}",
    )
    probabilities: dict[tuple[str, int], dict] = {}
    lr: dict[tuple[str, int], dict] = {}
    for (method, seed, (name, _, _)), (content, p, report) in zip(fits, found, strict=True):
        everywhere = METHODS[method].same_rows and name in DETERMINISTIC
        for of_seed in params.seeds if everywhere else (seed,):
            write_bytes(Path(f"data/classifiers/{arm}/{method}/seed{of_seed}") / FILES[name], content)
            probabilities.setdefault((method, of_seed), {})[name] = p
            if report:
                lr[method, of_seed] = report
        if report:
            outcome = "converged" if report["converged"] else "did NOT converge"
            print(f"lr on {method}, seed {seed}: {outcome} in {report['iterations']} iterations")
    folder = Path(f"data/probabilities/{arm}")
    for (method, seed), of_run in probabilities.items():
        in_order = {name: of_run[name] for name in FILES}
        write_probabilities(folder / f"{method}/seed{seed}.parquet", in_order, dataset.classes)
    counts = {(method, seed): class_counts(rows.labels, dataset.classes) for method, seed, (_, rows, _) in fits}
    reports: dict[str, dict] = {}
    for method, seed in probabilities:
        of_set = counts[method, seed if (method, seed) in counts else params.seeds[0]]
        reports.setdefault(method, {})[f"seed{seed}"] = {
            "rows": of_set,
            "lr": lr[method, seed],
            **samplers[method, seed],
        }
    write_json(folder / "reports.json", reports)


if __name__ == "__main__":
    run_stage(main, *sys.argv[1:])
