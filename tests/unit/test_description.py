"""datasets/*.yaml: what is in them is checked, and what is wrong is one line with file and key."""

from pathlib import Path
from typing import Any

import pytest
from conftest import ROOT
from pydantic import ValidationError
from ruamel.yaml import YAML

from aeflow.errors import InputError
from nids.base.yaml import read_yaml
from nids.data.description import Description, read_description

FOLDER = ROOT / "datasets"
PART = {"name": "part.txt", "title": "a part", "sha256": "0" * 64}


@pytest.mark.parametrize("name", sorted(path.stem for path in FOLDER.glob("*.yaml")))
def test_committed_descriptions_are_valid_and_frozen(name: str) -> None:
    found = read_description(name, FOLDER)
    with pytest.raises(ValidationError, match="frozen"):
        found.name = "other"


def test_the_shortest_description(tmp_path: Path) -> None:
    """A file's name stands for a file, and a file for a list of one."""
    (tmp_path / "mine.yaml").write_text("name: mine\nfiles: {data: a.csv}\nlabel: {column: c, normal: n}\n")
    found = read_description("mine", tmp_path)
    assert [file.name for file in found.files.data] == ["a.csv"]
    assert list(found.files.sets) == ["data"]
    assert (found.label.classes, found.balance.new_rows, found.split.by) == (None, "auto", "stratified")
    assert found.read.names == ()


def _changed(folder: Path, key: str, value: object) -> None:
    """Write the demo's description with another value; None takes the key away."""
    content: Any = read_yaml(FOLDER / "demo.yaml")
    *sections, name = key.split("/")
    section = content
    for part in sections:
        section = section.setdefault(part, {})
    if value is None:
        del section[name]
    else:
        section[name] = value(section[name]) if callable(value) else value
    YAML(typ="safe").dump(content, folder / "other.yaml")


def _refused(folder: Path) -> str:
    with pytest.raises(InputError) as caught:
        read_description("other", folder)
    assert "\n" not in str(caught.value)
    start = f"{folder / 'other.yaml'}: "
    assert str(caught.value).startswith(start)
    return str(caught.value).removeprefix(start)


@pytest.mark.parametrize(
    ("key", "value", "message"),
    [
        ("label/normal", None, "label.normal: Field required"),
        ("files", None, "files: Field required"),
        ("splits", {"seed": 0}, "splits: unknown key (nearest is 'split')"),
        ("split", {"sed": 0}, "split.sed: unknown key (nearest is 'seed')"),
        ("columns/text", ["service"], "columns.text: unknown key; known are id, drop, categorical, "),
        ("name", 5, "name: Input should be a text; write it in quotes, found 5"),
        ("name", "\x1b[31m", "name: a character that cannot be printed"),
        ("columns/categorical", "flag", "columns.categorical: Input should be a list, as in [a, b], found 'flag'"),
        ("read/names", lambda names: [*names, "hot"], "read.names: 'hot' stands twice"),
        ("columns/count", lambda names: [*names, "land"], "columns: 'land' stands twice"),
        ("columns/drop", ["difficulty", "attack"], "columns.drop: 'attack' stands twice"),
        ("columns/drop", ["difficulty", "difficulty"], "columns.drop: 'difficulty' stands twice"),
        ("columns/categorical", lambda names: [*names, "difficulty"], "columns: 'difficulty' stands twice"),
        ("columns/rate", lambda names: [*names, "loss"], "columns.rate: 'loss' is no column of read.names"),
        ("columns/rename", {"hott": "x"}, "columns.rename: 'hott' is no column of read.names (nearest is 'hot')"),
        ("read/names", ["attack", "difficulty"], "columns.categorical: 'protocol_type' is no column of read.names"),
        ("read/encoding", "utf-9", "read.encoding: 'utf-9' is not read; utf-8 and cp1252 are, or save as UTF-8"),
        ("read/separator", ",,", 'read.separator: one character, such as ";", or a tab'),
        ("label/column", "kind", "label.column: 'kind' is no column of read.names"),
        ("label/normal", "normal", "label.normal: 'normal' is no class of label.classes (nearest is 'Normal')"),
        ("label/empty", "none", "label.empty: 'none' is no class of label.classes"),
        ("label/classes/Dos", lambda types: [*types, "satan"], "label.classes: 'satan' stands twice"),
        ("label/classes/Dos", [], "label.classes.Dos: Tuple should have at least 1 item"),
        ("label/classes", {"Normal": ["normal"]}, "label.classes: Dictionary should have at least 2 items"),
        ("label/classes/R2L", lambda types: [*types, "a\nb"], "label.classes.R2L.15: a character that cannot"),
        ("label/classes", lambda of: {**of, "../U2R": ["b"]}, "label.classes.../U2R: it is to have from 1 to 100 "),
        ("clean", {"missing": "mean"}, "clean.missing: Input should be 'error', 'drop' or 'median' or a valid number"),
        ("clean", {"sentinels": {"service": [-1]}}, "clean.sentinels: 'service' is in columns.categorical; "),
        ("split", {"seed": 3}, "split: train and test are given, so nothing is to be split; give files.data"),
        ("split", {"by": "time"}, "split.column: give the column of times"),
        ("balance/new_rows/Worm", 5, "balance.new_rows: 'Worm' is no class of label.classes"),
        ("balance/kept_rows/Worm", 5, "balance.kept_rows: 'Worm' is no class of label.classes"),
        ("balance/kept_rows/R2L", 5, "balance: 'R2L' stands twice"),
        ("balance/new_rows/R2L", 0, "balance.new_rows.R2L: Input should be greater than 0, found 0"),
        ("balance/new_rows/R2L", -0.5, "balance.new_rows.R2L: Input should be greater than 0, found -0.5"),
        ("balance/new_rows/R2L", 10**9, "balance.new_rows.R2L: Input should be less than or equal to 100000000"),
        ("balance/new_rows/R2L", "400", "balance.new_rows.R2L: Input should be a valid integer or a valid number or "),
        ("balance/new_rows", "some", "balance.new_rows: Input should be a mapping of keys to values or 'auto'"),
        ("files/train/sha256", "abc", "files.train.sha256: String should match pattern"),
        ("files/train/name", "../../etc/passwd", "files.train.name: it is to have from 1 to 100 characters, no / and "),
        ("files/train/name", "*.txt", "files.train: sha256 and rows are of one file, and '*.txt' is a pattern"),
        ("files/train/title", "a\0b", "files.train.title: a character that cannot be printed"),
        ("files/train", 5, "files.train: give a file's name, or a mapping with its name, found 5"),
        ("files/train", [], "files: give train and test, or data that is to be split, and not both"),
        ("files/test", None, "files: give train and test, or data that is to be split, and not both"),
        ("files/data", "*.csv", "files: give train and test, or data that is to be split, and not both"),
        ("files/max_rows", 10, "files.max_rows: Input should be greater than or equal to 100, found 10"),
        ("files/folder", "x" * 5000, "files.folder: String should have at most 1000 characters"),
        *(
            (
                f"files/extra_tests/{name}",
                PART,
                f"files.extra_tests: {name!r} cannot be the name of a test set; choose ",
            )
            for name in ("train", "test", "data", "test_new", "label", "type", "seen", "test-21")
        ),
        # What people write in the place of something else.
        ("label/normal", 0, "label.normal: Input should be a text; write it in quotes, found 0"),
        ("label/normal", ["normal"], "label.normal: Input should be a text, found ['normal']"),
        ("label/classes", ["Dos", "Probe"], "label.classes: Input should be a mapping of keys to values, found ['Dos'"),
        ("label/classes/Dos", "neptune", "label.classes.Dos: Input should be a list, as in [a, b], found 'neptune'"),
        ("label/colum", "attack", "label.colum: unknown key (nearest is 'column')"),
        ("label", {"colum": "attack", "normal": "Normal"}, "label.colum: unknown key (nearest is 'column')"),
        ("files/train/nam", "a.csv", "files.train.nam: unknown key (nearest is 'name')"),
        ("files/train", {"title": "a"}, "files.train.name: Field required"),
        (
            "files/train",
            ["a.csv", ["b.csv"]],
            "files.train.1: give a file's name, or a mapping with its name, found ['b",
        ),
        ("files/train", [{"name": "a", "rows": "5"}], "files.train.0.rows: Input should be a valid integer, found '5'"),
        ("files/train", {"name": "a", "rows": 0}, "files.train.rows: Input should be greater than 0, found 0"),
        ("files/train", "/data/a.csv", "files.train: it is to have from 1 to 100 characters, no / and no point before"),
        (
            "files/extra_tests",
            ["a.csv"],
            "files.extra_tests: Input should be a mapping of keys to values, found ['a.csv",
        ),
        (
            "files/extra_tests/x",
            ["a", "b"],
            "files.extra_tests.x: give a file's name, or a mapping with its name, found",
        ),
        ("columns/drop", [5], "columns.drop.0: Input should be a text; write it in quotes, found 5"),
        ("columns/rename", ["a"], "columns.rename: Input should be a mapping of keys to values, found ['a']"),
        (
            "clean",
            {"missing": True},
            "clean.missing: Input should be 'error', 'drop' or 'median' or a valid number, found",
        ),
        ("clean", {"missing": 1e200}, "clean.missing: Input should be less than or equal to 1e+100, found 1e+200"),
        (
            "clean",
            {"missing_in": {"hot": "mean"}},
            "clean.missing_in.hot: Input should be 'error', 'drop' or 'median' or",
        ),
        ("clean", {"sentinels": {"hot": -1}}, "clean.sentinels.hot: Input should be a list, as in [a, b], found -1"),
        (
            "split",
            {"by": "random"},
            "split.by: Input should be 'stratified', 'group', 'time' or 'types', found 'random'",
        ),
        ("split", {"by": "group"}, "split.column: give the column of groups; 'file' for the file of a row"),
        ("split", {"column": "hot"}, "split.column: for by: group and by: time alone; choose one of them, or leave it"),
        ("split", {"by": "types"}, "split.types: give the attack types that are held out"),
        ("split", {"types": ["dos"]}, "split.types: for by: types alone; choose that, or leave them out"),
        ("split", {"test": 30}, "split.test: Input should be less than or equal to 0.9, found 30"),
        ("balance", "auto", "balance: Input should be a mapping of keys to values, found 'auto'"),
        ("balance/new_rows", ["R2L"], "balance.new_rows: Input should be a mapping of keys to values or 'auto', found"),
        ("balance/kept", {}, "balance.kept: unknown key (nearest is 'kept_rows')"),
        ("name", "", "name: Value should have at least 1 item"),
        *(
            ("read/separator", mark, "read.separator: one character, such as ")
            for mark in ("", '"', "5", ".", "é", "\n")
        ),
        *(("read/encoding", name, f"read.encoding: {name!r} is not read") for name in ("utf-16", "cp037", "base64")),
        ("fidelity/folds", 2000, "fidelity.folds: Input should be less than or equal to 100"),
        ("fidelity/folds", 1, "fidelity.folds: Input should be greater than or equal to 2, found 1"),
        ("fidelity/seeds", [1, 1], "fidelity.seeds: a seed stands twice, found [1, 1]"),
    ],
)
def test_impossible_descriptions_are_refused_by_key(tmp_path: Path, key: str, value: object, message: str) -> None:
    _changed(tmp_path, key, value)
    assert _refused(tmp_path).startswith(message)


@pytest.mark.parametrize("text", ["- name\n", "demo\n", ""])
def test_what_is_no_mapping_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "other.yaml").write_text(text)
    assert _refused(tmp_path) == "not a mapping of keys to values; correct it"


@pytest.mark.parametrize("text", ["name: [\n", "name: a\nname: b\n", "\ta: 1\n"])
def test_what_is_no_yaml_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "other.yaml").write_text(text)
    assert _refused(tmp_path).startswith("not valid YAML: ")


def test_an_unknown_data_set_is_refused_with_those_that_are_there(tmp_path: Path) -> None:
    for name in ("mine", "demo"):
        (tmp_path / f"{name}.yaml").touch()
    with pytest.raises(InputError) as caught:
        read_description("kdd99", tmp_path)
    path = tmp_path / "kdd99.yaml"
    assert str(caught.value) == (
        f"params.yaml: dataset: 'kdd99' has no description {path}; choose one of demo, mine, or write it; "
        "the committed choice: git checkout params.yaml"
    )


def test_the_demo_has_the_columns_and_classes_of_nsl_kdd(description: Description) -> None:
    """The numbers of rows are its own."""
    real = read_description("nsl-kdd", FOLDER)
    assert (description.read, description.columns, description.label) == (real.read, real.columns, real.label)


def test_one_file_is_no_group(tmp_path: Path) -> None:
    text = "name: mine\nfiles: {data: %s}\nlabel: {column: c, normal: n}\nsplit: {by: group, column: file}\n"
    (tmp_path / "other.yaml").write_text(text % "a.csv")
    message = "split.column: one file is one group; give several files, or split otherwise"
    assert _refused(tmp_path) == message
    for several in ("a*.csv", "[a.csv, b.csv]"):
        (tmp_path / "other.yaml").write_text(text % several)
        assert read_description("other", tmp_path).split.column == "file"


@pytest.mark.parametrize(
    ("separator", "encoding"), [(";", "UTF8"), ("\t", "cp1252"), ("|", "latin-1"), (" ", "ascii"), (":", "cp932")]
)
def test_separators_and_encodings_that_are_read(tmp_path: Path, separator: str, encoding: str) -> None:
    _changed(tmp_path, "read/separator", separator)
    content: Any = read_yaml(tmp_path / "other.yaml")
    content["read"]["encoding"] = encoding
    YAML(typ="safe").dump(content, tmp_path / "other.yaml")
    found = read_description("other", tmp_path).read
    assert (found.separator, found.encoding) == (separator, encoding)
