"""The account of a data set: what has to be said of it before anything is fitted."""

from typing import Any

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import roc_auc_score

from nids.data import account as module
from nids.data.account import account, account_lines, telling

CLASSES = ("attack", "normal")


def _account(train: pd.DataFrame, labels: list[int], **others: Any) -> dict[str, Any]:
    given: dict[str, Any] = {
        "files": {"a.csv": {"normal": 3, "attack": 1}},
        "test": train.head(2),
        "twins": np.array([True, False]),
        "scored_without": True,
        "classes": CLASSES,
        "normal": "normal",
        "left_out": 0,
        "unknown": {},
        "dropped_rows": 0,
        "dropped_columns": [],
        "whole": [],
    }
    return account(train=train, labels=np.array(labels), **given | others)


def test_duplicates_and_conflicts_by_hand() -> None:
    """Rows 0 to 2 are equal and of two classes, 3 and 4 equal and of one, 5 alone."""
    train = pd.DataFrame({"a": [1.0, 1.0, 1.0, 2.0, 2.0, 3.0], "b": [0.0, -0.0, 0.0, 0.0, 0.0, 0.0]})
    found = _account(train, [1, 1, 0, 0, 0, 1])
    assert found["duplicates"] == 3
    assert found["conflicts"] == {"vectors": 1, "rows": 3, "ceiling": 0.8333}
    assert found["constant"] == ["b"]
    assert (found["training_rows"], found["test_rows"], found["features"], found["twins"]) == (6, 2, 2, 1)


def test_columns_that_tell_attacks_are_named_with_their_area() -> None:
    """A column that falls with attacks tells as well as one that rises."""
    rng = np.random.default_rng(0)
    normal = rng.random(2000) < 0.7
    frame = pd.DataFrame(
        {
            "noise": rng.normal(size=2000),
            "falls": rng.normal(size=2000) + 3 * normal,
            "rises": rng.integers(0, 4, 2000) - 3.0 * normal,
            "weak": rng.normal(size=2000) + normal,
        }
    )
    areas = {name: roc_auc_score(~normal, frame[name]) for name in frame}
    expected = {name: round(max(area, 1 - area), 3) for name, area in areas.items()}
    found = telling(frame, normal)
    assert found == {name: expected[name] for name in sorted(("falls", "rises"), key=lambda name: -expected[name])}
    assert telling(frame, np.ones(2000, dtype=bool)) == {}


def test_of_many_rows_some_are_ranked(monkeypatch: pytest.MonkeyPatch) -> None:
    """Drawn from all, whatever their order."""
    monkeypatch.setattr(module, "RANKED", 500)
    normal = np.arange(5000) < 4000
    found = telling(pd.DataFrame({"a": normal * 1.0, "b": np.arange(5000) % 7.0}), normal)
    assert found == {"a": 1.0}


def test_identifiers_are_whole_numbers_that_hardly_recur() -> None:
    n = 100
    numbers = np.arange(n) / 3.0
    again = np.where(np.arange(n) < 15, 0, numbers)
    frame = pd.DataFrame({"id": numbers, "speed": numbers[::-1], "port": again})
    labels = [i % 2 for i in range(n)]
    assert _account(frame, labels, whole=["id", "port"])["identifiers"] == ["id"]
    assert _account(frame.head(10), labels[:10], whole=["id"])["identifiers"] == []


def test_there_is_a_line_for_each_thing_to_say() -> None:
    train = pd.DataFrame({"a": [1.0] * 40 + [2.0] * 10, "c": [0.0] * 50, "id": np.arange(50.0)})
    labels = [0] * 45 + [1] * 5
    lines = account_lines(
        _account(
            train,
            labels,
            files={"train/a.csv": {"normal": 1500, "attack": 2}, "b.csv": {"normal": 1}},
            left_out=1234,
            unknown={"proto": 7},
            dropped_rows=9,
            dropped_columns=["x", "y"],
            whole=["a", "id"],
        )
    )
    assert lines == [
        "train/a.csv: 1,502 rows: normal 1,500, attack 2",
        "b.csv: 1 rows: normal 1",
        "left out: 1,234 rows",
        "50 training rows, 2 test rows, 3 features",
        "duplicates: 9 training rows equalled others and were dropped",
        "constant: x, y; dropped",
        "twins: 1 test rows (50.0%) equal a training row; scores without them too",
        "column proto: 7 test rows have a category that training lacks; it gets a code of its own",
        "constant: c",
        "column id alone tells attacks from normal traffic (area under the ROC curve 1.000)",
        "column a alone tells attacks from normal traffic (area under the ROC curve 0.944)",
        "column id has another whole number in nearly every row; is it an identifier?",
    ]
    lines = account_lines(_account(train[["a", "c"]], labels))
    assert "duplicates: 48 training rows (96.0%) equal others" in lines
    assert (
        "conflicts: 10 training rows (20.0%) equal rows of another class; no classifier gets more than 90.00% of the "
        "training rows right"
    ) in lines


def test_nothing_is_said_where_there_is_nothing() -> None:
    train = pd.DataFrame({"a": [1.0, 5.0, 3.0, 4.0, 2.0, 2.5]})
    found = _account(train, [0, 1, 0, 1, 0, 1], twins=np.zeros(2, dtype=bool))
    assert len(account_lines(found)) == 2
