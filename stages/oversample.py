"""Stage oversample: synthetic R2L and U2R rows by a trained generator (ae_flow, vae or cgan)."""

import sys
from pathlib import Path

from aeflow.base.errors import run_stage
from aeflow.base.files import existing, write_frame
from aeflow.base.params import load
from aeflow.generators.files import class_groups, weights_file
from aeflow.generators.sample import sample
from aeflow.nsl_kdd.schema import CLASSES
from aeflow.resampling.rows import synthetic_rows


def main(method: str) -> None:
    params = load(Path("params.yaml"))
    new_rows = {CLASSES.index(name): n for name, n in params.data.new_rows}
    folder = Path(f"data/generators/{method}")
    for seed in params.seeds:
        trained = {
            tuple(CLASSES.index(name) for name in classes): existing(folder / weights_file(classes, seed)).read_bytes()
            for classes in class_groups(method)
        }
        rows = synthetic_rows(*sample(trained, new_rows, seed))
        write_frame(Path(f"data/synthetic/{method}/seed{seed}.parquet"), rows)


if __name__ == "__main__":
    run_stage(main, *sys.argv[1:])
