"""Stage density: AE-Flow fitted to the normal traffic of the training set, as a density."""

from nids.base.parallel import in_parallel
from nids.base.stage import run_stage
from nids.data.dataset import read_dataset
from nids.data.sets import read_training
from nids.detect.density import density_path
from nids.params import read_params


def main() -> None:
    params = read_params()
    dataset = read_dataset()
    train = read_training(dataset)
    fits = [(train, None, dataset.normal, params.density.model_dump(), seed) for seed in params.seeds]
    found = in_parallel("nids.detect.density:fit_density", fits, progress="density of normal traffic")
    for seed, density in zip(params.seeds, found, strict=True):
        density.save(density_path(seed, params.seeds))


if __name__ == "__main__":
    run_stage(main)
