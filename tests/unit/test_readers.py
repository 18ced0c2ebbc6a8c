"""Files of flows: every form is read as the same rows, and what is wrong is one line with file, line and column."""

import datetime
import decimal
import gzip
import io
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from flows import HEADER, changed, read, refusal, rows, text

from nids.data import blocks
from nids.data.records import Records

TEXT = text(*rows())
LINES = TEXT.splitlines(keepends=True)
MANY = 60
ATTRIBUTES = "% flows\n@relation flows\n\n@attribute a real\n@attribute 'proto' {tcp,udp}\n@ATTRIBUTE b real\n"
ARFF = f"{ATTRIBUTES}@attribute label {{normal,dos,scan}}\n@data\n{''.join(LINES[1:])}"


def _gzip(content: str | bytes) -> bytes:
    """Without the time, as the content may be in a test's name."""
    return gzip.compress(content.encode() if isinstance(content, str) else content, mtime=0)


def _zip(**files: str | bytes) -> bytes:
    """Without the time, as above."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def _columns(found: Records) -> dict[str, list[Any]]:
    return {**{str(name): values.tolist() for name, values in found.frame.items()}, "label": found.types.tolist()}


def _expected(lines: list[str]) -> dict[str, list[Any]]:
    """Return what lines say; by another way than pyarrow."""
    a, proto, b, label = zip(*(line.split(",") for line in lines), strict=True)
    return {"a": list(map(float, a)), "proto": list(proto), "b": list(map(float, b)), "label": list(label)}


def _quoted(line: str) -> str:
    return ",".join(f'"{cell}"' for cell in line.split(","))


FORMS: dict[str, str | bytes] = {
    "plain": TEXT,
    "byte order mark": b"\xef\xbb\xbf" + TEXT.encode(),
    "CRLF": TEXT.replace("\n", "\r\n"),
    "CR": TEXT.replace("\n", "\r"),
    "CR at first": TEXT.replace("\n", "\r", 10),
    "no line end at the end": TEXT.removesuffix("\n"),
    "empty lines": "\n\n" + TEXT.replace("\n", "\n\n"),
    "lines of separators": TEXT + ",,,\n" * 5,
    "the header line again": TEXT.replace(LINES[9], LINES[9] + LINES[0]) + LINES[0],
    "blanks around names": TEXT.replace(HEADER, " a, proto ,b , label"),
    "blanks around cells": TEXT.replace(",", " , "),
    "quotes": "\n".join(map(_quoted, TEXT.splitlines())),
    "quotes around names": TEXT.replace(HEADER, _quoted(HEADER)),
    "other numbers": TEXT.replace(",0.0,", ",-0.0e3,").replace(",0.75,", ",+.75,").replace("\n37,", "\n0037.,"),
    "gz": _gzip(TEXT),
    "gz in two parts": _gzip(TEXT[:300]) + _gzip(TEXT[300:]),
    "zip": _zip(
        **{"flows/": "", "flows/flows.CSV": TEXT, "readme.md": "x", "__MACOSX/flows/._flows.csv": bytes(99)}  # type: ignore[arg-type]
    ),
    "zip of two": _zip(**{"2.csv": text(*rows()[15:]), "1.txt": text(*rows()[:15])}),
    "ARFF": ARFF,
    "ARFF with comments": ARFF.replace(LINES[5], f"% a comment\n\n{LINES[5]}").replace("\n", "\r\n"),
}


@pytest.mark.parametrize("form", FORMS)
def test_every_form_is_read_as_the_same_rows(tmp_path: Path, form: str) -> None:
    found = read(tmp_path / "flows", FORMS[form])
    assert _columns(found) == _expected(rows())
    assert all(found.frame[name].dtype == "float64" for name in ("a", "b"))
    assert isinstance(found.frame["proto"].dtype, pd.CategoricalDtype)
    assert sum(sum(of.values()) for of in found.files.values()) == len(rows())


def test_text_of_another_form_is_read_as_the_description_says(tmp_path: Path) -> None:
    path = tmp_path / "flows"
    for separator in (";", "\t", "|"):
        found = read(path, TEXT.replace(",", separator), read={"separator": separator})
        assert _columns(found) == _expected(rows())
    assert _columns(read(path, "".join(LINES[1:]), read={"names": HEADER.split(",")})) == _expected(rows())
    remarks = "# made by hand\n" + TEXT.replace(LINES[7], LINES[7] + "#\n")
    assert _columns(read(path, remarks, read={"comment": "#"})) == _expected(rows())
    foreign = TEXT.replace("udp", "üdp")
    for encoding in ("cp1252", "latin-1", "UTF-8"):
        found = read(path, foreign.encode(encoding), read={"encoding": encoding})
        assert _columns(found) == _expected([row.replace("udp", "üdp") for row in rows()])
    found = read(path, changed(3, a="-", proto="-"), read={"missing": ["-"]}, clean={"missing": "median"})
    assert np.isnan(found.frame["a"][1])
    assert found.frame["proto"].iloc[1] == "(none)"


def test_names_of_columns(tmp_path: Path) -> None:
    """The second of two equal ones, one without a name, and a new one."""
    names = tmp_path / "flows"
    assert list(read(names, TEXT.replace(HEADER, "b,proto, b,label")).frame) == ["b", "proto", "b.1"]
    assert list(read(names, TEXT.replace(HEADER, ",proto,b,label")).frame) == ["Unnamed: 0", "proto", "b"]
    columns = {"categorical": ["protocol"], "rename": {"proto": "protocol"}}
    assert list(read(names, TEXT, columns=columns).frame) == ["a", "protocol", "b"]


def test_categories_are_without_blanks_and_whole_numbers_without_a_point(tmp_path: Path) -> None:
    cells = ["6", "6.0", " 6 ", "-6.00", "6.5", "06", "tcp", "TCP", "6.", "1e3"]
    found = read(tmp_path / "flows", text(*(f"1,{cell},2,normal" for cell in cells)))
    assert found.frame["proto"].tolist() == ["6", "6", "6", "-6", "6.5", "06", "tcp", "TCP", "6.", "1e3"]


@pytest.mark.parametrize("size", [20, 50, 1000])
@pytest.mark.parametrize("form", ["plain", "CRLF", "CR", "empty lines", "lines of separators", "the header line again"])
def test_blocks_of_any_size_are_the_same_rows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, form: str, size: int
) -> None:
    content = FORMS[form]
    assert isinstance(content, str)
    monkeypatch.setattr(blocks, "SIZE", size)
    assert _columns(read(tmp_path / "flows", content.lstrip("\n"))) == _expected(rows())


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("size", [20, 100, 2**24])
def test_a_fault_has_the_same_line_whatever_the_blocks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, end: str, size: int
) -> None:
    monkeypatch.setattr(blocks, "SIZE", size)
    content = text(*rows(30), "", HEADER, *rows(5), "x,tcp,1,normal").replace("\n", end)
    assert refusal(tmp_path / "flows", content).startswith(", line 39, column a: 'x' is not a number")
    content = text(*rows(30), "", HEADER, "5,tcp,inf,normal", *rows(5)).replace("\n", end)
    assert refusal(tmp_path / "flows", content).startswith(", line 34, column b: an infinite value")


NUMBER = "; correct it or, if it means that there is no value, list it in read.missing, or list the column in columns."


@pytest.mark.parametrize(
    ("content", "message"),
    [
        # cells
        *((changed(5, a=cell), f", line 5, column a: {cell!r} is not a number{NUMBER[:10]}")
          for cell in ("many", "0x10", "1_000", "-", "TRUE", "\u0663", "1d5", "$5", "1 000", "1\0", "1e", "--1")),
        (changed(5, a='"1,5"'), f", line 5, column a: '1,5' is not a number{NUMBER}"),
        (changed(5, a="x" * 10_000), ", line 5, column a: 'xxx"),
        (changed(5, a="1e400"), ", line 5, column a: an infinite value; correct the cell, or let clean.missing say"),
        (changed(5, a="-Infinity"), ", line 5, column a: an infinite value; "),
        (changed(5, a=""), ", line 5, column a: no value; correct the cell, or let clean.missing say what becomes of"),
        (changed(5, a="nan"), ", line 5, column a: no value; "),
        (changed(5, proto=""), ", line 5, column proto: no value; "),
        (changed(5, b="1e308"), ", line 5, column b: 1e+308 is not between -1e100 and 1e100; correct the cell"),
        (changed(5, proto="t\0cp"), r", line 5, column proto: 't\x00cp' cannot be printed; correct it"),
        (changed(5, proto="\x1b[31m"), r", line 5, column proto: '\x1b[31m' cannot be printed; correct it"),
        (changed(5, label="dos\u200b"), r", line 5, column label: 'dos\u200b' cannot be printed; correct it"),
        (changed(5, label=""), ", line 5, column label: no type; label.empty can say which class that is"),
        (changed(5, label="  "), ", line 5, column label: no type; label.empty"),
        # lines
        (text(*rows(), "1,tcp"), ", line 42: 2 columns instead of 4; fetch the file again"),
        (text("1,tcp,2,normal,3", *rows()), ", line 2: 5 columns instead of 4; fetch the file again"),
        (text("1,5,tcp,2,normal", *rows()), ", line 2: 5 columns instead of 4; fetch the file again"),
        (text(*(f"{row}," for row in rows())), ", line 2: 5 columns instead of 4: there is a ',' at the end; "),
        (TEXT.replace("\n", ",\n"), ", line 2, column Unnamed: 4: no value; "),
        (TEXT.replace(",", ";"), ", line 1: names that are separated by ';'; set read.separator"),
        (TEXT.replace(",", "\t"), r", line 1: names that are separated by '\t'; set read.separator"),
        (text(*rows()).replace(",", ";").replace(HEADER.replace(",", ";"), HEADER),
         ", line 2: 1 column instead of 4: they are separated by ';'; set read.separator"),
        (text(*rows(3), "a,proto,b,class", *rows()), ", line 5: a header line ('a', 'proto', ...); delete it"),
        ("x,y,label\n" + "".join(LINES[1:]), ", line 2: 4 columns instead of 3; fetch the file again"),
        ("".join(LINES[1:]), ", line 1: a record and no header line; give the names of the columns in read.names"),
        (changed(5, proto='"u\ndp"'), ", line 5: a quote that is not closed on its line; close it or save the file"),
        (changed(5, proto='"udp'), ", line 5: a quote that is not closed on its line; "),
        # names
        (TEXT.replace(HEADER, "x,y,z,w"), ": no column 'label' (label.column); it has 'w', 'x', 'y', 'z'"),
        (TEXT.replace(HEADER, "a,proto,b,Label"), ": no column 'label' (label.column) (nearest is 'Label')"),
        (TEXT.replace("a,proto", "a\0,proto"), r": the name of column 'a\x00' "),
        (TEXT.replace(HEADER, "a,a,a.1,label"), ": two columns are called 'a.1'; correct columns.rename or the file"),
        # bytes
        (TEXT.encode().replace(b"udp", b"u\xe9p", 1), ", line 2: bytes that are not UTF-8; set read.encoding, "),
        (TEXT.encode().replace(b"proto", b"prot\xe9"), ", line 1: bytes that are not UTF-8; "),
        (text(*rows(9)).encode() + b"1,tcp,2,d\x96s\n", ", line 11: bytes that are not UTF-8; "),
        # files
        ("", ": no rows; fetch the file again"),
        ("\n\n", ": no rows; fetch the file again"),
        (HEADER, ": no rows; fetch the file again"),
        ("\n <!DOCTYPE html>\n<pre>" + TEXT, ": the file is an HTML or XML page and not the data; fetch the raw file"),
        ('[{"a": 1}]', ": the file is JSON; save it as CSV"),
        (TEXT.encode("utf-16"), ": the file is UTF-16, or no text; save it as UTF-8"),
        (TEXT.encode("utf-16-be"), ": the file is UTF-16, or no text; save it as UTF-8"),
        (b"\x80\x04\0\0\0\0\0\0" + TEXT.encode()[:10], ": the file is UTF-16, or no text; save it as UTF-8"),
        ("version https://git-lfs.github.com/spec/v1\n", ": the file is a pointer of Git LFS and not the data; run"),
        (b"7z\xbc\xaf\x27\x1c", ": the file is a 7z archive; unpack it"),
        (f"{ATTRIBUTES}@data\n{{0 1,1 tcp}}\n", ": sparse ARFF; save it as CSV"),
        # archives
        (_gzip(TEXT)[:-30], ": the archive is damaged or of an unknown kind; fetch the file again"),
        (_gzip(TEXT)[:8], ": the archive is damaged"),
        (_gzip(TEXT)[:-6] + b"abcdef", ": the archive is damaged"),
        (_gzip(_gzip(TEXT)), ": the file is compressed twice; unpack it once"),
        (_gzip(_zip(a=TEXT)), ": the file is an archive in an archive; unpack it once"),
        (_zip(**{"a.csv": TEXT})[:-40], ": the archive is damaged"),
        (_zip(**{"xl/workbook.xml": "<x/>"}), ": an archive without a text file (.csv, .txt, .arff); unpack the right"),
        (_zip(), ": the file is an empty zip archive; fetch it again"),
        (_zip(**{"a.csv": TEXT, "b.csv": TEXT.replace("b,label", "c,label")}),
         ": b.csv: no column 'b', which other files have; list it in columns.drop, or let clean.missing_in say what"),
        (_zip(**{"a.csv": TEXT, "b.csv": changed(5, a="x")}), ": b.csv, line 5, column a: 'x' is not a number"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_by_its_place(tmp_path: Path, content: str | bytes, message: str) -> None:
    assert refusal(tmp_path / "flows", content).startswith(message)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (text(*rows(20), "   ", *rows(20)), ", line 22: a line of blanks alone; delete it"),
        (text(*rows(), "   "), ", line 42: a line of blanks alone; delete it"),
        (text(*rows(), '1,tcp,2,"normal'), ", line 42: a quote that is not closed on its line; close it or save"),
        (text(*rows(17), '1,tcp,2,"normal', "x,y"), ", line 19: a quote that is not closed on its line; close it"),
        (text(*rows()).replace("proto", "p" * 100_000), ": the name of column 'ppp"),
        (text(*rows()).replace("proto", "p" * 200_000), ": the name of column 'ppp"),
        (text(*rows(), f"1,{'x' * 200_000},2"), ", line 42: 3 columns instead of 4; "),
    ],
    ids=[
        "blanks",
        "blanks at end",
        "quote at end",
        "quote before a fault",
        "a long name",
        "a longer one",
        "a long cell",
    ],
)
def test_what_is_blank_open_or_long_is_told_by_its_place(tmp_path: Path, content: str, message: str) -> None:
    columns = {"drop": ["proto"]} if "proto" in content else {}
    assert refusal(tmp_path / "flows", content, columns=columns).startswith(message)


def test_an_encrypted_archive_is_told(tmp_path: Path) -> None:
    """Its flag is in the head of the file and in the list at the end."""
    content = bytearray(_zip(**{"a.csv": TEXT}))
    content[6] |= 1
    content[content.index(b"PK\x01\x02") + 8] |= 1
    assert refusal(tmp_path / "flows", bytes(content)) == ": the archive is encrypted; unpack it"


@pytest.mark.parametrize(
    ("content", "sections", "message"),
    [
        (TEXT, {"read": {"names": HEADER.split(",")}}, ", line 1: a header line ('a', 'proto', ...); leave out read."),
        (TEXT.replace(HEADER, "src,service,x,class"), {"read": {"names": HEADER.split(",")}},
         ", line 1: a header line ('src', 'service', ...); leave out read.names, or delete the line"),
        ("".join(LINES[1:]), {"read": {"names": ["a", "proto", "label"]}},
         ", line 1: 4 columns instead of 3; fetch the file again, or correct read.names"),
        (TEXT, {"read": {"separator": ";"}}, ", line 1: names that are separated by ','; set read.separator"),
        (TEXT.encode().replace(b"udp", b"u\x81p", 1), {"read": {"encoding": "cp1252"}},
         ", line 2: bytes that are not cp1252; correct read.encoding"),
        (changed(5, a="-"), {"read": {"missing": ["-"]}}, ", line 5, column a: no value; "),
        (changed(5, a=""), {"read": {"missing": ["-"]}}, ", line 5, column a: '' is not a number"),
        (changed(5, a="-1"), {"clean": {"sentinels": {"a": [-1]}}}, ", line 5, column a: -1, which means no value; "),
        (changed(5, a="-1"), {"columns": {"categorical": ["proto"], "count": ["a"]}},
         ", line 5, column a: -1 is not a whole number from 0 up to 9007199254740991; correct the cell"),
        (changed(5, a="1e19"), {"columns": {"categorical": ["proto"], "count": ["a"]}}, ", line 5, column a: 1e+19 is"),
        (changed(2, b="2"), {"columns": {"categorical": ["proto"], "flag": ["b"]}},
         ", line 2, column b: 2 is neither 0 nor 1; correct the cell"),
        (changed(2, b="0.123"), {"columns": {"categorical": ["proto"], "rate": ["b"]}},
         ", line 2, column b: 0.123 is not from 0 to 1 with two digits after the point; correct the cell"),
        (TEXT, {"label": {"column": "label", "normal": "N", "classes": {"N": ["normal"], "A": ["dos", "scam"]}}},
         ", line 2, column label: unknown type 'scan' (nearest is 'scam'); correct it, give it a class in label."),
        (TEXT, {"label": {"column": "label", "normal": "N", "classes": {"N": ["normal"], "A": ["s*"], "B": ["*n"]}}},
         ", line 2, column label: label.classes: the type 'scan' is of A by 's*' and of B by '*n'; let one of the two"),
        (TEXT, {"split": {"by": "group", "column": "prot"}}, ": no column 'prot' (split.column) (nearest is 'proto')"),
        (TEXT, {"label": {"column": "label", "normal": "normal", "leave_out": ["*"]}},
         ": no rows are left; correct label.leave_out or clean.missing"),
        ("label\nnormal\ndos\n", {"columns": {}}, ": no column is left as a feature; correct columns.drop or columns."),
        (changed(2, label="a/b"), {}, ", line 2, column label: the type 'a/b' names no class: it is to have from 1 to"),
    ],
)  # fmt: skip
def test_what_the_description_does_not_fit_is_told(
    tmp_path: Path, content: str | bytes, sections: dict[str, Any], message: str
) -> None:
    assert refusal(tmp_path / "flows", content, **sections).startswith(message)


def test_what_no_column_needs_may_be_anything(tmp_path: Path) -> None:
    """Columns that are left out are not looked at."""
    columns = {"categorical": ["proto"], "drop": ["b"], "id": ["a"]}
    content = text(*rows()).replace("\n37,", "\n0x10,").encode().replace(b",0.0,", b",\xe9,")
    assert list(read(tmp_path / "flows", content, columns=columns).frame) == ["proto"]


TABLE: dict[str, Any] = {
    "a": list(range(MANY)),
    "proto": ["tcp", "udp"] * (MANY // 2),
    "b": [i / 4 for i in range(MANY)],
    "label": ["normal", "dos"] * (MANY // 2),
}


def _parquet(**columns: Any) -> bytes:
    buffer = io.BytesIO()
    pq.write_table(pa.table({**TABLE, **columns}), buffer, row_group_size=25)
    return buffer.getvalue()


TEXTS = TABLE["proto"]


@pytest.mark.parametrize(
    "columns",
    [
        {},
        {"a": pa.array(TABLE["a"], pa.uint8())},
        {"b": pa.array(TABLE["b"], pa.float32())},
        {"b": pa.array(np.array(TABLE["b"], dtype="f2"))},
        {"b": [decimal.Decimal(i) / 4 for i in range(MANY)]},
        {"b": [str(value) for value in TABLE["b"]]},
        {"a": pa.array(TABLE["a"]).dictionary_encode()},
        {"proto": pa.array(TEXTS).dictionary_encode()},
        {"proto": pa.array(TEXTS, pa.large_string())},
        {"proto": pa.array(TEXTS, pa.string_view())},
        {"proto": pa.array([value.encode() for value in TEXTS], pa.binary())},
        {"label": pa.array(TABLE["label"]).dictionary_encode()},
    ],
)
def test_parquet_of_many_types_is_the_same_table(tmp_path: Path, columns: dict[str, Any]) -> None:
    assert _columns(read(tmp_path / "flows", _parquet(**columns))) == TABLE | {"a": list(map(float, TABLE["a"]))}


def test_numbers_of_parquet_can_be_names_and_answers(tmp_path: Path) -> None:
    path = tmp_path / "flows"
    label = {"column": "label", "normal": "0"}
    codes: list[Any]
    for codes, texts in (([6, 17], ["6", "17"]), ([6.0, 17.0], ["6", "17"]), ([True, False], ["true", "false"])):
        assert read(path, _parquet(proto=codes * 30)).frame["proto"].tolist() == texts * 30
    for codes in ([0, 1], [0.0, 1.0]):
        assert read(path, _parquet(label=codes * 30), label=label).types.tolist() == ["0", "1"] * 30
    assert read(path, _parquet(b=[True, False] * 30)).frame["b"].tolist() == [1.0, 0.0] * 30


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        ({"b": [datetime.datetime(2020, 1, 1)] * MANY},
         ", column b: timestamp[us] values, which are no numbers; list it in columns.categorical, columns.id or"),
        ({"b": [datetime.date(2020, 1, 1)] * MANY}, ", column b: date32[day] values, which are no numbers"),
        ({"b": pa.array([1] * MANY, pa.duration("s"))}, ", column b: duration[s] values, which are no numbers"),
        ({"b": [[1]] * MANY}, ", column b: list<element: int64> values, which are no numbers"),
        ({"b": [{"x": 1}] * MANY}, ", column b: struct<x: int64> values, which are no numbers"),
        ({"b": ["x"] * MANY}, ", column b: string values, which are no numbers"),
        ({"proto": [[1]] * MANY}, ", column proto: list<element: int64> values, which are no texts; save them as such"),
        ({"proto": pa.array([b"\xff"] * MANY, pa.binary())}, ", column proto: binary values, which are no texts"),
        ({"b": [1.0] * 30 + [None] + [1.0] * 29}, ", row 31, column b: no value; correct the cell, or let clean."),
        ({"b": [1.0] * 30 + [float("inf")] + [1.0] * 29}, ", row 31, column b: an infinite value; "),
        ({"b": pa.nulls(MANY)}, ", row 1, column b: no value; "),
        ({"proto": ["a"] * 30 + [None] * 30}, ", row 31, column proto: no value; "),
        ({"label": ["normal"] * 30 + [None] * 30}, ", row 31, column label: no type; label.empty can say which"),
    ],
)  # fmt: skip
def test_parquet_is_refused_by_column_and_row(tmp_path: Path, columns: dict[str, Any], message: str) -> None:
    assert refusal(tmp_path / "flows", _parquet(**columns)).startswith(message)


@pytest.mark.parametrize(
    "damage",
    [
        lambda content: content[:-100],
        lambda content: content[:20] + b"\xff" * 40 + content[60:],
        lambda content: content[:4],
    ],
    ids=["cut", "overwritten", "nothing"],
)
def test_damaged_parquet_is_told(tmp_path: Path, damage: Callable[[bytes], bytes]) -> None:
    found = refusal(tmp_path / "flows", damage(_parquet()))
    assert found == ": damaged, or no Parquet; fetch the file again"


def test_parquet_with_damaged_names_is_told(tmp_path: Path) -> None:
    content = _parquet(proto2=TEXTS)
    found = refusal(tmp_path / "flows", content.replace(b"proto2", b"prot\xfe2"))
    assert found == ": damaged, or no Parquet; fetch the file again"


def test_parquet_without_rows_is_told(tmp_path: Path) -> None:
    empty = {name: pa.array(values)[:0] for name, values in TABLE.items()}
    assert refusal(tmp_path / "flows", _parquet(**empty)) == ": no rows; fetch the file again"
