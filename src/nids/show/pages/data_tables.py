"""What the data are, before anything is fitted to them: the account of the stage encode."""

from collections.abc import Mapping, Sequence
from typing import Any

from nids.show.pages.blocks import Block, section, text
from nids.show.pages.cells import Table, cell, column, number, share, table, whole, words


def data_section(account: Mapping[str, Any], classes: Sequence[str]) -> Block:
    """Return the section; account: data/account.json, classes: in the order of pages."""
    return section("data", "The data", "Data", [text(_INTRO), _files(account, classes), _facts(account)])


_INTRO = "What was read, and what it allows, before anything is fitted. Rows are equal where all their features are."


def _files(account: Mapping[str, Any], classes: Sequence[str]) -> Table:
    rows = [
        (name, [words(name), whole(sum(of.values())), *(whole(of.get(c, 0)) for c in classes)])
        for name, of in account["files"].items()
    ]
    return table(
        "data-files",
        "Rows of each class in each file",
        [column("File", numeric=False), column("Rows"), *map(column, classes)],
        rows,
    )


def _facts(account: Mapping[str, Any]) -> Table:
    n, conflicts = account["training_rows"], account["conflicts"]
    facts: list[tuple[str, int | None, float | None, str]] = [
        ("Training rows", n, None, f"{account['features']} features"),
        ("Test rows", account["test_rows"], None, ""),
        ("Rows left out", account["left_out"], None, "their type is left out, or a value that they need is missing"),
        ("Training rows that equal others", account["duplicates"], account["duplicates"] / n, "duplicates"),
        (
            "Training rows that equal rows of another class",
            conflicts["rows"],
            conflicts["rows"] / n,
            f"no classifier gets more than {number(100 * conflicts['ceiling'], 2)}% of the training rows right",
        ),
        (
            "Test rows that equal a training row",
            account["twins"],
            account["twins"] / max(account["test_rows"], 1),
            "scores are given without them too"
            if account["scored_without_twins"]
            else "without them a class has no test row, so there are no scores without them",
        ),
        *(
            (f"Test rows with an unknown {name}", rows, rows / account["test_rows"], "it gets a code of its own")
            for name, rows in account["unknown"].items()
        ),
    ]
    dropped = account["dropped"]
    facts.append(("Duplicates dropped from training", dropped["rows"], None, "rows that equalled an earlier one"))
    facts.append(("Constant columns dropped", len(dropped["columns"]), None, ", ".join(dropped["columns"])))
    if account["constant"]:
        facts.append(("Constant columns", len(account["constant"]), None, ", ".join(account["constant"])))
    facts += [
        (f"{name} alone tells attacks", None, None, f"area under the ROC curve {number(area, 3)}")
        for name, area in account["telling"].items()
    ]
    facts += [
        (f"{name} may be an identifier", None, None, "another whole number in nearly every row")
        for name in account["identifiers"]
    ]
    rows = [
        (
            what,
            [
                words(what),
                cell("") if count is None else whole(count),
                cell("") if part is None else share(part),
                words(why),
            ],
        )
        for what, count, part, why in facts
        if count != 0
    ]
    return table(
        "data-facts",
        "What the data are",
        [column("What", numeric=False), column("Number"), column("Percent"), column("", numeric=False)],
        rows,
    )
