"""Stage encode: label codes and z-scores, fitted on the training set alone."""

from pathlib import Path

from nids.base.stage import run_stage
from nids.data.description import read_description
from nids.data.sets import encode
from nids.params import read_params


def main() -> None:
    params = read_params()
    dataset = read_description(params.dataset)
    encode({key: Path(f"data/raw/{key}.txt") for key in dataset.files.all}, dataset)


if __name__ == "__main__":
    run_stage(main)
