from collections.abc import Callable
from pathlib import Path

import pytest

from aeflow.base.errors import InputError
from aeflow.nsl_kdd.records import classes_of, read_records, write_records
from aeflow.nsl_kdd.schema import CLASS_OF_ATTACK, CLASSES, COLUMNS

DEMO = Path(__file__).parents[1] / "data/demo/train.txt"
Edit = Callable[[list[list[str]]], object]


def _set(row: int, column: str, value: str) -> Edit:
    return lambda rows: rows[row].__setitem__(COLUMNS.index(column), value)


def _write(folder: Path, edit: Edit) -> Path:
    rows = [line.split(",") for line in DEMO.read_text().splitlines()]
    edit(rows)
    path = folder / "records.txt"
    path.write_text("".join(",".join(row) + "\n" for row in rows))
    return path


def test_records_are_typed_and_round_trip(tmp_path: Path) -> None:
    records = read_records(DEMO)
    assert tuple(records.columns) == COLUMNS
    assert records["src_bytes"].dtype == "int64"
    assert records["serror_rate"].dtype == "float64"
    assert len(records) == len(DEMO.read_text().splitlines())
    write_records(tmp_path / "again.txt", records)
    assert (tmp_path / "again.txt").read_bytes() == DEMO.read_bytes()


def test_classes_are_those_of_the_mapping() -> None:
    records = read_records(DEMO)
    named = [CLASSES[code] for code in classes_of(records)]
    assert named == [CLASS_OF_ATTACK[attack] for attack in records["attack"]]
    assert len(CLASS_OF_ATTACK) == 40


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
        (_set(8, "attack", "wannacry"), r"row 9, column attack: unknown attack 'wannacry'"),
        (lambda rows: rows[2].pop(), r"row 3: 42 columns instead of 43"),
        (lambda rows: rows[2].append("1"), r"row 3: 44 columns instead of 43"),
        (lambda rows: rows[2].extend("12"), r"a row is longer than 43 columns \(.*line 3"),
        (lambda rows: rows.insert(5, [""]), r"row 6: 0 columns instead of 43"),
        (lambda rows: rows.clear(), r"no rows"),
    ],
)
def test_bad_cells_are_named_by_place(tmp_path: Path, edit: Edit, message: str) -> None:
    path = _write(tmp_path, edit)
    with pytest.raises(InputError, match=message) as caught:
        read_records(path)
    assert str(path) in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_class_without_rows_is_refused(tmp_path: Path) -> None:
    def without_u2r(rows: list[list[str]]) -> None:
        rows[:] = [row for row in rows if CLASS_OF_ATTACK[row[-2]] != "U2R"]

    with pytest.raises(InputError, match="column attack: no row of class U2R"):
        read_records(_write(tmp_path, without_u2r))


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"nowhere\.txt: no such file"):
        read_records(tmp_path / "nowhere.txt")
