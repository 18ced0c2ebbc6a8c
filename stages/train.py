"""Stage train: one generator (ae_flow, vae or cgan), fitted to the minority classes."""

import sys
from pathlib import Path

import pandas as pd

from aeflow.base.errors import run_stage
from aeflow.base.files import read_frame, write_bytes, write_frame
from aeflow.base.parallel import in_parallel
from aeflow.base.params import CGAN, VAE, AEFlow, load
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
    # A conditional model learns all classes at once, the others one class each.
    groups = [MINORITY] if isinstance(settings, CGAN) else [(name,) for name in MINORITY]
    fits = [(method, group, train, settings, seed) for group in groups for seed in params.seeds]
    folder = Path("data/generators") / method
    curves: dict[str, list[pd.DataFrame]] = {}
    for (_, group, _, _, seed), (weights, curve) in zip(fits, in_parallel(fit_one, fits), strict=True):
        name = "+".join(group)
        write_bytes(folder / f"{name}-seed{seed}.safetensors", weights)
        curves.setdefault(name, []).append(curve)
        print(f"{method} {name}, seed {seed}: " + ", ".join(f"{k} {v:.3f}" for k, v in curve.iloc[-1, 1:].items()))
    for name, of_seeds in curves.items():
        mean = pd.concat(of_seeds).groupby("epoch", as_index=False).mean()
        write_frame(folder / "curves" / f"{name}.csv", mean)


if __name__ == "__main__":
    run_stage(main, *sys.argv[1:])
