"""`make bench`: seconds to fit each classifier and to predict KDDTest+, kept in metrics/bench_classifiers.json.

On the training sets that `dvc repro` left in data/, first seed, one thread. Nothing here is a DVC output: times
differ from run to run, results do not.
"""

import json
import os
import time
from pathlib import Path

os.environ["OMP_NUM_THREADS"] = "1"  # before numpy reads it

import numpy as np

from aeflow.base.files import read_frame, read_json
from aeflow.base.params import load
from aeflow.classifiers import FILES
from aeflow.classifiers.fit import fit
from aeflow.classifiers.inputs import inputs
from aeflow.nsl_kdd.encoder import Encoder
from aeflow.nsl_kdd.records import read_records
from aeflow.nsl_kdd.rows import assemble
from aeflow.nsl_kdd.schema import FEATURES

ROOT = Path(__file__).parents[1]
METHODS = ("raw", "class_weight", "smote", "ae_flow")
RUNS = 3


def main() -> None:
    params, data = load(ROOT / "params.yaml"), ROOT / "data"
    seed, categorical = params.seeds[0], params.encode.categorical
    encoder = Encoder.from_json(read_json(data / "encoded/encoder.json"))
    train = read_frame(data / "encoded/train.parquet")
    test = encoder.transform(read_records(data / "raw/test.txt"), "test").to_numpy()
    found: dict[str, dict[str, dict[str, float]]] = {}
    print(f"{'method':<14}{'classifier':<12}{'rows':>8}{'fit, s':>9}{'predict, s':>12}   (medians of {RUNS})")
    for method in METHODS:
        rows = train
        if method != "raw":
            kept = read_frame(data / f"cleaned/{method}/seed{seed}.parquet")["row"].to_numpy()
            path = data / f"synthetic/{method}/seed{seed}.parquet"
            rows = assemble(train, kept, None if method == "class_weight" else read_frame(path))
        features, labels = rows[list(FEATURES)].to_numpy(), rows["label"].to_numpy()
        found[method] = {}
        for name in FILES:
            x, of_test = (inputs(name, categorical, of, encoder) for of in (features, test))
            times = []
            for _ in range(RUNS):
                start = time.perf_counter()
                classifier = fit(
                    name,
                    x,
                    labels,
                    categorical=categorical,
                    lr_max_iter=params.classifiers.lr_max_iter,
                    colsample_bytree=params.classifiers.xgb_onehot.colsample_bytree,
                    weighted=method == "class_weight",
                    seed=seed,
                )
                middle = time.perf_counter()
                classifier.predict_proba(of_test)
                times.append((middle - start, time.perf_counter() - middle))
            seconds, predict = np.median(times, axis=0).round(3).tolist()
            found[method][name] = {"rows": len(labels), "fit_seconds": seconds, "predict_seconds": predict}
            print(f"{method:<14}{name:<12}{len(labels):>8}{seconds:>9.2f}{predict:>12.2f}", flush=True)
    target = ROOT / "metrics/bench_classifiers.json"
    target.write_text(json.dumps({"cpus": os.cpu_count(), "methods": found}, indent=2) + "\n", encoding="utf-8")
    print(f"kept in {target.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
