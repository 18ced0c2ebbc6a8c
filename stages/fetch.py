"""Stage fetch: the data set's files into data/raw, a folder for each set."""

from pathlib import Path

from nids.base.stage import run_stage
from nids.data.dataset import read_dataset
from nids.data.fetch import fetch_all
from nids.params import read_params


def main() -> None:
    download = read_params().download
    fetch_all(read_dataset().files, Path("data/raw"), timeout=download.timeout, attempts=download.attempts)


if __name__ == "__main__":
    run_stage(main)
