"""Stage density: the density with the seeds that the paper's pipeline lacks, and without what validation holds out."""

from pathlib import Path

import numpy as np

from nids.base.files import write_json
from nids.base.parallel import in_parallel
from nids.base.stage import run_stage
from nids.data.dataset import read_dataset
from nids.data.sets import read_training
from nids.detect.density import density_path, part_path
from nids.params import read_params
from nids.runs.folds import parts


def main() -> None:
    params = read_params()
    dataset = read_dataset()
    train = read_training(dataset)
    seeds = [seed for seed in params.all_seeds if seed not in params.seeds]
    held_out = parts(train, dataset.class_of, params.decision.folds, params.decision.seeds)
    fits: list[tuple[Path, np.ndarray | None, int]] = [(density_path(seed, params.seeds), None, seed) for seed in seeds]
    fits += [(part_path(part.name), part.known, part.seed) for part in held_out]
    found = in_parallel(
        "nids.detect.density:fit_density",
        [(train, known, dataset.normal, params.density.model_dump(), seed) for _, known, seed in fits],
        progress="density of normal traffic",
    )
    for (path, _, _), density in zip(fits, found, strict=True):
        density.save(path)
    # So that the folder is there where no seed is left.
    write_json(Path("data/densities/seeds/seeds.json"), seeds)


if __name__ == "__main__":
    run_stage(main)
