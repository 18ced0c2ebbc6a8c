"""Class probabilities as files: a frame with a column for each classifier and class."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from nids.base.files import intact, read_frame, write_frame


def write_probabilities(path: Path, found: Mapping[str, np.ndarray], classes: Sequence[str]) -> None:
    """Write ``{classifier: probabilities (n, n_classes)}``, in the dtype that they have."""
    columns = {f"{name} {of}": p[:, i] for name, p in found.items() for i, of in enumerate(classes)}
    write_frame(path, pd.DataFrame(columns))


def read_probabilities(path: Path, classes: Sequence[str]) -> dict[str, np.ndarray]:
    """Return what ``write_probabilities`` wrote; raises InputError if the file is missing or holds something else."""
    frame = read_frame(path)
    with intact(path):
        names = dict.fromkeys(column.partition(" ")[0] for column in frame.columns)
        found = {name: frame[[f"{name} {of}" for of in classes]].to_numpy() for name in names}
        if not found or not all(p.dtype.kind == "f" and np.isfinite(p).all() for p in found.values()):
            raise TypeError
        return found
