"""The encoded sets: what encode writes once, and what later stages read."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from conftest import ROOT

from aeflow.errors import InputError
from nids.data import sets
from nids.data.description import Description
from nids.data.records import labels_of, read_records, write_records
from nids.data.sets import ANSWERS, ENCODED, Training, encode, read_answers, read_encoder, read_test, read_training

DEMO = ROOT / "data/demo"


def _files(dataset: Description) -> dict[str, Path]:
    return {key: DEMO / file.name for key, file in dataset.files.all.items()}


@pytest.fixture(scope="module")
def encoded(tmp_path_factory: pytest.TempPathFactory, dataset: Description) -> Path:
    """A folder in which the demo files are encoded."""
    folder = tmp_path_factory.mktemp("encoded")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        encode(_files(dataset), dataset)
    return folder


@pytest.fixture
def inside(encoded: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(encoded)
    return encoded


@pytest.fixture(scope="module")
def tested(dataset: Description) -> pd.DataFrame:
    return read_records(DEMO / "test.txt", dataset)


@pytest.mark.usefixtures("inside")
def test_the_training_set_comes_back_as_it_was(train: Training, dataset: Description) -> None:
    found = read_training(dataset)
    np.testing.assert_array_equal(found.features, train.features)
    np.testing.assert_array_equal(found.labels, train.labels)
    np.testing.assert_array_equal(found.types, train.types)
    pd.testing.assert_frame_equal(found.records, train.records, check_exact=True)
    assert found.classes == dataset.classes
    assert found.encoder.to_json() == read_encoder().to_json() == train.encoder.to_json()


@pytest.mark.usefixtures("inside")
def test_test_features_are_encoded_as_training_ones(train: Training, tested: pd.DataFrame) -> None:
    np.testing.assert_array_equal(read_test(), train.encoder.transform(tested, "test").to_numpy())


@pytest.mark.usefixtures("inside")
def test_test_labels_are_in_a_file_of_their_own(dataset: Description) -> None:
    """Only the stages that score read it; beside the features there is no column more."""
    assert list(pd.read_parquet(ENCODED / "test.parquet")) == list(dataset.features)
    assert ENCODED not in ANSWERS.parents
    assert list(pd.read_parquet(ANSWERS)) == ["label", "type", "seen", "test_new", "test_21"]


@pytest.mark.usefixtures("inside")
def test_answers_are_the_types_and_classes_of_the_test_rows(
    dataset: Description, records: pd.DataFrame, tested: pd.DataFrame
) -> None:
    found = read_answers(dataset)
    np.testing.assert_array_equal(found.labels, labels_of(tested, dataset))
    assert found.types.tolist() == tested["attack"].tolist()
    types = set(records["attack"])
    assert found.seen.tolist() == [name in types for name in tested["attack"]]
    assert 0 < found.seen.sum() < len(found.seen)
    assert (found.classes, found.normal) == (dataset.classes, "Normal")
    assert list(found.sets) == list(dataset.tests)


@pytest.mark.usefixtures("inside")
def test_parts_are_the_rows_of_their_files(dataset: Description, tested: pd.DataFrame) -> None:
    """Of the demo's part it is known which: those that are not of the least difficulty."""
    found = read_answers(dataset).sets
    assert found["test"].all()
    assert found["test_21"].tolist() == (tested["difficulty"] != 21).tolist()


@pytest.mark.usefixtures("inside")
def test_new_test_rows_are_those_that_training_has_not(
    dataset: Description, train: Training, tested: pd.DataFrame
) -> None:
    known = set(train.records.itertuples(index=False, name=None))
    rows = tested[list(dataset.features)].itertuples(index=False, name=None)
    assert read_answers(dataset).sets["test_new"].tolist() == [row not in known for row in rows]


def test_known_rows_keep_their_places_together(train: Training) -> None:
    rows = np.arange(len(train.labels)) % 7 == 3
    part = train.known(rows)
    for name in ("features", "labels", "types"):
        np.testing.assert_array_equal(getattr(part, name), getattr(train, name)[rows])
    pd.testing.assert_frame_equal(part.records, train.records[rows])
    assert part.encoder is train.encoder


def _frame(rows: str) -> pd.DataFrame:
    return pd.DataFrame({"a": list(rows), "b": [1] * len(rows)})


@pytest.mark.parametrize(
    ("test", "part", "expected"),
    [
        ("abc", "abc", "111"),
        ("abc", "", "000"),
        ("abc", "ca", "101"),
        ("aabca", "a", "10000"),  # equal rows are taken in their order
        ("aabca", "aca", "11010"),
        ("aabca", "aaa", "11001"),
    ],
)
def test_a_part_marks_as_many_rows_as_it_has(test: str, part: str, expected: str) -> None:
    found = sets._part(_frame(test), _frame(part), Path("part.txt"), Path("test.txt"))
    assert "".join(map(str, found.astype(int))) == expected


@pytest.mark.parametrize(("part", "surplus"), [("ad", 1), ("aaaa", 1), ("dde", 3)])
def test_a_part_with_rows_that_the_test_file_lacks_is_refused(part: str, surplus: int) -> None:
    with pytest.raises(InputError) as caught:
        sets._part(_frame("aabca"), _frame(part), Path("part.txt"), Path("test.txt"))
    assert str(caught.value) == (
        f"part.txt: {surplus} rows are not in test.txt; files.parts lists parts of the test file"
    )


def test_equal_rows_in_files(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    dataset: Description,
    records: pd.DataFrame,
    tested: pd.DataFrame,
) -> None:
    """A test row that training has twice is one row, and twice in the test file are two."""
    copied = records.iloc[[5]].assign(difficulty=3)
    train = pd.concat([records, records.iloc[[5]]], ignore_index=True)
    test = pd.concat([copied, tested, copied], ignore_index=True)
    part = pd.concat([tested, copied], ignore_index=True)
    files = {key: tmp_path / f"{key}.txt" for key in ("train", "test", "test_21")}
    for path, frame in zip(files.values(), (train, test, part), strict=True):
        write_records(path, frame, dataset)
    monkeypatch.chdir(tmp_path)
    encode(files, dataset)
    found = read_answers(dataset).sets
    assert len(found["test"]) == len(tested) + 2
    assert not found["test_new"][[0, -1]].any()
    assert (found["test_21"][0], found["test_21"][-1]) == (True, False)


def test_nothing_is_written_of_files_that_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, dataset: Description
) -> None:
    """The training file is no part of the test file."""
    monkeypatch.chdir(tmp_path)
    with pytest.raises(InputError, match=r"train\.txt: \d+ rows are not in .*test\.txt"):
        encode({**_files(dataset), "test_21": DEMO / "train.txt"}, dataset)
    assert list(tmp_path.iterdir()) == []


def test_a_category_that_training_lacked_is_named_by_its_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, dataset: Description, tested: pd.DataFrame
) -> None:
    monkeypatch.chdir(tmp_path)
    changed = tested.copy()
    changed.loc[6, "service"] = "gopher2"
    write_records(tmp_path / "changed.txt", changed, dataset)
    with pytest.raises(InputError, match=r"changed\.txt, row 7, column service: 'gopher2' never occurs"):
        encode({**_files(dataset), "test": tmp_path / "changed.txt"}, dataset)


def test_damaged_files_are_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, dataset: Description) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(InputError, match=r"encoder\.json: no such file"):
        read_training(dataset)
    ANSWERS.parent.mkdir(parents=True)
    ANSWERS.write_bytes(b"PAR1")
    with pytest.raises(InputError, match=r"test_labels\.parquet: damaged"):
        read_answers(dataset)
