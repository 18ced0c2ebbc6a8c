"""Stage ablation: XGBoost and LR, fitted with K-means and one-sided selection on and off."""

import sys
from pathlib import Path

import numpy as np

from aeflow.base.errors import run_stage
from aeflow.base.files import read_frame, read_json, write_bytes
from aeflow.base.parallel import in_parallel
from aeflow.base.params import load
from aeflow.classifiers import FILES
from aeflow.evidence.ablation import CELLS, FITTED
from aeflow.nsl_kdd.encoder import Encoder
from aeflow.nsl_kdd.rows import assemble
from aeflow.nsl_kdd.schema import FEATURES


def fit_cell(
    features: np.ndarray,
    labels: np.ndarray,
    encoder: Encoder,
    oss_seeds: int | None,
    categorical: str,
    lr_max_iter: int,
    colsample_bytree: float,
    seed: int,
) -> dict[str, bytes]:
    from aeflow.classifiers.fit import fit  # heavy: imported by the workers alone
    from aeflow.classifiers.inputs import inputs
    from aeflow.classifiers.storage import to_bytes
    from aeflow.under_sampling.selection import by_one_sided_selection

    if oss_seeds is not None:
        kept = by_one_sided_selection(features, labels, oss_seeds, seed)
        features, labels = features[kept], labels[kept]
    return {
        name: to_bytes(
            fit(
                name,
                inputs(name, categorical, features, encoder),
                labels,
                categorical=categorical,
                lr_max_iter=lr_max_iter,
                colsample_bytree=colsample_bytree,
                weighted=False,
                seed=seed,
            )
        )
        for name in FITTED
    }


def main(oversampling: str) -> None:
    params = load(Path("params.yaml"))
    train = read_frame(Path("data/encoded/train.parquet"))
    encoder = Encoder.from_json(read_json(Path("data/encoded/encoder.json")))
    targets, fits = [], []
    for (of_cell, kmeans, oss), folder in CELLS.items():
        if of_cell != oversampling or not folder.startswith("ablation"):
            continue
        for seed in params.seeds:
            kept = np.arange(len(train))
            if kmeans:
                kept = read_frame(Path(f"data/undersampled/seed{seed}.parquet"))["row"].to_numpy()
            path = Path(f"data/synthetic/{oversampling}/seed{seed}.parquet")
            rows = assemble(train, kept, None if oversampling == "none" else read_frame(path))
            targets.append(Path("data") / folder / f"seed{seed}")
            fits.append(
                (
                    rows[list(FEATURES)].to_numpy(),
                    rows["label"].to_numpy(),
                    encoder,
                    params.oss.n_seeds if oss else None,
                    params.encode.categorical,
                    params.classifiers.lr_max_iter,
                    params.classifiers.xgb_onehot.colsample_bytree,
                    seed,
                )
            )
    found = in_parallel(fit_cell, fits, progress=f"ablation, oversampling: {oversampling}")
    for target, fitted in zip(targets, found, strict=True):
        for name, content in fitted.items():
            write_bytes(target / FILES[name], content)


if __name__ == "__main__":
    run_stage(main, *sys.argv[1:])
