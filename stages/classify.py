"""Stage classify: DT, RF, LR, XGBoost and XGBoost one-hot, fitted on one method's training set."""

import sys
from pathlib import Path

import numpy as np

from aeflow.base.errors import run_stage
from aeflow.base.files import read_frame, read_json, write_bytes, write_json
from aeflow.base.parallel import in_parallel
from aeflow.base.params import load
from aeflow.classifiers import DETERMINISTIC, FILES
from aeflow.nsl_kdd.encoder import Encoder
from aeflow.nsl_kdd.rows import assemble
from aeflow.nsl_kdd.schema import FEATURES


def fit_one(
    name: str,
    features: np.ndarray,
    labels: np.ndarray,
    encoder: Encoder,
    categorical: str,
    lr_max_iter: int,
    colsample_bytree: float,
    weighted: bool,
    seed: int,
) -> tuple[bytes, dict]:
    from aeflow.classifiers.fit import fit, lr_report  # heavy: imported by the workers alone
    from aeflow.classifiers.inputs import inputs
    from aeflow.classifiers.storage import to_bytes

    classifier = fit(
        name,
        inputs(name, categorical, features, encoder),
        labels,
        categorical=categorical,
        lr_max_iter=lr_max_iter,
        colsample_bytree=colsample_bytree,
        weighted=weighted,
        seed=seed,
    )
    return to_bytes(classifier), lr_report(classifier) if name == "lr" else {}


def main(method: str) -> None:
    params = load(Path("params.yaml"))
    train = read_frame(Path("data/encoded/train.parquet"))
    encoder = Encoder.from_json(read_json(Path("data/encoded/encoder.json")))
    fits = []
    for seed in params.seeds:
        rows = train
        if method != "raw":
            kept = read_frame(Path(f"data/cleaned/{method}/seed{seed}.parquet"))["row"].to_numpy()
            path = Path(f"data/synthetic/{method}/seed{seed}.parquet")
            rows = assemble(train, kept, None if method == "class_weight" else read_frame(path))
        features, labels = rows[list(FEATURES)].to_numpy(), rows["label"].to_numpy()
        of_set = (
            features,
            labels,
            encoder,
            params.encode.categorical,
            params.classifiers.lr_max_iter,
            params.classifiers.xgb_onehot.colsample_bytree,
            method == "class_weight",
            seed,
        )
        # On the raw rows, which are the same for every seed, some classifiers come out the same.
        shared = DETERMINISTIC if method == "raw" and seed != params.seeds[0] else ()
        fits += [(name, *of_set) for name in FILES if name not in shared]
    folder = Path("data/classifiers") / method
    reports = {}
    found = in_parallel(fit_one, fits, progress=f"classifiers on {method}")
    for (name, *_, seed), (content, report) in zip(fits, found, strict=True):
        for other in params.seeds if method == "raw" and name in DETERMINISTIC else [seed]:
            write_bytes(folder / f"seed{other}" / FILES[name], content)
            if report:
                reports[f"seed{other}"] = report
        if report:
            outcome = "converged" if report["converged"] else "did NOT converge"
            print(f"lr on {method}, seed {seed}: {outcome} in {report['iterations']} iterations")
    write_json(folder / "lr.json", reports)


if __name__ == "__main__":
    run_stage(main, *sys.argv[1:])
