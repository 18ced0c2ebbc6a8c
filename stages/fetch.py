"""Stage fetch: the data set's files into data/raw."""

import os
from pathlib import Path

from nids.base.stage import run_stage
from nids.data.description import read_description
from nids.data.fetch import fetch
from nids.params import read_params


def main() -> None:
    params = read_params()
    dataset = read_description(params.dataset)
    folder = os.path.expandvars(dataset.files.folder)
    for key, file in dataset.files.all.items():
        source = fetch(
            file.name,
            file.sha256,
            folder=None if "$" in folder or not folder else Path(folder),
            mirrors=dataset.files.mirrors,
            target=Path(f"data/raw/{key}.txt"),
            timeout=params.download.timeout,
            attempts=params.download.attempts,
        )
        print(f"{file.name}: from {source}")


if __name__ == "__main__":
    run_stage(main)
