"""The encoded training and test set, as stages read what encode has written."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from nids.base.files import intact, read_frame, read_json
from nids.data.dataset import Dataset
from nids.data.encoder import Encoder

ENCODED = Path("data/encoded")
# The column of types beside the records, under a name that no column of a file has.
TYPE = " type"
# Apart from all else, so that only the stages that score depend on it.
ANSWERS = Path("data/test_labels.parquet")


@dataclass(frozen=True)
class Training:
    """The training set: features (n, n_features), float64; labels (n,), int64, as positions in ``classes``;
    records, a frame of (n, n_features) as they were read; types (n,), texts; what encodes records; and groups (n,),
    int64, if the data set has any that are held out together.
    """

    features: np.ndarray
    labels: np.ndarray
    records: pd.DataFrame
    types: np.ndarray
    encoder: Encoder
    classes: tuple[str, ...]
    groups: np.ndarray | None = None

    def known(self, rows: np.ndarray) -> "Training":
        """Return the training set of some rows, (n,), bool; the encoder stays as it is: it looks at no label."""
        groups = None if self.groups is None else self.groups[rows]
        return Training(
            self.features[rows],
            self.labels[rows],
            self.records[rows],
            self.types[rows],
            self.encoder,
            self.classes,
            groups,
        )


@dataclass(frozen=True)
class Answers:
    """What is known of the test rows: labels (n,), int64, as positions in ``classes``; types (n,), texts; whether
    each type is ``seen`` in training, (n,), bool; and the rows of each test set, (n,), bool.
    """

    labels: np.ndarray
    types: np.ndarray
    seen: np.ndarray
    sets: dict[str, np.ndarray]
    classes: tuple[str, ...]
    normal: str

    def of(self, key: str) -> "Answers":
        """Return the answers of the rows of one test set, which is then all there is."""
        rows = self.sets[key]
        whole = np.ones(int(rows.sum()), dtype=bool)
        return Answers(self.labels[rows], self.types[rows], self.seen[rows], {key: whole}, self.classes, self.normal)


def read_encoder() -> Encoder:
    """Return the encoder that ``encode`` wrote. Raises InputError for a file that holds something else."""
    path = ENCODED / "encoder.json"
    content = read_json(path)
    with intact(path):
        return Encoder.from_json(content)


def read_training(dataset: Dataset) -> Training:
    """Return the training set that ``encode`` wrote. Raises InputError for files that hold something else."""
    encoder = read_encoder()
    path = ENCODED / "train.parquet"
    encoded = read_frame(path)
    with intact(path):
        features, labels = _finite(encoded[encoder.names]), encoded["label"].to_numpy()
        _check(labels.dtype == np.int64 and np.isin(labels, np.arange(len(dataset.classes))).all())
    path = ENCODED / "records.parquet"
    records = read_frame(path)
    with intact(path):
        types = records[TYPE].to_numpy(str)
        _check(len(records) == len(labels))
    groups = None
    if dataset.found.held_out in ("groups", "periods"):
        path = ENCODED / "groups.parquet"
        frame = read_frame(path)
        with intact(path):
            groups = frame["group"].to_numpy()
            _check(groups.dtype == np.int64 and len(groups) == len(labels))
    return Training(features, labels, records[encoder.names], types, encoder, dataset.classes, groups)


def read_test() -> np.ndarray:
    """Return the features of the test set, (n, n_features), float64; its labels are in ANSWERS.

    Raises InputError for a file that holds something else.
    """
    path = ENCODED / "test.parquet"
    frame = read_frame(path)
    with intact(path):
        return _finite(frame)


def read_answers(dataset: Dataset) -> Answers:
    """Return the answers that ``encode`` wrote. Raises InputError for a file that holds something else."""
    frame = read_frame(ANSWERS)
    with intact(ANSWERS):
        sets = {key: frame[key].to_numpy() for key in dataset.tests}
        labels, seen = frame["label"].to_numpy(), frame["seen"].to_numpy()
        _check(labels.dtype == np.int64 and np.isin(labels, np.arange(len(dataset.classes))).all())
        _check(all(marked.dtype == bool for marked in (seen, *sets.values())))
        return Answers(labels, frame["type"].to_numpy(str), seen, sets, dataset.classes, dataset.normal)


def _finite(features: pd.DataFrame) -> np.ndarray:
    """Return features as an array, float64; raise TypeError for others, ValueError for what is no number."""
    _check((features.dtypes == np.float64).all())
    values = features.to_numpy()
    if not np.isfinite(values).all():
        raise ValueError
    return values


def _check(holds: bool | np.bool) -> None:
    if not holds:
        raise TypeError
