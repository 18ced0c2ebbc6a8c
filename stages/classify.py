"""Stage classify: DT, RF, LR and XGBoost, fitted on one method's training set (raw: on all real rows)."""

import sys
from pathlib import Path

import numpy as np

from aeflow.base.errors import run_stage
from aeflow.base.files import read_frame, write_bytes, write_json
from aeflow.base.parallel import in_parallel
from aeflow.base.params import load
from aeflow.classifiers import FILES
from aeflow.nsl_kdd.rows import assemble
from aeflow.nsl_kdd.schema import FEATURES


def fit_one(name: str, features: np.ndarray, labels: np.ndarray, lr_max_iter: int, seed: int) -> tuple[bytes, dict]:
    from aeflow.classifiers.fit import fit, lr_report  # heavy: imported by the workers alone
    from aeflow.classifiers.storage import to_bytes

    classifier = fit(name, features, labels, lr_max_iter, seed)
    return to_bytes(classifier), lr_report(classifier) if name == "lr" else {}


def main(method: str) -> None:
    params = load(Path("params.yaml"))
    train = read_frame(Path("data/encoded/train.parquet"))
    fits = []
    for seed in params.seeds:
        rows = train
        if method != "raw":
            kept = read_frame(Path(f"data/cleaned/{method}/seed{seed}.parquet"))["row"].to_numpy()
            rows = assemble(train, kept, read_frame(Path(f"data/synthetic/{method}/seed{seed}.parquet")))
        features, labels = rows[list(FEATURES)].to_numpy(), rows["label"].to_numpy()
        fits += [(name, features, labels, params.classifiers.lr_max_iter, seed) for name in FILES]
    folder = Path("data/classifiers") / method
    reports = {}
    for (name, *_, seed), (content, report) in zip(fits, in_parallel(fit_one, fits), strict=True):
        write_bytes(folder / f"seed{seed}" / FILES[name], content)
        if report:
            reports[f"seed{seed}"] = report
            outcome = "converged" if report["converged"] else "did NOT converge"
            print(f"lr on {method}, seed {seed}: {outcome} in {report['iterations']} iterations")
    write_json(folder / "lr.json", reports)


if __name__ == "__main__":
    run_stage(main, *sys.argv[1:])
