"""The encoded sets: what encode writes once, and what later stages read."""

import shutil
from collections import Counter
from contextlib import chdir
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from conftest import ROOT
from flows import LABEL, described, rows, text, write

from aeflow.errors import InputError
from nids.data.dataset import PATHS, Dataset, in_memory, read_dataset, write_description, write_part
from nids.data.description import Description
from nids.data.encode import encode
from nids.data.labels import Classes
from nids.data.records import Records, read_records
from nids.data.sets import ANSWERS, ENCODED, Answers, Training, read_answers, read_encoder, read_test, read_training

DEMO = ROOT / "data/demo"


@pytest.fixture(scope="module")
def tested(description: Description) -> Records:
    return read_records({"test": [DEMO / "test.txt"]}, description)["test"]


@pytest.fixture(scope="module")
def encoded(tmp_path_factory: pytest.TempPathFactory, description: Description) -> Path:
    """A folder in which the demo files are encoded."""
    folder = tmp_path_factory.mktemp("encoded")
    files = {f"{key}/{file.name}": (DEMO / file.name).read_bytes()
             for key, of_set in description.files.sets.items() for file in of_set}  # fmt: skip
    with chdir(folder):
        encode(write(folder / "raw", files), description)
    return folder


@pytest.fixture
def inside(encoded: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(encoded)
    return encoded


def _encoded(
    folder: Path, content: dict[str, str | bytes], /, **sections: Any
) -> tuple[Dataset, dict[str, Any], Training, np.ndarray, Answers]:
    """Encode files, KEY/NAME, in a folder, and read all of it."""
    description = described(**sections)
    with chdir(folder):
        found, tests, account = encode(write(folder / "raw", content), description)
        dataset = in_memory(description, found, tests)
        return dataset, account, read_training(dataset), read_test(), read_answers(dataset)


def _refused(folder: Path, content: dict[str, str | bytes], /, **sections: Any) -> str:
    with chdir(folder), pytest.raises(InputError) as caught:
        encode(write(folder / "raw", content), described(**sections))
    assert str(caught.value).isprintable()
    assert not (folder / ENCODED).exists()
    return str(caught.value)


TRAIN_AND_TEST = {"train": "train.csv", "test": "test.csv"}


@pytest.mark.usefixtures("inside")
def test_the_training_set_comes_back_as_it_was(train: Training, dataset: Dataset) -> None:
    found = read_training(dataset)
    np.testing.assert_array_equal(found.features, train.features)
    np.testing.assert_array_equal(found.labels, train.labels)
    np.testing.assert_array_equal(found.types, train.types)
    pd.testing.assert_frame_equal(found.records, train.records, check_exact=True)
    assert found.classes == dataset.classes
    assert found.encoder.to_json() == read_encoder().to_json() == train.encoder.to_json()
    assert found.groups is None


@pytest.mark.usefixtures("inside")
def test_training_labels_are_places_among_the_sorted_classes(train: Training, dataset: Dataset) -> None:
    assert train.labels.dtype == np.int64
    assert [dataset.classes[code] for code in train.labels] == [dataset.class_of[name] for name in train.types]
    names = train.encoder.names
    assert train.records["src_bytes"].dtype == train.records["land"].dtype == "int64"
    assert train.records["serror_rate"].dtype == "float64"
    assert list(train.records) == names
    assert not {"attack", "difficulty"} & set(names)


@pytest.mark.usefixtures("inside")
def test_test_features_are_encoded_as_training_ones(train: Training, tested: Records) -> None:
    np.testing.assert_array_equal(read_test(), train.encoder.transform(tested.frame).to_numpy())


@pytest.mark.usefixtures("inside")
def test_test_labels_are_in_a_file_of_their_own(train: Training) -> None:
    """Only the stages that score read it; beside the features there is no column more."""
    assert list(pd.read_parquet(ENCODED / "test.parquet")) == train.encoder.names
    assert ENCODED not in ANSWERS.parents
    assert list(pd.read_parquet(ANSWERS)) == ["label", "type", "seen", "test", "test_21", "test_new"]


@pytest.mark.usefixtures("inside")
def test_answers_are_the_types_and_classes_of_the_test_rows(
    dataset: Dataset, train: Training, tested: Records, description: Description
) -> None:
    found = read_answers(dataset)
    classes = Classes(description.label)
    assert found.types.tolist() == tested.types.tolist()
    assert [dataset.classes[code] for code in found.labels] == [classes.of(name) for name in tested.types]
    types = set(train.types)
    assert found.seen.tolist() == [name in types for name in tested.types]
    assert 0 < found.seen.sum() < len(found.seen)
    assert (found.classes, found.normal) == (dataset.classes, "Normal")
    assert list(found.sets) == list(dataset.tests)


def test_of_two_files_the_one_that_is_wrong_is_named(
    encoded: Path, dataset: Dataset, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The classes are asked for while the rows are read."""
    shutil.copytree(encoded / "data", tmp_path / "data")
    monkeypatch.chdir(tmp_path)
    write_description(described())
    PATHS["found"].write_bytes(b"x")
    write_part("tests", dataset.tests)
    for reads in (read_training, read_answers):
        with pytest.raises(InputError, match=r"^data/dataset\.json: damaged"):
            reads(read_dataset())


@pytest.mark.usefixtures("inside")
def test_further_test_sets_are_the_rows_of_their_files(dataset: Dataset) -> None:
    """Of the demo's it is known which: those that are not of the least difficulty."""
    found = read_answers(dataset).sets
    difficulty = [line.rpartition(",")[2] for line in (DEMO / "test.txt").read_text().splitlines()]
    assert found["test"].all()
    assert found["test_21"].tolist() == [text != "21" for text in difficulty]


@pytest.mark.usefixtures("inside")
def test_new_test_rows_are_those_that_training_has_not(dataset: Dataset, train: Training, tested: Records) -> None:
    known = set(train.records.itertuples(index=False, name=None))
    of_rows = tested.frame.itertuples(index=False, name=None)
    assert read_answers(dataset).sets["test_new"].tolist() == [row not in known for row in of_rows]


@pytest.mark.usefixtures("inside")
def test_answers_of_one_test_set_are_its_rows(dataset: Dataset) -> None:
    whole = read_answers(dataset)
    part = whole.of("test_21")
    rows_of_part = whole.sets["test_21"]
    np.testing.assert_array_equal(part.labels, whole.labels[rows_of_part])
    np.testing.assert_array_equal(part.types, whole.types[rows_of_part])
    assert list(part.sets) == ["test_21"]
    assert part.sets["test_21"].all()


def test_known_rows_keep_their_places_together(train: Training) -> None:
    chosen = np.arange(len(train.labels)) % 7 == 3
    part = train.known(chosen)
    for name in ("features", "labels", "types"):
        np.testing.assert_array_equal(getattr(part, name), getattr(train, name)[chosen])
    pd.testing.assert_frame_equal(part.records, train.records[chosen])
    assert part.encoder is train.encoder


# Rows whose number says where they are from.
FIRST = [f"{100 + i},tcp,{i % 7},{('normal', 'dos')[i % 2]}" for i in range(60)]


@pytest.mark.parametrize(
    ("test", "further", "expected"),
    [
        ("abcd", "abcd", "1111"),
        ("abcd", "cd", "0011"),
        ("aabbcc", "a", "100000"),  # equal rows are taken in their order, each for one
        ("aabbcc", "aca", "110010"),
        ("aabbcc", "aaa", "1100001"),  # what the test set lacks is added
        ("abcd", "ef", "000011"),
    ],
)
def test_rows_of_a_further_test_set_are_stored_once(tmp_path: Path, test: str, further: str, expected: str) -> None:
    def lines(letters: str) -> list[str]:
        return [f"{ord(name)},tcp,0,{'normal' if name in 'ace' else 'dos'}" for name in letters]

    files: dict[str, str | bytes] = {"train/train.csv": text(*FIRST), "test/test.csv": text(*lines(test))}
    files["more/more.csv"] = text(*lines(further))
    extra = TRAIN_AND_TEST | {"extra_tests": {"more": "more.csv"}}
    description = described(files=extra)
    with chdir(tmp_path):
        encode(write(tmp_path / "raw", files), description)
        found = pd.read_parquet(ANSWERS)
        features = read_encoder().inverse_transform(pd.read_parquet(ENCODED / "test.parquet"))
    assert "".join(map(str, found["more"].astype(int))) == expected
    assert found["test"].tolist() == [i < len(test) for i in range(len(expected))]
    assert not found["test_new"][len(test) :].any()
    added = "".join(map(chr, features["a"][len(test) :]))
    assert Counter(test + added) >= Counter(further)


def test_a_further_test_set_without_rows_of_a_class_is_not_scored(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {"train/train.csv": text(*FIRST), "test/test.csv": text(*FIRST[:20])}
    files |= {"more/more.csv": text(*FIRST[20:40]), "one/one.csv": text(FIRST[0])}
    extra = TRAIN_AND_TEST | {"extra_tests": {"more": "more.csv", "one": "one.csv"}}
    found, _, _, _, answers = _encoded(tmp_path, files, files=extra)
    # Of the test set all rows are in training.
    assert found.tests == {"test": "test.csv", "more": "more.csv"}
    assert answers.sets["more"].tolist() == [False] * 20 + [True] * 20


def test_equal_rows_in_files(tmp_path: Path) -> None:
    """A test row that training has twice is one row, and twice in the test file are two."""
    twin, new = FIRST[0], [f"{-i},udp,1,{('normal', 'dos')[i % 2]}" for i in range(8)]
    files: dict[str, str | bytes] = {"train/train.csv": text(*FIRST, twin), "test/test.csv": text(twin, *new, twin)}
    found, account, train, _, answers = _encoded(tmp_path, files, files=TRAIN_AND_TEST)
    assert answers.sets["test_new"].tolist() == [False, *[True] * 8, False]
    assert (account["twins"], account["duplicates"]) == (2, 1)
    assert len(train.labels) == len(FIRST) + 1
    assert found.tests["test_new"] == "test.csv without rows that occur in train.csv"


def test_data_are_split_before_anything_is_learned_of_them(tmp_path: Path) -> None:
    """Duplicates are dropped, columns are constant and medians are taken in training alone."""
    lines = [f"{i},tcp,{'' if i == 3 else i % 4},{('normal', 'dos')[i % 2]}" for i in range(100)]
    content = text(*lines, *lines)
    found, account, train, test, answers = _encoded(
        tmp_path,
        {"data/flows.csv": content},
        clean={"missing": "median", "duplicates": "drop", "constant": "drop"},
        split={"test": 0.4, "seed": 5},
    )
    assert list(train.records) == ["a", "b"]
    assert len(test) == 80
    assert not train.records.duplicated().any()
    assert account["dropped"]["rows"] == 120 - len(train.labels)
    assert account["dropped"]["columns"] == ["proto"]
    np.testing.assert_allclose(train.features.mean(axis=0), 0, atol=1e-9)
    assert abs(test.mean(axis=0)).max() > 1e-3
    assert found.found.rows == {"normal": (train.labels == 1).sum(), "dos": (train.labels == 0).sum()}
    assert account["files"] == {"data/flows.csv": {"normal": 100, "dos": 100}}
    assert answers.labels.tolist().count(0) == 40
    assert (found.train, found.tests["test"]) == ("the training rows", "the test rows")


@pytest.mark.parametrize(
    ("split", "held_out", "n"),
    [
        ({"by": "group", "column": "b"}, "groups", 10),
        ({"by": "time", "column": "b"}, "periods", 10),
        ({"by": "stratified"}, "rows", 0),
    ],
)
def test_groups_of_training_rows_are_stored_where_there_are_any(
    tmp_path: Path, split: dict[str, Any], held_out: str, n: int
) -> None:
    lines = [f"{7 * i % 31},tcp,{1000 + i // 10},{('normal', 'dos')[i % 2]}" for i in range(150)]
    found, _, train, _, _ = _encoded(tmp_path, {"data/flows.csv": text(*lines)}, split=split)
    assert found.found.held_out == held_out
    if n:
        assert train.groups is not None
        assert train.groups.dtype == np.int64
        assert len(train.groups) == len(train.labels)
        assert len(np.unique(train.groups)) == n
        part = train.known(train.groups == train.groups[0])
        assert part.groups is not None
        assert set(part.groups) == {train.groups[0]}
    else:
        assert train.groups is None


def test_types_are_held_out_where_a_class_of_attacks_has_several(tmp_path: Path) -> None:
    attacks = {"column": "label", "normal": "N", "classes": {"N": ["normal"], "A": ["dos", "scan"]}}
    found, _, train, _, answers = _encoded(tmp_path, {"data/flows.csv": text(*rows(200))}, label=attacks)
    assert found.found.held_out == "types"
    assert found.found.classes == {"N": ("normal",), "A": ("dos", "scan")}
    assert train.classes == answers.classes == ("A", "N")
    # Normal traffic of several kinds is no attack that could be new.
    normal = {"column": "label", "normal": "N", "classes": {"N": ["normal", "dos"], "A": ["scan"]}}
    assert _encoded(tmp_path, {"data/flows.csv": text(*rows(200))}, label=normal)[0].found.held_out == "rows"


def test_a_type_that_training_lacks_is_not_seen(tmp_path: Path) -> None:
    label = {"column": "label", "normal": "N", "classes": {"N": ["normal"], "A": ["dos", "scan", "worm"]}}
    files: dict[str, str | bytes] = {"train/train.csv": text(*rows()), "test/test.csv": text(*rows(), "1,tcp,0,worm")}
    found, _, _, _, answers = _encoded(tmp_path, files, files=TRAIN_AND_TEST, label=label)
    assert answers.seen.tolist() == [True] * 40 + [False]
    assert found.found.classes["A"] == ("dos", "scan")


def test_a_category_that_training_lacks_has_a_code_of_its_own(tmp_path: Path) -> None:
    """The same for all such, after the last."""
    new = [f"1,{proto},0,{name}" for proto in ("icmp", "gre") for name in ("normal", "dos", "scan")]
    files: dict[str, str | bytes] = {"train/train.csv": text(*rows()), "test/test.csv": text(*rows(), *new)}
    _, account, train, test, _ = _encoded(tmp_path, files, files=TRAIN_AND_TEST)
    codes = test[:, 1] * train.encoder.scale[1] + train.encoder.mean[1]
    assert set(codes[:40].round(6)) == {0, 1}
    np.testing.assert_allclose(codes[40:], 2)
    assert account["unknown"] == {"proto": 6}
    message = _refused(tmp_path / "raw", files, files=TRAIN_AND_TEST, clean={"unknown": "error"})
    assert message == (
        "test.csv, column proto: 'icmp' never occurs in the training set; correct it, or let clean.unknown be other"
    )


@pytest.mark.parametrize(
    ("files", "sections", "message"),
    [
        ({"train/train.csv": text(*rows()), "test/test.csv": text(*rows()[1::4], *rows()[2::4])},
         {"files": TRAIN_AND_TEST},
         "test.csv: no row of class 'scan', which training has; leave its types out by label.leave_out, or put them"),
        ({"train/train.csv": text(*rows()[1::4], *rows()[2::4]), "test/test.csv": text(*rows())},
         {"files": TRAIN_AND_TEST},
         "test.csv: rows of class 'scan', of which no training row is; see split"),
        ({"train/train.csv": text(*rows()[::2]), "test/test.csv": text(*rows())}, {"files": TRAIN_AND_TEST},
         "train.csv: no row is of 'normal' (label.normal); the column 'label' has 'dos', 'scan'"),
        ({"train/train.csv": text(*rows()[1::4]), "test/test.csv": text(*rows()[1::4])}, {"files": TRAIN_AND_TEST},
         "train.csv: 'label' has 'normal' in every row; choose a column or files that have attacks too"),
        ({"data/flows.csv": text(*rows())},
         {"label": {**LABEL, "classes": {"normal": ["normal"], "A": ["dos", "scan"], "B": ["worm"]}}},
         "the training rows: no row of class 'B'; every class needs one; correct label.classes or the files"),
        ({"train/a.csv": text(*rows()), "test/b.csv": text(*rows(41))},
         {"files": {"train": {"name": "a.csv", "rows": 41}, "test": {"name": "b.csv", "rows": 40}}},
         "raw/train/a.csv: 40 rows, and files.train says 41; is it another file, or are two names swapped?"),
        ({"data/flows.csv": text(*rows(1))}, {}, "split: class 'scan' has no test row, of 1; split otherwise"),
        ({"data/flows.csv": text(*rows()).replace("a,proto", "label,proto").replace("b,label", "b,class")},
         {"label": {"column": "class", "normal": "normal"}},
         "columns: a feature cannot be called 'label'; list it in columns.drop, or rename it"),
        ({"data/flows.csv": text(*(f"1,tcp,1,{row.rpartition(',')[2]}" for row in rows()))},
         {"clean": {"constant": "drop"}}, "columns: no column is left as a feature"),
        ({"data/flows.csv": text(*(f",{row.partition(',')[2]}" for row in rows()))}, {"clean": {"missing": "median"}},
         "column a: no training row has a value, so there is no median; list it in columns.drop"),
    ],
)  # fmt: skip
def test_what_cannot_be_trained_or_tested_on_is_told_and_nothing_is_written(
    tmp_path: Path, files: dict[str, str | bytes], sections: dict[str, Any], message: str
) -> None:
    assert _refused(tmp_path, files, **sections).removeprefix(f"{tmp_path}/").startswith(message)


def test_damaged_files_are_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, dataset: Dataset) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(InputError, match=r"encoder\.json: no such file"):
        read_training(dataset)
    ANSWERS.parent.mkdir(parents=True)
    ANSWERS.write_bytes(b"PAR1")
    with pytest.raises(InputError, match=r"test_labels\.parquet: damaged"):
        read_answers(dataset)
