"""Stage encode: label codes and z-scores, fitted on the training set alone."""

from pathlib import Path

from aeflow.base.errors import run_stage
from aeflow.base.files import write_frame, write_json
from aeflow.nsl_kdd.encoder import Encoder
from aeflow.nsl_kdd.records import classes_of, read_records


def main() -> None:
    records = read_records(Path("data/raw/train.txt"))
    encoder = Encoder.fit(records)
    write_json(Path("data/encoded/encoder.json"), encoder.to_json())
    write_frame(
        Path("data/encoded/train.parquet"), encoder.transform(records, "train").assign(label=classes_of(records))
    )


if __name__ == "__main__":
    run_stage(main)
