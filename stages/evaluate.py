"""Stage evaluate: every classifier's scores on KDDTest+ and KDDTest-21, the only use of the test sets."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pandas as pd

from aeflow.base.errors import run_stage
from aeflow.base.files import read_frame, read_json, write_frame
from aeflow.base.parallel import in_parallel
from aeflow.base.params import load
from aeflow.classifiers import FILES
from aeflow.evidence.ablation import CELLS, FITTED
from aeflow.evidence.methods import METHODS
from aeflow.nsl_kdd.encoder import Encoder
from aeflow.nsl_kdd.records import classes_of, read_records
from aeflow.nsl_kdd.schema import ATTACK, CLASS_OF_ATTACK


def evaluate_one(folder: Path, names: Iterable[str], *arguments: Any) -> dict[str, list[dict[str, Any]]]:
    from aeflow.classifiers.storage import read_classifier  # heavy: imported by the workers alone
    from aeflow.evidence.evaluation import evaluate

    return evaluate({name: read_classifier(folder / FILES[name]) for name in names}, *arguments)


def main() -> None:
    params = load(Path("params.yaml"))
    encoder = Encoder.from_json(read_json(Path("data/encoded/encoder.json")))
    train = read_frame(Path("data/encoded/train.parquet")).drop(columns="label")
    tests = {}
    for test in ("test", "test_21"):
        path = Path(f"data/raw/{test}.txt")
        records = read_records(path)
        features = encoder.transform(records, str(path))
        in_train = features.merge(train.drop_duplicates(), how="left", indicator=True)["_merge"] == "both"
        tests[test] = features.to_numpy(), classes_of(records), records[ATTACK].to_numpy(str), ~in_train.to_numpy()
    seen = set(read_records(Path("data/raw/train.txt"))[ATTACK])

    rules = {method: read_json(Path(f"data/decision/{method}.json")) for method in METHODS}
    multipliers = {
        method: {classifier: found["multipliers"] for classifier, found in of_method.items()}
        for method, of_method in rules.items()
    }
    settings = encoder, params.encode.categorical, params.classifiers.voting
    runs: list[tuple[dict[str, Any], tuple[Any, ...]]] = []
    for seed in params.seeds:
        for method in METHODS:
            folder = Path(f"data/classifiers/{method}/seed{seed}")
            runs.append(({"method": method, "seed": seed}, (folder, FILES, tests, *settings, multipliers[method])))
        for cell, folder_name in CELLS.items():
            names = {"oversampling": cell[0], "kmeans": cell[1], "oss": cell[2], "seed": seed}
            folder = Path(f"data/{folder_name}/seed{seed}")
            runs.append((names, (folder, FITTED, {"test": tests["test"]}, *settings, {})))
    found = in_parallel(evaluate_one, [arguments for _, arguments in runs], progress="evaluation")
    rows: dict[str, list[dict[str, Any]]] = {"scores": [], "attacks": [], "calibration": [], "ablation": []}
    for (names, _), of_run in zip(runs, found, strict=True):
        for kind, of_kind in of_run.items():
            target = kind if "method" in names else "ablation"
            rows[target] += [names | row for row in of_kind]
    ablation = pd.DataFrame(rows["ablation"]).query("test == 'test' and classifier in ['xgb', 'voting']")
    attacks = pd.DataFrame(rows["attacks"])
    attacks.insert(5, "class", attacks["attack"].map(CLASS_OF_ATTACK))
    attacks.insert(6, "seen", attacks["attack"].isin(seen))
    write_frame(Path("data/evaluation/scores.parquet"), pd.DataFrame(rows["scores"]))
    write_frame(Path("data/evaluation/attacks.parquet"), attacks)
    write_frame(Path("data/evaluation/calibration.parquet"), pd.DataFrame(rows["calibration"]))
    write_frame(Path("data/evaluation/ablation.parquet"), ablation.drop(columns=["test", "rule"]))


if __name__ == "__main__":
    run_stage(main)
