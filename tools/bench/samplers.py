"""The samplers' seconds and memory, side by side, kept in metrics/bench_samplers.json.

Each case is a process of its own, in a scratch clone in which the stages before it have run: there,
`python -m tools.bench.samplers CASE` runs one and leaves its seconds in seconds.json.
"""

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from nids.balance.training_set import training_set
from nids.data.dataset import Dataset, read_dataset
from nids.data.sets import Training, read_training
from nids.params import read_params
from nids.runs.run import Run, Settings, Shared, kept
from tools.bench.measure import clone, keep, measure

LARGE = 500_000
DRAWN = 250_000
WIDE = 78
ASSEMBLED = Path("assembled.npz")
COMMAND = "env PYTHONPATH=src python -m tools.bench.samplers"


def _read() -> tuple[Training, Dataset]:
    dataset = read_dataset()
    return read_training(dataset), dataset


def assemble() -> None:
    """Write the training set that one-sided selection cleans with SMOTE, in a process apart from those measured."""
    train, dataset = _read()
    params = read_params()
    settings, seed = Settings.of("smote", params, dataset), params.seeds[0]
    shared = Shared(kept(settings, train, None, seed))
    rows = training_set(train, shared.undersampled, Run("smote", settings, train, seed, shared).new()[0])
    majority = [train.classes.index(name) for name in dataset.majority]
    np.savez(ASSEMBLED, features=rows.features, labels=rows.labels, majority=majority)


def _assembled() -> tuple[np.ndarray, np.ndarray, list[int]]:
    """Return what ``assemble`` wrote, and the classes to clean."""
    with np.load(ASSEMBLED) as of:
        return of["features"], of["labels"], of["majority"].tolist()


def _large() -> tuple[np.ndarray, np.ndarray, list[int]]:
    """Return 500,000 rows: the encoded training set over and over, with a little noise; and the large classes."""
    train, dataset = _read()
    rng = np.random.default_rng(0)
    rows = rng.integers(0, len(train.labels), LARGE)
    features = train.features[rows]
    features += rng.normal(0, 0.01, features.shape)
    return features, train.labels[rows], [train.classes.index(name) for name in dataset.majority]


def ae_flow() -> Callable[[], Any]:
    from aeflow.over_sampling import AEFlowSampler

    train, dataset = _read()
    names = np.array(train.classes)[train.labels]
    totals = {name: int((names == name).sum()) + n for name, n in dataset.new_rows.items()}
    sampler = AEFlowSampler(sampling_strategy=totals, random_state=0)
    return lambda: sampler.fit_resample(train.records, names)


def draw() -> Callable[[], Any]:
    return _drawing(len(_read()[0].records.columns))


def draw_wide() -> Callable[[], Any]:
    return _drawing(WIDE)


def _drawing(n_columns: int) -> Callable[[], Any]:
    """Return what draws rows of the first class that grows from a model fitted before; its columns over and over."""
    from aeflow.over_sampling import AEFlowSampler

    train, dataset = _read()
    names = np.array(train.classes)[train.labels]
    of_columns = np.resize(np.arange(train.records.shape[1]), n_columns)
    records = train.records.iloc[:, of_columns].set_axis(range(n_columns), axis=1)
    name = next(iter(dataset.new_rows))
    sampler = AEFlowSampler(sampling_strategy={name: int((names == name).sum()) + 1}, random_state=0)
    sampler.fit_resample(records, names)
    return lambda: sampler.sample(DRAWN, name, random_state=0)


def one_sided_selection() -> Callable[[], Any]:
    from aeflow.under_sampling import OneSidedSelection

    features, labels, majority = _assembled()
    sampler = OneSidedSelection(sampling_strategy=majority, random_state=0)
    return lambda: sampler.fit_resample(features, labels)


def one_sided_selection_of_imbalanced_learn() -> Callable[[], Any]:
    from imblearn.under_sampling import OneSidedSelection

    features, labels, majority = _assembled()
    sampler = OneSidedSelection(sampling_strategy=majority, random_state=0)
    return lambda: sampler.fit_resample(features, labels)


def one_sided_selection_large() -> Callable[[], Any]:
    from aeflow.under_sampling import OneSidedSelection

    features, labels, majority = _large()
    sampler = OneSidedSelection(sampling_strategy=majority, random_state=0)
    return lambda: sampler.fit_resample(features, labels)


def density_large() -> Callable[[], Any]:
    from aeflow.under_sampling import DensityUnderSampler

    features, labels, majority = _large()
    sampler = DensityUnderSampler(sampling_strategy=dict.fromkeys(majority, 50_000), random_state=0)
    return lambda: sampler.fit_resample(features, labels)


# What each case is, how often it runs, and the rows that it draws; of several runs the median counts.
CASES: dict[Callable[[], Callable[[], Any]], tuple[str, int, int | None]] = {
    ae_flow: ("AE-Flow: fit R2L and U2R, draw 11,000 rows each", 3, None),
    draw: ("AE-Flow: draw 250,000 x 41", 3, DRAWN),
    draw_wide: ("AE-Flow: draw 250,000 x 78", 3, DRAWN),
    one_sided_selection: ("One-sided selection, the assembled set", 3, None),
    one_sided_selection_of_imbalanced_learn: ("the same, imbalanced-learn 0.14.2", 3, None),
    one_sided_selection_large: ("One-sided selection, 500,000 x 41", 1, None),
    density_large: ("K-means by density, 500,000 x 41", 1, None),
}


def main() -> None:
    runs: dict[str, list[dict[str, Any]]] = {what: [] for what, *_ in CASES.values()}
    with clone() as folder:
        measure("dvc repro --quiet encode", folder)
        measure(f"{COMMAND} {assemble.__name__}", folder)
        # In turns, so that what else the machine does falls on all cases alike.
        for turn in range(max(times for _, times, _ in CASES.values())):
            for case, (what, times, _) in CASES.items():
                if turn < times:
                    peak = measure(f"{COMMAND} {case.__name__}", folder)["peak_mb"]
                    runs[what].append({"seconds": json.loads((folder / "seconds.json").read_text()), "peak_mb": peak})
    found = {
        what: {
            "seconds": round(float(np.median([run["seconds"] for run in of_case])), 2),
            "peak_mb": max(run["peak_mb"] for run in of_case),
            "runs": len(of_case),
        }
        for what, of_case in runs.items()
    }
    for what, _, rows in CASES.values():
        if rows:
            found[what]["rows_per_second"] = round(rows / found[what]["seconds"])
    ours, theirs = (found[CASES[case][0]] for case in (one_sided_selection, one_sided_selection_of_imbalanced_learn))
    ratio = round(theirs["seconds"] / ours["seconds"], 1)
    print(f"{'sampler':<52}{'seconds':>9}{'peak MB':>9}{'rows/s':>9}")
    for what, figures in found.items():
        print(f"{what:<52}{figures['seconds']:>9}{figures['peak_mb']:>9}{figures.get('rows_per_second', ''):>9}")
    print(f"{'imbalanced-learn takes so many times as long':<52}{ratio:>9}")
    keep("bench_samplers", {"samplers": found, "one_sided_selection_times_faster": ratio})


def run_case(name: str) -> None:
    if name == assemble.__name__:
        assemble()
        return
    run = next(case for case in CASES if case.__name__ == name)()
    start = time.perf_counter()
    run()
    Path("seconds.json").write_text(json.dumps(time.perf_counter() - start))


if __name__ == "__main__":
    run_case(sys.argv[1]) if sys.argv[1:] else main()
