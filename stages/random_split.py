"""Stage random_split: scores on a random part of the training set, kept as a warning: they say nothing."""

from pathlib import Path

import numpy as np

from aeflow.base.errors import run_stage
from aeflow.base.files import read_json, write_json
from aeflow.base.parallel import in_parallel
from aeflow.base.params import load
from aeflow.evidence.settings import Settings, settings_of
from aeflow.nsl_kdd.encoder import Encoder
from aeflow.nsl_kdd.records import classes_of, read_records
from aeflow.nsl_kdd.schema import FEATURES

METHODS = ("raw", "ae_flow")


def score(method: str, settings: Settings, *arguments: object) -> dict[str, float]:
    from aeflow.evidence.random_split import random_split_scores  # heavy: imported by the workers alone

    return random_split_scores(method, settings, *arguments)  # type: ignore[arg-type]


def main() -> None:
    params = load(Path("params.yaml"))
    records = read_records(Path("data/raw/train.txt"))
    encoder = Encoder.from_json(read_json(Path("data/encoded/encoder.json")))
    features, labels = records[list(FEATURES)], classes_of(records)
    seed = params.decision.seeds[0]
    # As large a part as is held out to choose the decision rules.
    known = np.random.default_rng(seed).permutation(len(labels)) % params.decision.folds != 0
    fits = [(method, settings_of(params, method), features, labels, encoder, known, seed) for method in METHODS]
    found = in_parallel(score, fits, progress="random split")
    write_json(Path("data/random_split.json"), dict(zip(METHODS, found, strict=True)))


if __name__ == "__main__":
    run_stage(main)
