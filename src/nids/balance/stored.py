"""What the stages of the pipeline store of a training set: new rows, and the numbers of the real rows kept."""

from pathlib import Path
from typing import Any

import numpy as np

from nids.balance.encoded import encoded
from nids.balance.training_set import Rows
from nids.base.files import read_frame, read_json
from nids.data.encoder import Encoder
from nids.methods import METHODS


def read_new(method: str, encoder: Encoder, seed: int) -> Rows | None:
    """Return a method's new rows, encoded; None for a method without."""
    if not METHODS[method].sampler:
        return None
    frame = read_frame(Path(f"data/synthetic/{METHODS[method].arm}/{method}/seed{seed}.parquet"))
    return Rows(encoded(method, frame, encoder).to_numpy(), frame["label"].to_numpy())


def read_kept(method: str, seed: int) -> np.ndarray | None:
    """Return the positions of the real rows that one-sided selection has left a method; None: all."""
    row = METHODS[method]
    return read_positions(Path(f"data/cleaned/{row.arm}/{method}"), seed) if row.undersampled else None


def read_positions(folder: Path, seed: int) -> np.ndarray:
    """Return the positions of the real rows kept, (n,), int64."""
    return read_frame(folder / f"seed{seed}.parquet")["row"].to_numpy()


def read_report(method: str, seed: int) -> dict[str, Any]:
    """Return what a method's sampler says of its fits and models; both are empty without one."""
    row = METHODS[method]
    if not row.sampler:
        return {"fits": {}, "models": {}}
    return read_json(Path(f"data/synthetic/{row.arm}/{method}/report.json"))[f"seed{seed}"]
