"""The encoded training and test set: what encode writes once, and later stages read."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from aeflow.errors import InputError
from nids.base.files import intact, read_frame, read_json, write_frame, write_json
from nids.data.description import Description
from nids.data.encoder import Encoder
from nids.data.records import labels_of, read_records

ENCODED = Path("data/encoded")
# Apart from all else, so that only the stages that score depend on it.
ANSWERS = Path("data/test_labels.parquet")


@dataclass(frozen=True)
class Training:
    """The training set: features (n, n_features), float64; labels (n,), int64, as positions in ``classes``;
    records, a frame of (n, n_features) as they were read; types (n,), texts; and what encodes records.
    """

    features: np.ndarray
    labels: np.ndarray
    records: pd.DataFrame
    types: np.ndarray
    encoder: Encoder
    classes: tuple[str, ...]

    def known(self, rows: np.ndarray) -> "Training":
        """Return the training set of some rows, (n,), bool; the encoder stays as it is: it looks at no label."""
        return Training(
            self.features[rows], self.labels[rows], self.records[rows], self.types[rows], self.encoder, self.classes
        )


@dataclass(frozen=True)
class Answers:
    """What is known of the test rows: labels (n,), int64, as positions in ``classes``; types (n,), texts; whether
    each type is ``seen`` in training, (n,), bool; and the rows of each test set, (n,), bool, all for "test".
    """

    labels: np.ndarray
    types: np.ndarray
    seen: np.ndarray
    sets: dict[str, np.ndarray]
    classes: tuple[str, ...]
    normal: str


def encode(files: dict[str, Path], dataset: Description) -> None:
    """Fit the encoder to the training file, and write the encoded sets to ENCODED and the test labels to ANSWERS.

    files: the paths of "train", "test" and of each part. ANSWERS has for each test row its ``label``, its
    ``type``, whether the type is ``seen`` in training, whether the row is ``test_new``, so no training row,
    and whether it is in each part.

    Raises InputError for what ``read_records`` and the encoder refuse, and for a part with other rows.
    """
    column = dataset.label.column
    train = read_records(files["train"], dataset)
    encoder = Encoder.fit(train, dataset.features)
    features = encoder.transform(train, str(files["train"]))
    test = read_records(files["test"], dataset)
    test_features = encoder.transform(test, str(files["test"]))
    new = test_features.merge(features.drop_duplicates(), how="left", indicator=True)["_merge"] != "both"
    answers = pd.DataFrame(
        {
            "label": labels_of(test, dataset),
            "type": test[column],
            "seen": test[column].isin(set(train[column])),
            "test_new": new.to_numpy(),
        }
    )
    for key in dataset.files.parts:
        answers[key] = _part(test, read_records(files[key], dataset), files[key], files["test"])
    write_json(ENCODED / "encoder.json", encoder.to_json())
    write_frame(ENCODED / "train.parquet", features.assign(label=labels_of(train, dataset)))
    write_frame(ENCODED / "records.parquet", train[[*encoder.names, column]])
    write_frame(ENCODED / "test.parquet", test_features)
    write_frame(ANSWERS, answers)


def read_encoder() -> Encoder:
    """Return the encoder that ``encode`` wrote. Raises InputError for a file that holds something else."""
    path = ENCODED / "encoder.json"
    content = read_json(path)
    with intact(path):
        return Encoder.from_json(content)


def read_training(dataset: Description) -> Training:
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
        types = records[dataset.label.column].to_numpy(str)
        _check(len(records) == len(labels))
        return Training(features, labels, records[encoder.names], types, encoder, dataset.classes)


def read_test() -> np.ndarray:
    """Return the features of the test set, (n, n_features), float64; its labels are in ANSWERS.

    Raises InputError for a file that holds something else.
    """
    path = ENCODED / "test.parquet"
    frame = read_frame(path)
    with intact(path):
        return _finite(frame)


def read_answers(dataset: Description) -> Answers:
    """Return the answers that ``encode`` wrote. Raises InputError for a file that holds something else."""
    frame = read_frame(ANSWERS)
    with intact(ANSWERS):
        sets = {
            key: np.ones(len(frame), dtype=bool) if key == "test" else frame[key].to_numpy() for key in dataset.tests
        }
        labels, seen = frame["label"].to_numpy(), frame["seen"].to_numpy()
        _check(labels.dtype == np.int64 and np.isin(labels, np.arange(len(dataset.classes))).all())
        _check(all(marked.dtype == bool for marked in (seen, *sets.values())))
        return Answers(labels, frame["type"].to_numpy(str), seen, sets, dataset.classes, dataset.label.normal)


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


def _part(test: pd.DataFrame, part: pd.DataFrame, source: Path, whole: Path) -> np.ndarray:
    """Return which rows of ``test``, bool (n,), are those of ``part``; equal rows are taken in their order."""
    names = list(test.columns)
    places = [frame.assign(nth=frame.groupby(names, dropna=False).cumcount()) for frame in (test, part)]
    found = places[0].merge(places[1], how="outer", indicator=True)["_merge"]
    if (found == "right_only").any():
        surplus = (found == "right_only").sum()
        raise InputError(f"{source}: {surplus} rows are not in {whole}; files.parts lists parts of the test file")
    marked = places[0].reset_index().merge(places[1], how="left", indicator=True).sort_values("index")
    return (marked["_merge"] == "both").to_numpy()
