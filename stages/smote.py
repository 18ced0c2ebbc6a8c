"""Stage smote: synthetic R2L and U2R rows by SMOTE."""

from pathlib import Path

from aeflow.base.errors import run_stage
from aeflow.base.files import read_frame, write_frame
from aeflow.base.params import load
from aeflow.nsl_kdd.schema import CLASSES
from aeflow.resampling.rows import synthetic_rows
from aeflow.resampling.smote import smote


def main() -> None:
    params = load(Path("params.yaml"))
    train = read_frame(Path("data/encoded/train.parquet"))
    new_rows = {CLASSES.index(name): n for name, n in params.data.new_rows}
    features, labels = train.drop(columns="label").to_numpy(), train["label"].to_numpy()
    for seed in params.seeds:
        rows = synthetic_rows(*smote(features, labels, new_rows, params.smote.k_neighbors, seed))
        write_frame(Path(f"data/synthetic/smote/seed{seed}.parquet"), rows)


if __name__ == "__main__":
    run_stage(main)
