"""Stage fetch: the data set's files into data/raw, a folder for each set, and their hashes."""

from pathlib import Path

from nids.base.stage import run_stage
from nids.data.dataset import read_dataset, write_part
from nids.data.fetch import fetch_all
from nids.params import read_params


def main() -> None:
    download = read_params().download
    files = read_dataset().files
    hashes = fetch_all(files, Path("data/raw"), timeout=download.timeout, attempts=download.attempts)
    write_part("hashes", hashes)


if __name__ == "__main__":
    run_stage(main)
