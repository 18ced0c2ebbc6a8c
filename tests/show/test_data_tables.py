"""The section "The data": what the account of the data says, as tables."""

from typing import Any

import pytest

from nids.show.pages.data_tables import data_section
from show.page_inputs import NSL_KDD, account_of


def _tables(**changes: Any) -> dict[str, list[list[str]]]:
    section = data_section(account_of(NSL_KDD, **changes), NSL_KDD.shown)
    return {
        block["id"]: [[cell["text"] for cell in row["cells"]] for row in block["rows"]]
        for block in section["blocks"]
        if block["kind"] == "table"
    }


def test_files_have_their_rows_of_each_class() -> None:
    """A class that a file lacks has none there."""
    found = _tables(files={"a.csv": {"Dos": 1500, "Normal": 20}, "b.csv": {"U2R": 7}})
    assert found["data-files"] == [
        ["a.csv", "1,520", "20", "1,500", "0", "0", "0"],
        ["b.csv", "7", "0", "0", "0", "0", "7"],
    ]


def test_what_there_is_to_say_is_said() -> None:
    facts = {row[0]: row[1:] for row in _tables(left_out=12, unknown={"service": 45})["data-facts"]}
    assert facts["Training rows"] == ["125,973", "", "41 features"]
    assert facts["Test rows"] == ["22,544", "", ""]
    assert facts["Rows left out"][0] == "12"
    assert facts["Training rows that equal others"] == ["9", "0.0", "duplicates"]
    assert facts["Training rows that equal rows of another class"][::2] == [
        "4",
        "no classifier gets more than 100.00% of the training rows right",
    ]
    assert facts["Test rows that equal a training row"][:2] == ["300", "1.3"]
    assert facts["Test rows with an unknown service"] == ["45", "0.2", "it gets a code of its own"]
    assert facts["Constant columns"] == ["1", "", "num_outbound_cmds"]
    assert facts["src_bytes alone tells attacks"] == ["", "", "area under the ROC curve 0.958"]
    assert not [name for name in facts if "dropped" in name or "identifier" in name]


@pytest.mark.parametrize(
    ("changes", "rows"),
    [
        (
            {"dropped": {"rows": 31, "columns": ["a", "b"]}},
            [["Duplicates dropped from training", "31"], ["Constant columns dropped", "2"]],
        ),
        ({"identifiers": ["flow_id"]}, [["flow_id may be an identifier", ""]]),
    ],
)
def test_what_was_dropped_and_what_may_be_an_identifier(changes: dict[str, Any], rows: list[list[str]]) -> None:
    found = [row[:2] for row in _tables(**changes)["data-facts"]]
    assert all(row in found for row in rows)


def test_nothing_is_said_of_what_there_is_not() -> None:
    nothing = {"duplicates": 0, "twins": 0, "constant": [], "telling": {}}
    found = _tables(**nothing, conflicts={"vectors": 0, "rows": 0, "ceiling": 1.0})["data-facts"]
    assert [row[0] for row in found] == ["Training rows", "Test rows"]
