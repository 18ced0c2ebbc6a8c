"""`make bench`: the samplers' seconds and memory, side by side, kept in metrics/bench_samplers.json.

Each case is a process of its own, in a scratch clone in which the stages before it have run: there,
`python metrics/bench_samplers.py CASE` runs one and leaves its seconds in seconds.json.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from bench import ROOT, measure

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


def main() -> None:
    runs: dict[str, list[dict[str, Any]]] = {what: [] for what, _ in CASES.values()}
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch) / "aeflow"
        subprocess.run(["git", "clone", "--quiet", str(ROOT), str(folder)], check=True)
        measure("dvc repro --quiet clean@smote", folder)
        # In turns, so that what else the machine does falls on all cases alike.
        for turn in range(max(times for _, times in CASES.values())):
            for case, (what, times) in CASES.items():
                if turn < times:
                    command = f"env PYTHONPATH=src python metrics/bench_samplers.py {case.__name__}"
                    peak = measure(command, folder)["peak_mb"]
                    runs[what].append({"seconds": json.loads((folder / "seconds.json").read_text()), "peak_mb": peak})
    found = {
        what: {
            "seconds": round(float(np.median([run["seconds"] for run in of_case])), 2),
            "peak_mb": max(run["peak_mb"] for run in of_case),
            "runs": len(of_case),
        }
        for what, of_case in runs.items()
    }
    ours, theirs = (found[CASES[case][0]] for case in (one_sided_selection, one_sided_selection_of_imbalanced_learn))
    ratio = round(theirs["seconds"] / ours["seconds"], 1)
    print(f"{'sampler':<52}{'seconds':>9}{'peak MB':>9}")
    for what, figures in found.items():
        print(f"{what:<52}{figures['seconds']:>9}{figures['peak_mb']:>9}")
    print(f"{'imbalanced-learn takes so many times as long':<52}{ratio:>9}")
    target = ROOT / "metrics/bench_samplers.json"
    content = {"cpus": os.cpu_count(), "samplers": found, "one_sided_selection_times_faster": ratio}
    target.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")
    print(f"kept in {target.relative_to(ROOT)}")


def run_case(name: str) -> None:
    run = next(case for case in CASES if case.__name__ == name)()
    start = time.perf_counter()
    run()
    Path("seconds.json").write_text(json.dumps(time.perf_counter() - start))


if __name__ == "__main__":
    run_case(sys.argv[1]) if sys.argv[1:] else main()
