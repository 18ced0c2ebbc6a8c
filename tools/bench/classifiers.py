"""Seconds to fit each classifier and to predict the test set, kept in metrics/bench_classifiers.json.

On the training set that `dvc repro` left in data/encoded, first seed, one thread.
"""

import time

import numpy as np
from threadpoolctl import threadpool_limits

from nids.balance.training_set import Rows
from nids.base.stage import run_stage
from nids.data.dataset import read_dataset
from nids.data.sets import read_test, read_training
from nids.detect import FILES
from nids.detect.density import Density
from nids.detect.fit import fit, probabilities
from nids.methods import METHODS
from nids.params import read_params
from nids.runs.run import Run, Settings, Shared, kept
from tools.bench.measure import keep

MEASURED = ("raw", "class_weight", "smote", "ae_flow")
RUNS = 3


def main() -> None:
    params = read_params()
    dataset = read_dataset()
    train, test, seed = read_training(dataset), read_test(), params.seeds[0]
    density = Density.fit(train, dataset.normal, params.density.model_dump(), seed)
    found: dict[str, dict[str, dict[str, float]]] = {}
    print(f"{'method':<14}{'classifier':<12}{'rows':>8}{'fit, s':>9}{'predict, s':>12}   (medians of {RUNS})")
    for method in MEASURED:
        settings = Settings.of(method, params, dataset)
        rows, _ = Run(method, settings, train, seed, Shared(kept(settings, train, None, seed))).training_set()
        found[method] = {}
        for name in FILES:
            seen, asked = Rows(density.before(name, rows.features), rows.labels), density.before(name, test)
            times = []
            for _ in range(RUNS):
                with threadpool_limits(1):
                    start = time.perf_counter()
                    weighted = METHODS[method].weighted
                    classifier = fit(name, seen, train.encoder, params.options, weighted=weighted, seed=seed)
                    middle = time.perf_counter()
                    probabilities(name, classifier, asked, train.encoder, params.options)
                    times.append((middle - start, time.perf_counter() - middle))
            seconds, predict = np.median(times, axis=0).round(3).tolist()
            found[method][name] = {"rows": len(rows.labels), "fit_seconds": seconds, "predict_seconds": predict}
            print(f"{method:<14}{name:<12}{len(rows.labels):>8}{seconds:>9.2f}{predict:>12.2f}", flush=True)
    keep("bench_classifiers", {"methods": found})


if __name__ == "__main__":
    run_stage(main)
