"""Stage fetch: the data set's three files into data/raw."""

import os
from pathlib import Path

from aeflow.base.errors import run_stage
from aeflow.base.params import load
from aeflow.nsl_kdd.fetch import fetch


def main() -> None:
    params = load(Path("params.yaml"))
    folder = os.path.expandvars(params.data.folder)
    for key, file in params.data.files:
        source = fetch(
            file.name,
            file.sha256,
            folder=None if "$" in folder or not folder else Path(folder),
            mirrors=params.data.mirrors,
            target=Path("data/raw") / f"{key}.txt",
            timeout=params.download.timeout,
            attempts=params.download.attempts,
        )
        print(f"{file.name}: from {source}")


if __name__ == "__main__":
    run_stage(main)
