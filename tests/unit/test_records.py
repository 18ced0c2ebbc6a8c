"""The files of each set as one frame: columns, types, what is left out, a cap on rows; and what is refused."""

from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from conftest import ROOT
from flows import HEADER, LABEL, changed, described, read, rows, text, told, write

from aeflow.errors import InputError
from nids.data.description import Description
from nids.data.records import KEPT_WHOLE, NONE, Records, read_records

DEMO = ROOT / "data/demo"


def _paths(folder: Path, **files: str) -> list[Path]:
    return [write(folder, {name: content}) / name for name, content in files.items()]


def test_the_demo_is_what_its_lines_say(description: Description) -> None:
    """By another way than pyarrow."""
    found = read_records({"train": [DEMO / "train.txt"]}, description)["train"]
    lines = [line.split(",") for line in (DEMO / "train.txt").read_text().splitlines()]
    cells = dict(zip(description.read.names, zip(*lines, strict=True), strict=True))
    assert list(found.frame) == list(cells)[:-2]
    for name, values in found.frame.items():
        of = str if name in description.columns.categorical else float
        assert values.tolist() == [of(cell) for cell in cells[str(name)]]
    assert found.types.tolist() == list(cells["attack"])
    assert found.files == {str(DEMO / "train.txt"): Counter(cells["attack"])}
    assert found.sizes == {DEMO / "train.txt": len(lines)}
    assert found.groups is None
    assert found.left_out == 0


def test_files_of_a_set_follow_one_another(tmp_path: Path) -> None:
    one, other = rows(10), [row.replace("tcp", "icmp") for row in rows(30)]
    paths = _paths(tmp_path, a=text(*one), b=text(*other))
    found = read_records({"data": paths}, described())["data"]
    whole = read(tmp_path / "c", text(*one, *other))
    pd.testing.assert_frame_equal(found.frame.astype({"proto": str}), whole.frame.astype({"proto": str}))
    assert found.types.tolist() == whole.types.tolist()
    assert {name: sum(of.values()) for name, of in found.files.items()} == {str(paths[0]): 10, str(paths[1]): 30}


def test_columns_have_one_order_whatever_that_of_a_file_or_set(tmp_path: Path) -> None:
    turned = "\n".join(",".join(row.split(",")[::-1]) for row in (HEADER, *rows(8)))
    train, test = _paths(tmp_path, a=text(*rows(8)), b=turned)
    found = read_records({"train": [train], "test": [test]}, described())
    assert list(found["train"].frame) == list(found["test"].frame) == ["a", "proto", "b"]
    assert found["train"].frame["a"].tolist() == found["test"].frame["a"].tolist()


def _without_b() -> str:
    return "\n".join(",".join(np.delete(row.split(","), 2)) for row in (HEADER, *rows(8)))


@pytest.mark.parametrize(
    "sets", [{"data": ["a", "b"]}, {"train": ["a"], "test": ["b"]}, {"train": ["b"], "test": ["a"]}]
)
def test_a_column_that_some_files_lack_is_missing_there(tmp_path: Path, sets: dict[str, list[str]]) -> None:
    """Whether they are of one set or of two."""
    write(tmp_path, {"a": text(*rows(8)), "b": _without_b()})
    given = {key: [tmp_path / name for name in names] for key, names in sets.items()}
    with pytest.raises(InputError) as caught:
        read_records(given, described())
    assert told(caught.value, str(tmp_path / "b")) == (
        ": no column 'b', which other files have; list it in columns.drop, or let clean.missing_in say what its value "
        "is"
    )
    found = read_records(given, described(clean={"missing_in": {"b": 0}}))
    values = [value for key, names in sets.items() for value in found[key].frame["b"].isna().tolist()]
    assert Counter(values) == {False: 8, True: 8}
    left = read_records(given, described(columns={"categorical": ["proto"], "drop": ["b"]}))
    assert all(list(part.frame) == ["a", "proto"] for part in left.values())
    texts = described(columns={"categorical": ["proto", "b"]}, clean={"missing": "median"})
    assert (pd.concat([part.frame["b"].astype(str) for part in read_records(given, texts).values()]) == NONE).sum() == 8


@pytest.mark.parametrize(
    ("sections", "message"),
    [
        ({"columns": {"categorical": ["proto"], "drop": ["B"]}}, "columns.drop: no file has a column 'B' (nearest is"),
        ({"columns": {"categorical": ["proto"], "id": ["zzz"]}},
         "columns.id: no file has a column 'zzz'; it has 'a', 'b', 'label', 'proto'; "),
        ({"columns": {"categorical": ["proto", "protoc"]}}, "columns.categorical: no file has a column 'protoc'"),
        ({"columns": {"categorical": ["proto"], "rename": {"A": "x"}}}, "columns.rename: no file has a column 'A'"),
        ({"clean": {"missing_in": {"aa": 0}}}, "clean.missing_in: no file has a column 'aa'"),
        ({"clean": {"sentinels": {"aa": [0]}}}, "clean.sentinels: no file has a column 'aa'"),
    ],
)  # fmt: skip
def test_a_column_that_no_file_has_is_told_by_its_key(tmp_path: Path, sections: dict[str, Any], message: str) -> None:
    with pytest.raises(InputError) as caught:
        read(tmp_path / "flows", text(*rows()), **sections)
    told(caught.value, message)


def test_types_that_are_left_out_are_counted(tmp_path: Path) -> None:
    label = {**LABEL, "leave_out": ["sc*"]}
    found = read(tmp_path / "flows", text(*rows()), label=label)
    assert Counter(found.types) == {"normal": 20, "dos": 10}
    assert found.left_out == 10
    assert list(found.files.values()) == [{"normal": 20, "dos": 10}]
    # All that the file has, by which it is known.
    assert list(found.sizes.values()) == [40]


def test_cells_of_rows_that_are_left_out_may_be_anything(tmp_path: Path) -> None:
    content = changed(2, a="", b="inf", proto="\x1b")
    assert read(tmp_path / "flows", content, label={**LABEL, "leave_out": ["scan"]}).left_out == 10


def test_rows_without_a_value_are_dropped_or_kept(tmp_path: Path) -> None:
    path = tmp_path / "flows"
    content = changed(5, a="inf").replace("udp", "", 1)
    found = read(path, content, clean={"missing": "drop"})
    assert (len(found.types), found.left_out) == (38, 2)
    found = read(path, content, clean={"missing_in": {"a": "drop", "proto": "median"}})
    assert (len(found.types), found.left_out) == (39, 1)
    assert found.frame["proto"].tolist().count(NONE) == 1
    found = read(path, content, clean={"missing": "median"})
    assert len(found.types) == 40
    assert found.frame["a"].isna().tolist() == [i == 3 for i in range(40)]


def test_sentinels_are_missing_values_of_their_column(tmp_path: Path) -> None:
    content = changed(5, a="-1", b="-1")
    found = read(tmp_path / "flows", content, clean={"missing": "median", "sentinels": {"a": [-1, 47]}})
    assert found.frame["a"].isna().sum() == 2
    assert found.frame["b"][3] == -1


@pytest.mark.parametrize("empty", ["", "  "])
def test_rows_without_a_type_are_of_the_class_that_the_description_says(tmp_path: Path, empty: str) -> None:
    found = read(tmp_path / "flows", text(*rows()).replace("normal", empty), label={**LABEL, "empty": "normal"})
    assert Counter(found.types) == {"normal": 20, "dos": 10, "scan": 10}


def test_groups_are_values_of_a_column_or_files(tmp_path: Path) -> None:
    """Those of a column are no feature; rows without one are a group."""
    found = read(tmp_path / "a", text(*rows()).replace("udp", "", 1), split={"by": "group", "column": "proto"})
    assert list(found.frame) == ["a", "b"]
    assert found.groups is not None
    assert found.groups.tolist() == [NONE, *(row.split(",")[1] for row in rows()[1:])]
    of_files = described(files={"data": "*"}, split={"by": "group", "column": "file"})
    found = read_records({"data": _paths(tmp_path, a=text(*rows(3)), b=text(*rows(2)))}, of_files)["data"]
    assert found.groups is not None
    assert found.groups.tolist() == [str(tmp_path / name) for name in "aaabb"]
    # An identifier can say the group, too.
    by_id = {"columns": {"id": ["proto"]}, "split": {"by": "group", "column": "proto"}}
    assert list(read(tmp_path / "a", text(*rows()), **by_id).frame) == ["a", "b"]


def _many() -> str:
    """Return 12,000 rows: half of them normal, a third dos, 1,990 scan and 10 worm."""
    kinds = ["normal", "dos", "normal", "scan", "normal", "dos"] * 2000
    return text(*(f"{i},tcp,1,{'worm' if i % 1200 == 3 else name}" for i, name in enumerate(kinds)))


def _capped(path: Path, most: int, content: str, **sections: Any) -> Records:
    return read(path, content, files={"data": "flows.csv", "max_rows": most}, **sections)


def test_a_cap_takes_as_large_a_share_of_each_type_and_spares_small_classes(tmp_path: Path) -> None:
    path, content = tmp_path / "flows", _many()
    sizes = Counter(_capped(path, 7000, content).types)
    assert sizes == {"normal": 3000, "dos": 2000, "scan": 1990, "worm": 10}
    assert sum(Counter(_capped(path, 9000, content).types).values()) == pytest.approx(9000, abs=3)
    # No class is cut below KEPT_WHOLE rows.
    assert min(n for name, n in Counter(_capped(path, 100, content).types).items() if name != "worm") == 1990
    assert Counter(_capped(path, 100, content).types)["normal"] == KEPT_WHOLE
    assert len(_capped(path, 12_000, content).types) == 12_000


def test_a_cap_is_by_class_and_its_types_keep_their_shares(tmp_path: Path) -> None:
    label = {
        "column": "label",
        "normal": "Normal",
        "classes": {"Normal": ["normal"], "Attack": ["dos", "scan", "worm"]},
    }
    sizes = Counter(_capped(tmp_path / "flows", 6000, _many(), label=label).types)
    assert sizes["normal"] == 3000
    assert sizes["scan"] == pytest.approx(995, abs=1)
    assert sizes["worm"] == 5


def test_a_cap_draws_from_all_rows_with_the_seed_of_the_split(tmp_path: Path) -> None:
    path, content = tmp_path / "flows", _many()
    found = _capped(path, 7000, content)
    again, other = _capped(path, 7000, content), _capped(path, 7000, content, split={"seed": 1})
    pd.testing.assert_frame_equal(found.frame, again.frame)
    assert set(found.frame["a"]) != set(other.frame["a"])
    for part in np.array_split(np.arange(12_000.0), 6):
        assert np.isin(part, found.frame["a"]).mean() == pytest.approx(7 / 12, abs=0.05)
    # Rows stay in the order of the file, and its size is what it has.
    assert (np.diff(found.frame["a"]) > 0).all()
    assert list(found.sizes.values()) == [12_000]


def test_rows_that_a_cap_leaves_out_may_be_anything(tmp_path: Path) -> None:
    """They are text of the right form, as the others."""
    content = _many()
    kept = set(_capped(tmp_path / "flows", 7000, content).frame["a"])
    left = next(i for i in range(12_000) if i not in kept)
    assert len(_capped(tmp_path / "flows", 7000, content.replace(f"\n{left},", "\ninf,")).types) == 7000
    with pytest.raises(InputError, match="no column 'kind' \\(label\\.column\\)"):
        _capped(tmp_path / "flows", 7000, content, label={"column": "kind", "normal": "normal"})


def test_parts_and_sums_of_records(tmp_path: Path) -> None:
    """Categories of both sides stay what they say."""
    split = {"by": "group", "column": "b"}
    one = read(tmp_path / "a", text(*rows(6)), split=split)
    other = read(tmp_path / "b", text(*rows(6)).replace("tcp", "icmp"), split=split)
    joined = one.joined(other)
    assert joined.frame["proto"].tolist() == [*one.frame["proto"], *other.frame["proto"]]
    assert joined.frame["a"].tolist() == [*one.frame["a"], *other.frame["a"]]
    assert joined.types.tolist() == [*one.types, *other.types]
    for at in (np.array([4, 1]), np.isin(np.arange(6), [1, 4])):
        part = one.at(at)
        order = [4, 1] if at.dtype != bool else [1, 4]
        assert part.frame["a"].tolist() == one.frame["a"].iloc[order].tolist()
        assert part.types.tolist() == one.types[order].tolist()
        assert part.groups is not None
        assert part.groups.tolist() == one.groups[order].tolist()  # type: ignore[index]
        assert list(part.frame.index) == [0, 1]


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"nowhere\.txt: no such file"):
        read_records({"data": [tmp_path / "nowhere.txt"]}, described())
