from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from conftest import ROOT

from aeflow.errors import InputError
from nids.data import records as reading
from nids.data.description import Description, read_description
from nids.data.records import labels_of, read_records, write_records

DEMO = ROOT / "data/demo/train.txt"
COLUMNS = read_description("demo", ROOT / "datasets").read.names
Edit = Callable[[list[list[str]]], object]


def _set(row: int, column: str, value: str) -> Edit:
    return lambda rows: rows[row].__setitem__(COLUMNS.index(column), value)


def _write(folder: Path, edit: Edit) -> Path:
    rows = [line.split(",") for line in DEMO.read_text().splitlines()]
    edit(rows)
    path = folder / "records.txt"
    path.write_text("".join(",".join(row) + "\n" for row in rows))
    return path


def test_records_are_typed_and_round_trip(tmp_path: Path, dataset: Description, records: pd.DataFrame) -> None:
    assert tuple(records.columns) == COLUMNS
    assert records["src_bytes"].dtype == "int64"
    assert records["serror_rate"].dtype == "float64"
    assert len(records) == len(DEMO.read_text().splitlines())
    write_records(tmp_path / "again.txt", records, dataset)
    assert (tmp_path / "again.txt").read_bytes() == DEMO.read_bytes()


def test_the_fast_way_and_the_one_that_names_places_read_the_same(dataset: Description) -> None:
    fast = reading._typed(DEMO, dataset)
    assert fast is not None
    pd.testing.assert_frame_equal(fast, reading._from_text(DEMO, dataset), check_exact=True)


def test_labels_are_places_among_the_sorted_classes(dataset: Description, records: pd.DataFrame) -> None:
    codes = labels_of(records, dataset)
    assert codes.dtype == "int64"
    names = sorted(dataset.label.classes)
    assert [names[code] for code in codes] == [dataset.class_of[attack] for attack in records["attack"]]
    assert len(dataset.class_of) == 40


@pytest.mark.parametrize(
    ("edit", "message"),
    [
        (_set(4, "src_bytes", "many"), r"row 5, column src_bytes: 'many' is not a finite number"),
        (_set(4, "src_bytes", "nan"), r"row 5, column src_bytes: 'nan' is not a finite number"),
        (_set(6, "hot", "inf"), r"row 7, column hot: 'inf' is not a finite number"),
        (_set(6, "hot", ""), r"row 7, column hot: '' is not a finite number"),
        (_set(3, "hot", "-1"), r"row 4, column hot: '-1' is not a whole number from 0 up"),
        (_set(3, "hot", "1.5"), r"row 4, column hot: '1.5' is not a whole number from 0 up"),
        (_set(3, "land", "2"), r"row 4, column land: '2' is neither 0 nor 1"),
        (_set(3, "serror_rate", "0.123"), r"row 4, column serror_rate: '0.123' is not from 0 to 1 with two digits"),
        (_set(0, "service", ""), r"row 1, column service: '' is empty"),
        (_set(8, "attack", "wannacry"), r"row 9, column attack: unknown type 'wannacry'"),
        (lambda rows: rows[2].pop(), r"row 3: 42 columns instead of 43"),
        (lambda rows: rows[2].append("1"), r"row 3: 44 columns instead of 43"),
        (lambda rows: rows[2].extend("12"), r"a row is longer than 43 columns \(.*line 3"),
        (lambda rows: rows.insert(5, [""]), r"row 6: 0 columns instead of 43"),
        (lambda rows: rows.clear(), r"no rows"),
    ],
)
def test_bad_cells_are_named_by_place(tmp_path: Path, dataset: Description, edit: Edit, message: str) -> None:
    path = _write(tmp_path, edit)
    with pytest.raises(InputError, match=message) as caught:
        read_records(path, dataset)
    assert str(path) in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_class_without_rows_is_refused(tmp_path: Path, dataset: Description) -> None:
    def without_u2r(rows: list[list[str]]) -> None:
        rows[:] = [row for row in rows if dataset.class_of[row[-2]] != "U2R"]

    with pytest.raises(InputError, match="column attack: no row of class U2R"):
        read_records(_write(tmp_path, without_u2r), dataset)


def test_a_file_that_is_no_text_is_refused(tmp_path: Path, dataset: Description) -> None:
    (tmp_path / "train.txt").write_bytes(b"\xff\xfe\x00" * 50)
    with pytest.raises(InputError, match=r"train\.txt: not a text file; fetch the file again") as caught:
        read_records(tmp_path / "train.txt", dataset)
    assert "\n" not in str(caught.value)


def test_a_missing_file_is_refused(tmp_path: Path, dataset: Description) -> None:
    with pytest.raises(InputError, match=r"nowhere\.txt: no such file"):
        read_records(tmp_path / "nowhere.txt", dataset)
