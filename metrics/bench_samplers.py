"""The samplers' seconds and memory, for `make bench`: each case is a process of its own, in a finished clone.

Run as `python metrics/bench_samplers.py CASE` in such a clone it prints the seconds of one case.
"""

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

LARGE = 500_000


def _assembled(method: str = "smote") -> tuple[np.ndarray, np.ndarray]:
    """Return the training set that one-sided selection cleans in the pipeline."""
    import pandas as pd

    from aeflow.nsl_kdd.rows import assemble
    from aeflow.nsl_kdd.schema import FEATURES

    train = pd.read_parquet("data/encoded/train.parquet")
    kept = pd.read_parquet("data/undersampled/seed0.parquet")["row"].to_numpy()
    whole = assemble(train, kept, pd.read_parquet(f"data/synthetic/{method}/seed0.parquet"))
    return whole[list(FEATURES)].to_numpy(), whole["label"].to_numpy()


def _large() -> tuple[np.ndarray, np.ndarray]:
    """Return 500,000 rows: the encoded training set over and over, with a little noise."""
    import pandas as pd

    train = pd.read_parquet("data/encoded/train.parquet")
    rng = np.random.default_rng(0)
    rows = rng.integers(0, len(train), LARGE)
    features = train.drop(columns="label").to_numpy()[rows]
    features += rng.normal(0, 0.01, features.shape)
    return features, train["label"].to_numpy()[rows]


def ae_flow() -> Callable[[], Any]:
    from aeflow.nsl_kdd.records import classes_of, read_records
    from aeflow.nsl_kdd.schema import CLASSES, FEATURES
    from aeflow.over_sampling.ae_flow import AEFlowSampler

    records = read_records(Path("data/raw/train.txt"))
    names = np.array(CLASSES)[classes_of(records)]
    totals = {name: int((names == name).sum()) + 11_000 for name in ("R2L", "U2R")}
    sampler = AEFlowSampler(sampling_strategy=totals, random_state=0)
    return lambda: sampler.fit_resample(records[list(FEATURES)], names)


def one_sided_selection() -> Callable[[], Any]:
    from aeflow.under_sampling.one_sided_selection import OneSidedSelection

    sampler = OneSidedSelection(sampling_strategy=[0, 1], random_state=0)
    features, labels = _assembled()
    return lambda: sampler.fit_resample(features, labels)


def one_sided_selection_of_imbalanced_learn() -> Callable[[], Any]:
    from imblearn.under_sampling import OneSidedSelection

    sampler = OneSidedSelection(sampling_strategy=[0, 1], random_state=0)
    features, labels = _assembled()
    return lambda: sampler.fit_resample(features, labels)


def one_sided_selection_large() -> Callable[[], Any]:
    from aeflow.under_sampling.one_sided_selection import OneSidedSelection

    sampler = OneSidedSelection(sampling_strategy=[0, 1], random_state=0)
    features, labels = _large()
    return lambda: sampler.fit_resample(features, labels)


def density_large() -> Callable[[], Any]:
    from aeflow.under_sampling.density import DensityUnderSampler

    sampler = DensityUnderSampler(sampling_strategy={0: 50_000, 1: 50_000}, random_state=0)
    features, labels = _large()
    return lambda: sampler.fit_resample(features, labels)


# What each case is, and how often it runs; of several runs the median counts.
CASES = {
    ae_flow: ("AE-Flow: fit R2L and U2R, draw 11,000 rows each", 3),
    one_sided_selection: ("One-sided selection, the assembled set", 3),
    one_sided_selection_of_imbalanced_learn: ("the same, imbalanced-learn 0.14.2", 3),
    one_sided_selection_large: ("One-sided selection, 500,000 x 41", 1),
    density_large: ("K-means by density, 500,000 x 41", 1),
}


def measure_samplers(measure: Callable[[str, Path], dict[str, Any]], folder: Path) -> dict[str, dict[str, Any]]:
    """Run every case by ``measure(command, folder)``, alternating them; return ``{what: figures}``."""
    found: dict[str, list[dict[str, Any]]] = {what: [] for what, _ in CASES.values()}
    for turn in range(max(times for _, times in CASES.values())):
        for case, (what, times) in CASES.items():
            if turn < times:
                target = folder / "seconds.json"
                peak = measure(f"env PYTHONPATH=src python metrics/bench_samplers.py {case.__name__}", folder)[
                    "peak_mb"
                ]
                found[what].append({"seconds": json.loads(target.read_text()), "peak_mb": peak})
    figures = {
        what: {
            "seconds": round(float(np.median([run["seconds"] for run in runs])), 2),
            "peak_mb": max(run["peak_mb"] for run in runs),
            "runs": len(runs),
        }
        for what, runs in found.items()
    }
    ours, theirs = (figures[CASES[case][0]] for case in (one_sided_selection, one_sided_selection_of_imbalanced_learn))
    ours["times_faster_than_imbalanced_learn"] = round(theirs["seconds"] / ours["seconds"], 1)
    return figures


if __name__ == "__main__":
    run = next(case for case in CASES if case.__name__ == sys.argv[1])()
    start = time.perf_counter()
    run()
    Path("seconds.json").write_text(json.dumps(time.perf_counter() - start))
