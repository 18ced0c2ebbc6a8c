"""A data set as stages see it: its description in parts, and what encode has found."""

from pathlib import Path
from typing import Any

import pytest
from flows import described

from aeflow.errors import InputError
from nids.data import balance
from nids.data.dataset import (
    PATHS,
    Dataset,
    Found,
    in_memory,
    read_dataset,
    write_description,
    write_part,
)
from nids.data.description import Description

TESTS = {"test": "the test rows", "test_new": "new ones"}
ROWS = {"Normal": 67343, "Dos": 45927, "Probe": 11656, "R2L": 995, "U2R": 52}


def _found(rows: dict[str, int] = ROWS, **others: Any) -> Found:
    given: dict[str, Any] = {
        "classes": {name: (f"{name}.1", f"{name}.2") for name in rows},
        "normal": "Normal",
        "rows": rows,
        "train": "the training rows",
        "held_out": "types",
    }
    return Found(**given | others)


def test_the_demo_is_what_its_description_and_files_say(dataset: Dataset, description: Description) -> None:
    assert dataset.classes == ("Dos", "Normal", "Probe", "R2L", "U2R")
    assert dataset.shown == ("Normal", "Dos", "Probe", "R2L", "U2R")
    assert (dataset.minority, dataset.majority) == (("R2L", "U2R"), ("Normal", "Dos"))
    assert dataset.new_rows == {"R2L": 400, "U2R": 400}
    assert dataset.watched == ("R2L", "U2R", "Normal")
    assert (dataset.name, dataset.train, dataset.test) == ("demo data", "demo-train", "demo-test")
    assert dataset.tests == {
        "test": "demo-test",
        "test_21": "demo-test, harder rows",
        "test_new": "demo-test without rows that occur in demo-train",
    }
    assert dataset.class_of["rootkit"] == "U2R"
    # Only types that training has: one is in no file, the other in a test file.
    assert {"phf", "httptunnel"}.isdisjoint(dataset.class_of)
    assert dataset.found.rows == {"Normal": 2140, "Dos": 1310, "Probe": 390, "R2L": 65, "U2R": 22}
    assert dataset.held_out == "held-out attack types"
    assert dataset.optimistic == ""
    assert dataset.files == description.files


def test_amounts_are_of_the_rows_that_encode_has_found() -> None:
    found = in_memory(described(), _found(), TESTS)
    assert found.new_rows == {"R2L": 10661, "U2R": 11604}
    assert found.kept_rows == {"Normal": 16785, "Dos": 16785}
    assert (found.minority, found.majority) == (("R2L", "U2R"), ("Normal", "Dos"))
    named = in_memory(described(balance={"new_rows": {"U2R": 0.5}, "kept_rows": {}}), _found(), TESTS)
    assert (named.new_rows, named.kept_rows) == ({"U2R": 26}, {})
    wrong = in_memory(described(balance={"new_rows": {"Worm": 5}}), _found(), TESTS)
    with pytest.raises(InputError, match=r"balance\.new_rows: 'Worm' is no class"):
        _ = wrong.minority


def test_measured_classes_have_two_rows_for_each_part() -> None:
    assert in_memory(described(fidelity={"folds": 26}), _found(), TESTS).measured == ("R2L", "U2R")
    assert in_memory(described(fidelity={"folds": 27}), _found(), TESTS).measured == ("R2L",)
    rows = ROWS | {"R2L": 30, "U2R": 22}
    with pytest.raises(InputError) as caught:
        _ = in_memory(described(fidelity={"folds": 16}), _found(rows), TESTS).measured
    assert str(caught.value) == (
        "fidelity.folds: 16 parts, and no class of balance.new_rows has 2 rows for each; choose 15 or less"
    )
    rows = ROWS | {"R2L": 3, "U2R": 2}
    wanted = described(balance={"new_rows": {"R2L": 5, "U2R": 5}})
    with pytest.raises(InputError, match=r"let a larger class grow, by balance\.new_rows$"):
        _ = in_memory(wanted, _found(rows), TESTS).measured


@pytest.mark.parametrize(
    ("held_out", "text"),
    [
        ("types", "held-out attack types"),
        ("groups", "held-out groups"),
        ("periods", "held-out periods of time"),
        ("rows", "held-out rows"),
    ],
)
def test_what_validation_holds_out_is_said(held_out: str, text: str) -> None:
    found = in_memory(described(), _found(held_out=held_out), TESTS)
    assert found.held_out == text
    assert ("are optimistic" in found.optimistic) == (held_out == "rows")


def test_parts_come_back_and_each_is_read_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A stage depends on the parts that it reads, and not on the others."""
    monkeypatch.chdir(tmp_path)
    description = described(balance={"new_rows": {"R2L": 5, "U2R": "auto"}}, show={"alone": "x"})
    write_description(description)
    others = {PATHS[key] for key in ("found", "tests")}
    assert set(Path("data/description").iterdir()) == set(PATHS.values()) - others
    found = read_dataset()
    assert (found.name, found.files, found.show.alone) == ("flows", description.files, "x")
    assert found.source.label == description.label
    assert found.source.clean == description.clean
    with pytest.raises(InputError, match=r"dataset\.json: no such file"):
        _ = found.new_rows
    write_part("found", _found())
    assert found.new_rows == {"R2L": 5, "U2R": 11604}
    assert found.found == _found()
    write_part("tests", TESTS)
    assert found.test == "the test rows"
    PATHS["name"].unlink()
    again = read_dataset()
    assert again.kept_rows == balance.kept_rows("auto", ROWS)
    with pytest.raises(InputError, match=r"name\.json: no such file"):
        _ = again.name


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"classes": 5}', b"\xff"])
def test_a_part_that_holds_something_else_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: bytes
) -> None:
    monkeypatch.chdir(tmp_path)
    PATHS["found"].parent.mkdir()
    PATHS["found"].write_bytes(content)
    with pytest.raises(InputError) as caught:
        _ = read_dataset().found
    assert str(caught.value).startswith(f"{PATHS['found']}: damaged, or not the kind of file that its name says")
    assert str(caught.value).isprintable()
