"""What the stages of the pipeline store of a training set: new rows, and the numbers of the real rows kept.

All of it may come from a shared cache: types, sizes and keys are checked where it is read.
"""

from pathlib import Path
from typing import Any

import numpy as np

from nids.balance.encoded import encoded
from nids.balance.training_set import Rows
from nids.base.files import intact, read_frame, read_json
from nids.data.encoder import Encoder
from nids.data.sets import Training
from nids.methods import METHODS


def read_new(method: str, encoder: Encoder, seed: int) -> Rows | None:
    """Return a method's new rows, encoded; None for a method without. Raises InputError for another kind of file."""
    if not METHODS[method].sampler:
        return None
    path = Path(f"data/synthetic/{METHODS[method].arm}/{method}/seed{seed}.parquet")
    frame = read_frame(path)
    with intact(path):
        rows = Rows(encoded(method, frame, encoder).to_numpy(np.float64), frame["label"].to_numpy())
        if rows.labels.dtype != np.int64 or not np.isfinite(rows.features).all():
            raise TypeError
        return rows


def read_kept(method: str, seed: int, train: Training) -> np.ndarray | None:
    """Return the positions of the real rows that one-sided selection has left a method; None: all."""
    row = METHODS[method]
    return read_positions(Path(f"data/cleaned/{row.arm}/{method}"), seed, train) if row.undersampled else None


def read_positions(folder: Path, seed: int, train: Training) -> np.ndarray:
    """Return the positions of the rows of ``train`` kept, (n,), int64, in order. Raises InputError for any others."""
    path = folder / f"seed{seed}.parquet"
    frame = read_frame(path)
    with intact(path):
        rows = frame["row"].to_numpy()
        if rows.dtype != np.int64 or len(rows) == 0 or (np.diff(rows) <= 0).any():
            raise TypeError
        if rows[0] < 0 or rows[-1] >= len(train.labels):
            raise IndexError
        return rows


def read_report(method: str, seed: int) -> dict[str, Any]:
    """Return what a method's sampler says of its fits, models and the classes left alone; all are empty without one.

    Raises InputError for a file that holds something else.
    """
    row = METHODS[method]
    if not row.sampler:
        return {"fits": {}, "models": {}, "left_alone": {}}
    path = Path(f"data/synthetic/{row.arm}/{method}/report.json")
    content = read_json(path)
    with intact(path):
        report = content[f"seed{seed}"]
        return {kind: dict(report[kind]) for kind in ("fits", "models", "left_alone")}
