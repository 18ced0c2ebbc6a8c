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
    assert len(found.features) == 41
    assert len(found.class_of) == 40
    assert set(found.label.classes) == {"Dos", "Normal", "Probe", "R2L", "U2R"}
    with pytest.raises(ValidationError, match="frozen"):
        found.name = "other"


def test_what_follows_from_a_description() -> None:
    found = read_description("nsl-kdd", FOLDER)
    assert found.classes == ("Dos", "Normal", "Probe", "R2L", "U2R")
    assert found.shown == ("Normal", "Dos", "Probe", "R2L", "U2R")
    assert (found.minority, found.majority) == (("R2L", "U2R"), ("Normal", "Dos"))
    assert found.watched == ("R2L", "U2R", "Normal")
    assert found.tests == {
        "test": "KDDTest+",
        "test_21": "KDDTest-21",
        "test_new": "KDDTest+ without rows that occur in KDDTrain+",
    }
    assert list(found.files.all) == ["train", "test", "test_21"]
    assert found.class_of["httptunnel"] == "U2R"
    kinds = [found.features[name] for name in ("service", "src_bytes", "land", "serror_rate", "su_attempted")]
    assert kinds == ["category", "count", "flag", "rate", "count"]
    assert not set(found.features) & {"attack", "difficulty"}
    assert list(found.features) == [name for name in found.read.names if name in found.features]


def _changed(folder: Path, key: str, value: object) -> None:
    """Write the demo's description with another value; None takes the key away."""
    content: Any = read_yaml(FOLDER / "demo.yaml")
    *sections, name = key.split("/")
    section = content
    for part in sections:
        section = section[part]
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
        ("balance", None, "balance: Field required"),
        ("label/normal", None, "label.normal: Field required"),
        ("split", {"seed": 0}, "split: Extra inputs are not permitted"),
        ("columns/text", ["service"], "columns.text: Extra inputs are not permitted, found ['service']"),
        ("name", 5, "name: Input should be a valid string, found 5"),
        ("columns/category", "flag", "columns.category: Input should be a valid array, found 'flag'"),
        ("read/names", lambda names: [*names, "hot"], "read.names: 'hot' stands twice"),
        ("read/names", [], "read.names: Tuple should have at least 1 item after validation, not 0, found []"),
        ("columns/count", lambda names: [*names, "land"], "columns: 'land' stands twice"),
        ("columns/drop", ["difficulty", "attack"], "columns.drop: 'attack' stands twice"),
        ("columns/rate", lambda names: [*names, "loss"], "columns.rate: 'loss' is no column of read.names"),
        ("read/names", ["attack", "difficulty"], "columns.category: 'protocol_type' is no column of read.names"),
        ("label/column", "kind", "label.column: 'kind' is no column of read.names"),
        ("label/normal", "normal", "label.normal: 'normal' is no class of label.classes"),
        ("label/classes/Dos", lambda types: [*types, "satan"], "label.classes: 'satan' stands twice"),
        ("label/classes/Dos", [], "label.classes.Dos: Tuple should have at least 1 item"),
        ("label/classes", {"Normal": ["normal"]}, "label.classes: Dictionary should have at least 2 items"),
        ("balance/new_rows/Worm", 5, "balance.new_rows: 'Worm' is no class of label.classes"),
        ("balance/kept_rows/Worm", 5, "balance.kept_rows: 'Worm' is no class of label.classes"),
        ("balance/kept_rows/R2L", 5, "balance: 'R2L' stands twice"),
        ("balance/new_rows/R2L", 0, "balance.new_rows.R2L: Input should be greater than 0, found 0"),
        ("balance/new_rows/R2L", "400", "balance.new_rows.R2L: Input should be a valid integer, found '400'"),
        ("balance/new_rows", {}, "balance.new_rows: Dictionary should have at least 1 item"),
        ("files/train/sha256", "abc", "files.train.sha256: String should match pattern"),
        ("files/test", None, "files.test: Field required"),
        *(
            (f"files/parts/{name}", PART, f"files.parts: {name!r} cannot be the name of a part; choose another")
            for name in ("train", "test", "test_new", "label", "type", "seen", "test-21")
        ),
        ("balance/new_rows/R2L", 10**9, "balance.new_rows.R2L: Input should be less than or equal to 1000000"),
        (
            "label/classes/R2L",
            lambda types: [*types, "a\nb"],
            "label.classes.R2L.15: a character that cannot be printed",
        ),
        (
            "label/classes",
            lambda of: {**of, "U2R x": ["a"], "../U2R": ["b"]},
            "label.classes.../U2R.'[key]': no name of a file",
        ),
        ("files/train/name", "../../etc/passwd", "files.train.name: no name of a file can be made of it"),
        ("files/train/title", "a\0b", "files.train.title: a character that cannot be printed"),
        ("files/folder", "x" * 5000, "files.folder: String should have at most 1000 characters"),
        ("name", "\x1b[31m", "name: a character that cannot be printed"),
        ("columns/drop", ["difficulty", "difficulty"], "columns.drop: 'difficulty' stands twice"),
        ("fidelity/folds", 2000, "fidelity.folds: Input should be less than or equal to 100"),
        ("fidelity/folds", 1, "fidelity.folds: Input should be greater than or equal to 2, found 1"),
        ("fidelity/seeds", [1, 1], "fidelity.seeds: a seed stands twice, found [1, 1]"),
        ("show/alone", "wannacry", "show.alone: 'wannacry' is no type of label.classes"),
    ],
)
def test_impossible_descriptions_are_refused_by_key(tmp_path: Path, key: str, value: object, message: str) -> None:
    _changed(tmp_path, key, value)
    assert _refused(tmp_path).startswith(message)


def test_a_description_without_features_is_refused(tmp_path: Path) -> None:
    content: Any = read_yaml(FOLDER / "demo.yaml")
    content["read"]["names"] = ["attack", "difficulty"]
    content["columns"] = {"category": [], "count": [], "flag": [], "rate": [], "drop": ["difficulty"]}
    YAML(typ="safe").dump(content, tmp_path / "other.yaml")
    assert _refused(tmp_path) == "columns: no column is left as a feature"


def test_what_is_left_out_has_a_kind_too(tmp_path: Path) -> None:
    found = read_description("demo", FOLDER)
    assert found.kinds["difficulty"] == "count"
    assert set(found.kinds) == {*found.features, "difficulty"}
    _changed(tmp_path, "columns/category", lambda names: [*names, "difficulty"])
    assert _refused(tmp_path) == "columns: 'difficulty' stands twice"
    _changed(tmp_path, "columns/count", lambda names: names[:-1])
    assert read_description("other", tmp_path).kinds["difficulty"] == "number"


def test_a_column_of_no_kind_is_a_number(tmp_path: Path) -> None:
    _changed(tmp_path, "columns/flag", [])
    assert read_description("other", tmp_path).features["land"] == "number"


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


def test_the_demo_has_the_columns_and_classes_of_nsl_kdd(dataset: Description) -> None:
    """The numbers of rows are its own."""
    real = read_description("nsl-kdd", FOLDER)
    assert (dataset.read, dataset.columns, dataset.label) == (real.read, real.columns, real.label)
