"""Text files of records: read exactly, or refused in one line that says what is wrong, where, and what to do."""

import gzip
import json
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from conftest import ROOT

from aeflow.errors import InputError
from nids.data.description import Description, read_description
from nids.data.records import labels_of, read_records, write_records

DEMO = ROOT / "data/demo/train.txt"
COLUMNS = read_description("demo", ROOT / "datasets").read.names
HEADER = ",".join(COLUMNS)
Edit = Callable[[list[list[str]]], object]


def _set(row: int, column: str, value: str) -> Edit:
    return lambda rows: rows[row].__setitem__(COLUMNS.index(column), value)


def _few() -> list[str]:
    """Return six lines of each type."""
    lines = pd.Series(DEMO.read_text().splitlines())
    return lines.groupby(lines.str.split(",").str[-2]).head(6).tolist()


FEW = _few()


def _write(folder: Path, edit: Edit) -> Path:
    rows = [line.split(",") for line in FEW]
    edit(rows)
    path = folder / "records.txt"
    path.write_text("".join(",".join(row) + "\n" for row in rows))
    return path


def _refusal(path: Path, dataset: Description) -> str:
    """Return what is said of a file after its name."""
    with pytest.raises(InputError) as caught:
        read_records(path, dataset)
    text = str(caught.value)
    assert text.startswith(str(path))
    assert text.isprintable()
    assert len(text) < len(str(path)) + 500
    return text.removeprefix(str(path))


def test_records_are_typed_and_round_trip(tmp_path: Path, dataset: Description, records: pd.DataFrame) -> None:
    assert tuple(records.columns) == COLUMNS
    assert records["src_bytes"].dtype == records["difficulty"].dtype == "int64"
    assert records["serror_rate"].dtype == "float64"
    assert len(records) == len(DEMO.read_text().splitlines())
    write_records(tmp_path / "again.txt", records, dataset)
    assert (tmp_path / "again.txt").read_bytes() == DEMO.read_bytes()


def test_records_are_what_the_lines_say(records: pd.DataFrame) -> None:
    """By another way than pandas."""
    rows = [line.split(",") for line in DEMO.read_text().splitlines()]
    for name, *cells in zip(COLUMNS, *rows, strict=True):
        read = str if records[name].dtype == "str" else float
        assert records[name].tolist() == [read(cell) for cell in cells]


def test_labels_are_places_among_the_sorted_classes(dataset: Description, records: pd.DataFrame) -> None:
    codes = labels_of(records, dataset)
    assert codes.dtype == "int64"
    names = sorted(dataset.label.classes)
    assert [names[code] for code in codes] == [dataset.class_of[attack] for attack in records["attack"]]
    assert len(dataset.class_of) == 40


@pytest.mark.parametrize(
    "same",
    [
        lambda content: b"\xef\xbb\xbf" + content,
        lambda content: content.replace(b"\n", b"\r\n"),
        lambda content: content.replace(b"\n", b"\r"),
        lambda content: content.removesuffix(b"\n"),
        lambda content: content.replace(b",0,", b",-0.0e3,", 1),
    ],
    ids=["byte order mark", "CRLF", "CR", "no line end at the end", "another way to write a number"],
)
def test_other_forms_of_the_same_text_are_the_same_records(
    tmp_path: Path, dataset: Description, records: pd.DataFrame, same: Callable[[bytes], bytes]
) -> None:
    (tmp_path / "records.txt").write_bytes(same(DEMO.read_bytes()))
    pd.testing.assert_frame_equal(read_records(tmp_path / "records.txt", dataset), records, check_exact=True)


@pytest.mark.parametrize(
    ("edit", "message"),
    [
        (_set(4, "src_bytes", "many"), ", row 5, column src_bytes: 'many' is not a finite number; correct the cell"),
        (_set(4, "src_bytes", "nan"), ", row 5, column src_bytes: 'nan' is not a finite number"),
        (_set(4, "src_bytes", "0x10"), ", row 5, column src_bytes: '0x10' is not a finite number"),
        (_set(4, "src_bytes", "1_000"), ", row 5, column src_bytes: '1_000' is not a finite number"),
        (_set(4, "land", "True"), ", row 5, column land: 'True' is not a finite number"),
        (lambda rows: [_set(i, "land", "True")(rows) for i in range(len(rows))], ", row 1, column land: 'True' is not"),
        (_set(4, "src_bytes", "\u0661"), ", row 5, column src_bytes: '\u0661' is not a finite number"),
        (_set(6, "hot", "inf"), ", row 7, column hot: 'inf' is not a finite number"),
        (_set(6, "hot", "1e400"), ", row 7, column hot: '1e400' is not a finite number"),
        (_set(6, "hot", ""), ", row 7, column hot: '' is not a finite number"),
        (_set(6, "hot", "9" * 100_000), ", row 7, column hot: '999999999"),
        (_set(3, "hot", "-1"), ", row 4, column hot: '-1' is not a whole number from 0 up to 9007199254740991"),
        (_set(3, "hot", "1.5"), ", row 4, column hot: '1.5' is not a whole number from 0 up"),
        (_set(3, "src_bytes", "1e19"), ", row 4, column src_bytes: '1e19' is not a whole number from 0 up"),
        (_set(3, "src_bytes", str(2**53 + 1)), ", row 4, column src_bytes: '9007199254740993' is not a whole number"),
        (_set(3, "difficulty", "-1"), ", row 4, column difficulty: '-1' is not a whole number from 0 up"),
        (_set(3, "difficulty", "20.5"), ", row 4, column difficulty: '20.5' is not a whole number from 0 up"),
        (_set(3, "land", "2"), ", row 4, column land: '2' is neither 0 nor 1"),
        (_set(3, "serror_rate", "0.123"), ", row 4, column serror_rate: '0.123' is not from 0 to 1 with two digits"),
        (_set(0, "service", ""), ", row 1, column service: '' is empty"),
        (_set(3, "service", "http "), ", row 4, column service: 'http ' has blanks around it"),
        (_set(3, "service", "http\u00a0"), r", row 4, column service: 'http\xa0' has blanks around it"),
        (_set(3, "hot", " 1"), ", row 4, column hot: ' 1' has blanks around it"),
        (_set(3, "service", '"http'), ", row 4, column service: '\"http' has a quote; save the file without quotes"),
        (_set(3, "service", "ht\0tp"), r", row 4, column service: 'ht\x00tp' has a character that cannot be printed"),
        (_set(3, "service", "\x1b[1m"), r", row 4, column service: '\x1b[1m' has a character that cannot be printed"),
        (_set(3, "service", "ht\u200btp"), r", row 4, column service: 'ht\u200btp' has a character that cannot be"),
        (
            _set(3, "protocol_type", "TCP"),
            ", row 4, column protocol_type: 'TCP' differs in case alone from 'tcp' above",
        ),
        (
            _set(8, "attack", "wannacry"),
            ", row 9, column attack: unknown type 'wannacry'; correct it or give it a class",
        ),
        (lambda rows: rows[2].pop(), ", row 3: 42 columns instead of 43; fetch the file again"),
        (lambda rows: rows[2].append("1"), ", row 3: 44 columns instead of 43; fetch the file again"),
        (lambda rows: rows[2].extend("12"), ", row 3: 45 columns instead of 43; fetch the file again"),
        (lambda rows: rows[2].extend("1" * 36), ", row 3: 79 columns instead of 43; fetch the file again"),
        (lambda rows: [row.extend("12") for row in rows], ", row 1: 45 columns instead of 43; fetch the file again"),
        (
            lambda rows: [row.append("") for row in rows],
            ", row 1: 44 columns instead of 43: there is a comma at the end",
        ),
        # As many cells in all as there should be.
        (lambda rows: rows[3].append(rows[2].pop()), ", row 3: 42 columns instead of 43"),
        (lambda rows: rows.insert(5, [""]), ", row 6: an empty line; delete it"),
        (lambda rows: rows.append([""]), f", row {len(FEW) + 1}: an empty line; delete it"),
        (lambda rows: rows.clear(), ": no rows; fetch the file again"),
    ],
)
def test_bad_cells_are_named_by_place(tmp_path: Path, dataset: Description, edit: Edit, message: str) -> None:
    assert _refusal(_write(tmp_path, edit), dataset).startswith(message)


def _cut(*, last: int, points: str = "") -> Callable[[bytes], bytes]:
    """Return an edit that leaves out the last columns, and puts points behind the types."""

    def edit(content: bytes) -> bytes:
        rows = [line.split(",") for line in content.decode().splitlines()]
        for row in rows:
            row[-2] += points
        return "".join(",".join(row[: len(row) - last]) + "\n" for row in rows).encode()

    return edit


@pytest.mark.parametrize(
    ("other", "message"),
    [
        (lambda c: HEADER.encode() + b"\n" + c, ", row 1: a header line ('duration', 'protocol_type', ...); delete it"),
        (lambda c: c.replace(b"\n", b"\n%b\n" % HEADER.encode(), 1), ", row 2: a header line ('duration', "),
        (lambda c: b"," + HEADER.encode() + b"\n" + c, ", row 1: a header line ('', 'duration', ...); delete it"),
        (
            _cut(last=1),
            ", row 1: 42 columns instead of 43: 'difficulty' at the end is missing; fetch the file of demo data, "
            "or describe this one as a data set without 'difficulty'",
        ),
        (_cut(last=2), ", row 1: 41 columns instead of 43; fetch the file again"),
        (
            _cut(last=1, points="."),
            ", row 1: 42 columns instead of 43: 'difficulty' at the end is missing and 'normal.' has a point behind "
            "it, as in files of KDD99; ",
        ),
        (_cut(last=0, points="."), ", row 1, column attack: 'normal.' has a point behind it, as in files of KDD99; "),
        (lambda c: c.replace(b",", b";"), ", row 1: 1 column instead of 43: they are separated by ';'; save the file"),
        (
            lambda c: c.replace(b",", b"\t"),
            r", row 1: 1 column instead of 43: they are separated by '\t'; save the file",
        ),
        (
            lambda c: b"% a\n@relation 'x'\n\n@attribute y real\n@data\n" + c,
            ": the file is ARFF; delete the lines that",
        ),
        (
            lambda c: b"\n<!DOCTYPE html>\n<pre>" + c,
            ": the file is an HTML or XML page and not the data; fetch the raw",
        ),
        (gzip.compress, ": the file is compressed with gzip; unpack it with gunzip"),
        (lambda c: c.decode().encode("utf-16"), ": the file is UTF-16, or no text; save it as UTF-8"),
        (lambda c: c.decode().encode("utf-16-be"), ": the file is UTF-16, or no text; save it as UTF-8"),
        (lambda c: c.replace(b"tcp", b"tc\xfc", 1), ", row 1: bytes that are not UTF-8; save the file as UTF-8"),
        (lambda c: b"PAR1" + c, ": the file is Parquet; save it as CSV"),
        (lambda c: b"PK\x03\x04" + c, ": the file is a zip archive, or an Excel workbook; unpack it, or save"),
        (
            lambda c: b"version https://git-lfs.github.com/spec/v1\n",
            ": the file is a pointer of Git LFS and not the data",
        ),
        (lambda c: b"\x80\x04\x95\0\0" + c, ": not a text file; fetch the file again"),
        (lambda c: b"", ": no rows; fetch the file again"),
    ],
)
def test_files_of_another_form_are_told_what_they_are(
    tmp_path: Path, dataset: Description, other: Callable[[bytes], bytes], message: str
) -> None:
    (tmp_path / "records.txt").write_bytes(other("".join(f"{line}\n" for line in FEW).encode()))
    assert _refusal(tmp_path / "records.txt", dataset).startswith(message)


def test_a_class_without_rows_is_refused(tmp_path: Path, dataset: Description) -> None:
    def without_u2r(rows: list[list[str]]) -> None:
        rows[:] = [row for row in rows if dataset.class_of[row[-2]] != "U2R"]

    assert "column attack: no row of class U2R" in _refusal(_write(tmp_path, without_u2r), dataset)


def test_a_missing_file_is_refused(tmp_path: Path, dataset: Description) -> None:
    with pytest.raises(InputError, match=r"nowhere\.txt: no such file"):
        read_records(tmp_path / "nowhere.txt", dataset)


def test_numbers_whose_variance_is_none_are_refused(tmp_path: Path, dataset: Description) -> None:
    """Of a column of no kind."""
    content = dataset.model_dump(mode="json")
    content["columns"]["count"].remove("hot")
    numbers = Description.model_validate_json(json.dumps(content))
    message = ", row 4, column hot: '1e308' is not between -1e100 and 1e100; correct the cell or fetch the file again"
    assert _refusal(_write(tmp_path, _set(3, "hot", "1e308")), numbers) == message
    assert read_records(_write(tmp_path, _set(3, "hot", "-1.5")), numbers)["hot"][3] == -1.5
