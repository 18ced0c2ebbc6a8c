"""Stage train: one generator (ae_flow, vae or cgan), fitted to the minority classes."""

import sys
from pathlib import Path

import pandas as pd

from aeflow.base.errors import run_stage
from aeflow.base.files import read_frame, write_bytes, write_frame
from aeflow.base.parallel import in_parallel
from aeflow.base.params import CGAN, VAE, AEFlow, load
from aeflow.generators.files import class_groups, curve_file, weights_file
from aeflow.nsl_kdd.schema import CLASSES, MINORITY

TRAINING_KEYS = {"epochs", "batch_size", "learning_rate"}


def fit_one(
    method: str, classes: tuple[str, ...], rows: pd.DataFrame, settings: AEFlow | VAE | CGAN, seed: int
) -> tuple[bytes, pd.DataFrame]:
    from aeflow.generators.fit import fit  # heavy: Lightning is imported by the workers alone

    rows = rows[rows["label"].isin([CLASSES.index(name) for name in classes])]
    labels = rows["label"].map({CLASSES.index(name): code for code, name in enumerate(classes)}).to_numpy()
    features = rows.drop(columns="label").to_numpy()
    architecture = {"n_features": features.shape[1], **settings.model_dump(mode="json", exclude=TRAINING_KEYS)}
    if isinstance(settings, CGAN):
        architecture["n_classes"] = len(classes)
    return fit(method, features, labels, architecture, seed=seed, **settings.model_dump(include=TRAINING_KEYS))


def main(method: str) -> None:
    params = load(Path("params.yaml"))
    settings: AEFlow | VAE | CGAN = getattr(params, method)
    train = read_frame(Path("data/encoded/train.parquet"))
    train = train[train["label"].isin([CLASSES.index(name) for name in MINORITY])]
    fits = [(method, classes, train, settings, seed) for classes in class_groups(method) for seed in params.seeds]
    folder = Path("data/generators") / method
    curves: dict[tuple[str, ...], list[pd.DataFrame]] = {}
    for (_, classes, _, _, seed), (weights, curve) in zip(fits, in_parallel(fit_one, fits), strict=True):
        write_bytes(folder / weights_file(classes, seed), weights)
        curves.setdefault(classes, []).append(curve)
        last = ", ".join(f"{name} {value:.3f}" for name, value in curve.iloc[-1, 1:].items())
        print(f"{method} on {' and '.join(classes)}, seed {seed}: {last}")
    for classes, of_seeds in curves.items():
        write_frame(folder / curve_file(classes), pd.concat(of_seeds).groupby("epoch", as_index=False).mean())


if __name__ == "__main__":
    run_stage(main, *sys.argv[1:])
