"""Stage oversample: a method's sampler, fitted to R2L and U2R, and its new rows."""

import sys
from pathlib import Path
from typing import Any

import pandas as pd

from aeflow.base.errors import one_line_warnings, run_stage
from aeflow.base.files import read_json, write_frame, write_json
from aeflow.base.parallel import in_parallel
from aeflow.base.params import load
from aeflow.nsl_kdd.encoder import Encoder
from aeflow.nsl_kdd.records import classes_of, read_records
from aeflow.nsl_kdd.schema import FEATURES


def synthesise(*arguments: Any) -> tuple[pd.DataFrame, dict[str, Any]]:
    from aeflow.over_sampling.report import report  # heavy: imported by the workers alone
    from aeflow.over_sampling.synthesise import synthesise

    with one_line_warnings():
        new = synthesise(*arguments)
    return new.features.assign(label=new.labels, synthetic=True), report(new.sampler)


def main(method: str) -> None:
    params = load(Path("params.yaml"))
    records = read_records(Path("data/raw/train.txt"))
    encoder = Encoder.from_json(read_json(Path("data/encoded/encoder.json")))
    new_rows = params.data.new_rows.model_dump()
    settings = getattr(params, method).model_dump()
    features, labels = records[list(FEATURES)], classes_of(records)
    fits = [(method, settings, features, labels, encoder, new_rows, seed) for seed in params.seeds]
    folder = Path("data/synthetic") / method
    curves: dict[str, list[pd.DataFrame]] = {}
    reports = {}
    for seed, (rows, report) in zip(params.seeds, in_parallel(synthesise, fits, progress=method), strict=True):
        write_frame(folder / f"seed{seed}.parquet", rows)
        for classes, curve in report.pop("curves").items():
            curves.setdefault(classes, []).append(curve)
        reports[f"seed{seed}"] = report
        for name, figures in report["fits"].items():
            print(f"{method} on {name}, seed {seed}: {', '.join(f'{key} {value}' for key, value in figures.items())}")
    for classes, of_seeds in curves.items():
        mean = pd.concat(of_seeds).groupby("epoch", as_index=False).mean()
        write_frame(folder / "curves" / f"{classes}.csv", mean)
    write_json(folder / "report.json", reports)


if __name__ == "__main__":
    run_stage(main, *sys.argv[1:])
