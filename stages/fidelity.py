"""Stage fidelity: how close one method's rows come to real ones that it has not seen, on the training set alone."""

import sys
import warnings
from pathlib import Path
from typing import Any

from aeflow.base.errors import run_stage
from aeflow.base.files import read_json, write_json
from aeflow.base.parallel import in_parallel
from aeflow.base.params import load
from aeflow.nsl_kdd.encoder import Encoder
from aeflow.nsl_kdd.records import classes_of, read_records
from aeflow.nsl_kdd.schema import FEATURES


def measure(*arguments: Any) -> dict[str, dict[str, float]]:
    from aeflow.evidence.held_out import held_out_fidelity  # heavy: imported by the workers alone

    # The figure "collapsed" counts what a warning would say.
    warnings.simplefilter("ignore")
    return held_out_fidelity(*arguments)


def main(method: str) -> None:
    params = load(Path("params.yaml"))
    records = read_records(Path("data/raw/train.txt"))
    encoder = Encoder.from_json(read_json(Path("data/encoded/encoder.json")))
    # The two ends of the scale, real and noise, have no settings.
    settings = getattr(params, method).model_dump() if hasattr(params, method) else {}
    features, labels = records[list(FEATURES)], classes_of(records)
    folds, seeds = params.data.fidelity.folds, params.data.fidelity.seeds
    runs = [(seed, fold) for seed in seeds for fold in range(folds)]
    found = in_parallel(
        measure,
        [(method, settings, features, labels, encoder, folds, fold, seed) for seed, fold in runs],
        progress=f"fidelity of {method}",
    )
    write_json(
        Path(f"data/fidelity/{method}.json"),
        [{"seed": seed, "fold": fold, "classes": of_run} for (seed, fold), of_run in zip(runs, found, strict=True)],
    )


if __name__ == "__main__":
    run_stage(main, *sys.argv[1:])
