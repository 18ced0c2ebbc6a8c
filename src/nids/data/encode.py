"""From the files to the encoded training and test set (Sect. 4.2), and the account of what they hold."""

import hashlib
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pandas as pd

from aeflow.errors import InputError
from nids.base.files import write_frame, write_json
from nids.base.quote import quoted
from nids.data.account import account
from nids.data.clean import Cleaning, row_hashes, without_duplicates
from nids.data.dataset import Found
from nids.data.description import DataFile, Source
from nids.data.encoder import Encoder
from nids.data.labels import Classes
from nids.data.records import Records, kinds_of, read_records
from nids.data.sets import ANSWERS, ENCODED, TYPE
from nids.data.split import periods, test_rows, times


@dataclass(frozen=True)
class _Rows:
    """The cleaned rows: of training, of all test sets together, which of them are in each, bool (n,); the titles of the
    sets; what cleaning has learned; and the duplicates and the columns that training is without.
    """

    train: Records
    test: Records
    marked: dict[str, np.ndarray]
    titles: dict[str, str]
    cleaning: Cleaning
    dropped_rows: int
    dropped_columns: list[str]


def encode(folder: Path, data: Source) -> tuple[Found, dict[str, str], dict[str, Any]]:
    """Read the files below ``folder``, KEY/FILE of each set, and write the encoded sets and the answers.

    The encoder is fitted to the training set alone. ANSWERS has for each test row its ``label``, its ``type``, whether
    the type is ``seen`` in training, and whether the row is in each test set; ``test_new`` is ``test`` without the rows
    that training has. Rows of a further test set that are in the test set too are stored once. Returns what was found
    in training, the titles of the test sets that have rows of every class, and the account.

    Raises InputError for what ``read_records``, the split, the cleaning and the encoder refuse, and for a class without
    training or test rows.
    """
    classes = Classes(data.label)
    read = read_records({key: sorted((folder / key).iterdir()) for key in data.files.sets}, data)
    for key, of_set in data.files.sets.items():
        _check_sizes(read[key], key, of_set)
    # Before the split, which takes the data out of ``read``, so that they are not twice in memory.
    files = {
        source.removeprefix(f"{folder}/"): _of_classes(of, classes)
        for part in read.values()
        for source, of in part.files.items()
    }
    left_out = sum(part.left_out for part in read.values())
    rows = _cleaned(read, data, classes)
    train, test, in_test = rows.train, rows.test, rows.marked["test"]
    of_train, of_test = (_classes_of(of.types, classes) for of in (train, test))
    sizes = _sizes(of_train)
    order = classes.in_order(sizes, rows.titles["train"])
    _check_classes(order, of_test, in_test, rows.titles["test"])
    codes = {name: code for code, name in enumerate(sorted(order))}
    labels, answers = (np.array([codes[name] for name in of], dtype=np.int64) for of in (of_train, of_test))

    encoder = Encoder.fit(train.frame, kinds_of(data))
    features, test_features = encoder.transform(train.frame), encoder.transform(test.frame)
    unknown = encoder.unknown(test.frame)
    if data.clean.unknown == "error":
        _refuse_unknown(unknown, rows)
    twins = np.isin(row_hashes(test_features), row_hashes(features))
    marked = rows.marked | {"test_new": in_test & ~twins}
    titles = rows.titles | {"test_new": f"{rows.titles['test']} without rows that occur in {rows.titles['train']}"}

    write_json(ENCODED / "encoder.json", encoder.to_json())
    write_json(ENCODED / "cleaning.json", asdict(rows.cleaning))
    write_frame(ENCODED / "train.parquet", features.assign(label=labels))
    types = pd.Series(train.types, dtype="str")
    write_frame(ENCODED / "records.parquet", encoder.records(train.frame).assign(**{TYPE: types}))
    if train.groups is not None:
        at = periods(times(train.groups, data.split)) if data.split.by == "time" else pd.factorize(train.groups)[0]
        write_frame(ENCODED / "groups.parquet", pd.DataFrame({"group": at.astype(np.int64)}))
    write_frame(ENCODED / "test.parquet", test_features)
    seen = np.isin(test.types.astype(str), train.types.astype(str))
    types = pd.Series(test.types, dtype="str")
    write_frame(ANSWERS, pd.DataFrame({"label": answers, "type": types, "seen": seen, **marked}))

    types_of: dict[str, list[str]] = {name: [] for name in order}
    for name in sorted(set(train.types)):
        types_of[classes.of(name) or ""].append(name)
    found = Found(
        classes={name: tuple(types) for name, types in types_of.items()},
        normal=data.label.normal,
        rows={name: sizes[name] for name in order},
        train=rows.titles["train"],
        held_out=_held_out(types_of, data),
    )
    tests = {key: titles[key] for key, of in marked.items() if len(np.unique(answers[of])) == len(order)}
    told = account(
        files,
        features,
        labels,
        test_features[in_test],
        twins[in_test],
        sorted(order),
        data.label.normal,
        left_out,
        {name: int(of[in_test].sum()) for name, of in unknown.items() if of[in_test].any()},
        rows.dropped_rows,
        rows.dropped_columns,
        [name for name, kind in encoder.features.items() if kind in ("count", "integer")],
        "test_new" in tests,
    )
    paths = [path for key in data.files.sets for path in sorted((folder / key).iterdir())]
    return found, tests, told | {"sha256": {str(path.relative_to(folder)): _sha256(path) for path in paths}}


def _cleaned(read: dict[str, Records], data: Source, classes: Classes) -> _Rows:
    """Split and clean what was read; ``read`` loses what is split."""
    sets, titles = _split(read, data, classes)
    train = sets["train"] if data.clean.duplicates == "keep" else without_duplicates(sets["train"])
    cleaning = Cleaning.fit(train, data)
    test, marked = _together({key: cleaning.transform(of) for key, of in sets.items() if key != "train"})
    if "label" in cleaning.names:  # so are the codes of the classes called where features are stored
        raise InputError("columns: a feature cannot be called 'label'; list it in columns.drop, or rename it")
    dropped = [str(name) for name in train.frame if name not in cleaning.names]
    repeated = len(sets["train"].types) - len(train.types)
    return _Rows(cleaning.transform(train), test, marked, titles, cleaning, repeated, dropped)


def _check_classes(order: list[str], of_test: np.ndarray, in_test: np.ndarray, title: str) -> None:
    """Raise InputError for a class that only training has, or only the test rows."""
    if new := set(of_test) - set(order):
        raise InputError(f"{title}: rows of class {quoted(min(new))}, of which no training row is; see split")
    if without := set(order) - set(of_test[in_test]):
        raise InputError(
            f"{title}: no row of class {quoted(min(without))}, which training has; leave its types out by "
            "label.leave_out, or put them into another class by label.classes"
        )


def _refuse_unknown(unknown: dict[str, np.ndarray], rows: _Rows) -> None:
    for name, where in unknown.items():
        found = rows.test.frame[name][where].iloc[0]
        first = next(key for key, of in rows.marked.items() if of[where][0])
        raise InputError(
            f"{rows.titles[first]}, column {name}: {quoted(found)} never occurs in the training set; correct it, or "
            "let clean.unknown be other"
        )


def _check_sizes(records: Records, key: str, files: tuple[DataFile, ...]) -> None:
    told = {file.name: file.rows for file in files if file.rows is not None}
    for path, n in records.sizes.items():
        if told.get(path.name, n) != n:
            raise InputError(
                f"{path}: {n:,} rows, and files.{key} says {told[path.name]:,}; is it another file, or are "
                "two names swapped?"
            )


def _split(read: dict[str, Records], data: Source, classes: Classes) -> tuple[dict[str, Records], dict[str, str]]:
    """Return the training set and the test sets, and what pages call them."""
    files = data.files.sets
    titles = {key: _title(files[key], f"the {key} rows") for key in read}
    if "data" not in read:
        return read, titles
    whole = read.pop("data")
    chosen = test_rows(data.split, whole.types, _classes_of(whole.types, classes), whole.groups, data.label.normal)
    sets = {"train": whole.at(~chosen), "test": whole.at(chosen)}
    return sets | read, {"train": "the training rows", "test": "the test rows"} | titles


def _title(files: tuple[DataFile, ...], otherwise: str) -> str:
    if len(files) > 1 or (files[0].title is None and files[0].is_pattern):
        return otherwise
    return files[0].title or files[0].name


def _together(sets: dict[str, Records]) -> tuple[Records, dict[str, np.ndarray]]:
    """Return the rows of all test sets, and which of them are in each, bool (n,).

    A row of a further set is taken for an equal one of the test set, each for one, before it is added to it.
    """
    whole = sets["test"]
    marked = {"test": np.ones(len(whole.types), dtype=bool)}
    for key, part in sets.items():
        if key == "test":
            continue
        of_whole, of_part = (_nth(records) for records in (whole, part))
        places = pd.Index(of_whole).get_indexer(pd.Index(of_part))
        new = places < 0
        if new.any():
            whole = whole.joined(part.at(new))
            marked = {name: np.append(of, np.zeros(int(new.sum()), dtype=bool)) for name, of in marked.items()}
            places[new] = np.arange(len(whole.types) - int(new.sum()), len(whole.types))
        marked[key] = np.zeros(len(whole.types), dtype=bool)
        marked[key][places] = True
    return whole, marked


def _nth(records: Records) -> np.ndarray:
    """Return a number for each row, (n,): equal rows differ by how many of them come before."""
    rows = records.frame.assign(**{TYPE: pd.Categorical(records.types)})
    hashes = pd.Series(row_hashes(rows))
    return row_hashes(pd.DataFrame({"row": hashes, "nth": hashes.groupby(hashes).cumcount()}))


def _classes_of(types: np.ndarray, classes: Classes) -> np.ndarray:
    codes, names = pd.factorize(types)
    return np.array([classes.of(name) for name in names], dtype=object)[codes]


def _sizes(of: np.ndarray) -> dict[str, int]:
    return {str(name): int(n) for name, n in zip(*np.unique(of.astype(str), return_counts=True), strict=True)}


def _of_classes(of_types: dict[str, int], classes: Classes) -> dict[str, int]:
    found: dict[str, int] = {}
    for name, n in of_types.items():
        of = classes.of(name) or ""
        found[of] = found.get(of, 0) + n
    return found


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _held_out(types_of: dict[str, list[str]], data: Source) -> Literal["types", "groups", "periods", "rows"]:
    """Return what validation holds out: what the test does, if that is groups or a time; or else types, where a class
    of attacks has several in training.
    """
    if data.split.by in ("group", "time"):
        return "groups" if data.split.by == "group" else "periods"
    several = any(len(types) > 1 for name, types in types_of.items() if name != data.label.normal)
    return "types" if several else "rows"
