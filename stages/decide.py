"""Stage decide: one method's decision rule, chosen on held-out attack types of the training set."""

import sys
import warnings
from pathlib import Path
from typing import Any

import numpy as np

from aeflow.base.errors import run_stage
from aeflow.base.files import read_json, write_json
from aeflow.base.parallel import in_parallel
from aeflow.base.params import load
from aeflow.evidence.attack_types import attack_type_folds
from aeflow.evidence.methods import MAIN
from aeflow.evidence.settings import settings_of
from aeflow.nsl_kdd.encoder import Encoder
from aeflow.nsl_kdd.records import classes_of, read_records
from aeflow.nsl_kdd.schema import ATTACK, FEATURES


def predict(*arguments: Any) -> dict[str, np.ndarray]:
    from aeflow.evidence.validation import held_out_probabilities  # heavy: imported by the workers alone

    # A collapse on a fold is not what this stage is about.
    warnings.simplefilter("ignore")
    return held_out_probabilities(*arguments)


def choose(*arguments: Any) -> dict[str, Any]:
    from aeflow.evidence.rule import rule  # heavy: imported by the workers alone

    return rule(*arguments)


def main(method: str) -> None:
    params = load(Path("params.yaml"))
    records = read_records(Path("data/raw/train.txt"))
    encoder = Encoder.from_json(read_json(Path("data/encoded/encoder.json")))
    settings = settings_of(params, method)
    features, labels, attacks = records[list(FEATURES)], classes_of(records), records[ATTACK].to_numpy(dtype=str)
    fits, held_out = [], []
    for seed in params.decision.seeds:
        folds = attack_type_folds(attacks, params.decision.folds, seed)
        for fold in range(params.decision.folds):
            fits.append((method, settings, features, labels, encoder, folds != fold, seed))
            held_out.append(np.flatnonzero(folds == fold))
    found = in_parallel(predict, fits, progress=f"{method} on held-out attack types")
    rows = np.concatenate(held_out)
    rules = [
        (
            np.concatenate([of_fold[name] for of_fold in found]),
            labels[rows],
            attacks[rows],
            params.decision.false_alarm_rate,
        )
        for name in found[0]
    ]
    chosen = in_parallel(choose, rules, progress=f"decision rules of {method}")
    of_classifier = dict(zip(found[0], chosen, strict=True))
    write_json(Path(f"data/decision/{method}.json"), of_classifier)
    classifier, rule = MAIN
    # What sweep and search choose by, small enough for `dvc exp show`.
    figures = {name: of_classifier[classifier][name][rule] for name in ("macro_recall", "false_alarm_rate")}
    write_json(Path(f"data/validation/{method}.json"), figures)


if __name__ == "__main__":
    run_stage(main, *sys.argv[1:])
