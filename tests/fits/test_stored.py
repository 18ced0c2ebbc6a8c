"""Files of the right format with something else in them are refused where they are read, in one line."""

import io
import json
import zipfile
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import skops.io
from sklearn.linear_model import LogisticRegression
from sklearn.tree import DecisionTreeClassifier
from xgboost import XGBClassifier

from aeflow.errors import InputError
from nids.balance.stored import read_new, read_positions, read_report
from nids.data.dataset import Dataset
from nids.data.sets import ANSWERS, ENCODED, Training, read_answers, read_encoder, read_test, read_training
from nids.detect import DECIDED
from nids.detect.predictions import read_probabilities
from nids.detect.storage import from_bytes, read_classifier, to_bytes
from nids.judge.rules import read_rules


def _refused(path: Path, read: Callable[[], Any]) -> None:
    with pytest.raises(InputError) as caught:
        read()
    assert str(caught.value).startswith(f"{path}: damaged, or not the kind of file that its name says (")
    assert str(caught.value).isprintable()


def _frame(path: Path, **columns: Any) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    pd.DataFrame(columns).to_parquet(path)
    return path


def _json(path: Path, content: Any) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(content))
    return path


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("rows", [[], [-1, 2], [0, 0], [3, 2], [0, 10**6], [0.0, 1.0], ["0", "1"]])
def test_positions_are_those_of_rows_that_are_there(tmp_path: Path, small: Training, rows: list[Any]) -> None:
    _refused(_frame(tmp_path / "seed0.parquet", row=rows), lambda: read_positions(tmp_path, 0, small))


def test_positions_of_another_name_are_refused(tmp_path: Path, small: Training) -> None:
    _refused(_frame(tmp_path / "seed0.parquet", line=[0, 1]), lambda: read_positions(tmp_path, 0, small))
    _frame(tmp_path / "seed0.parquet", row=[0, 5])
    assert read_positions(tmp_path, 0, small).tolist() == [0, 5]


@pytest.mark.usefixtures("here")
def test_new_rows_are_numbers_with_labels(small: Training) -> None:
    path = Path("data/synthetic/baselines/smote/seed0.parquet")
    features = {name: [0.5] for name in small.encoder.names}
    _frame(path, **features, label=[1])
    assert read_new("smote", small.encoder, 0) is not None
    for wrong in ({}, {"label": ["U2R"]}, {"label": [1], small.encoder.names[0]: [np.nan]}):
        _frame(path, **features | wrong)
        _refused(path, lambda: read_new("smote", small.encoder, 0))


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize("content", [{}, [], 5, {"seed0": {}}, {"seed0": {"fits": 5, "models": {}}}, {"seed1": {}}])
def test_reports_are_of_the_seed(content: Any) -> None:
    path = _json(Path("data/synthetic/baselines/smote/report.json"), content)
    _refused(path, lambda: read_report("smote", 0))


RULE = {"multipliers": {"a": 2.0, "b": 1.0}, "macro_recall": {}, "false_alarm_rate": {}, "classes": {"a": {}, "b": {}}}


@pytest.mark.parametrize(
    "rule",
    [
        {},
        None,
        {**RULE, "more": 1},
        {**RULE, "multipliers": {"a": 2.0}},
        {**RULE, "multipliers": {"a": 2.0, "b": "1"}},
        {**RULE, "multipliers": {"a": 2.0, "b": 0.0}},
        {**RULE, "multipliers": {"a": 2.0, "b": None}},
        {**RULE, "classes": {}},
    ],
)
def test_rules_are_of_the_methods_and_classes(tmp_path: Path, rule: Any) -> None:
    path = tmp_path / "rules.json"
    whole = {"raw": dict.fromkeys(DECIDED, RULE)}
    assert read_rules(_json(path, whole), ["raw"], ["a", "b"]) == whole
    wrong: list[Any] = [{}, {"raw": {}}, {"raw": {**whole["raw"], DECIDED[0]: rule}}, []]
    for content in wrong:
        _refused(_json(path, content), lambda: read_rules(path, ["raw"], ["a", "b"]))


@pytest.mark.parametrize(
    "columns", [{}, {"xgb a": [0.5]}, {"xgb a": [0.5], "xgb b": ["0.5"]}, {"xgb a": [0.5], "xgb b": [np.nan]}]
)
def test_probabilities_are_those_of_the_classes(tmp_path: Path, columns: dict[str, list[Any]]) -> None:
    path = tmp_path / "seed0.parquet"
    assert list(read_probabilities(_frame(path, **{"xgb a": [0.5], "xgb b": [0.5]}), ["a", "b"])) == ["xgb"]
    _refused(_frame(path, **columns), lambda: read_probabilities(path, ["a", "b"]))


@pytest.mark.usefixtures("here")
def test_encoded_sets_are_what_their_names_say(small: Training, dataset: Dataset) -> None:
    wrong: list[Any] = [{}, [], {"features": {"a": "count"}}]
    for content in wrong:
        _refused(_json(ENCODED / "encoder.json", content), read_encoder)
    for columns in ({"a": ["x"]}, {"a": [np.inf]}):
        _refused(_frame(ENCODED / "test.parquet", **columns), read_test)
    _refused(_frame(ANSWERS, label=[0]), lambda: read_answers(dataset))
    _refused(
        _frame(ANSWERS, label=[9], type=["x"], seen=[True], test_new=[True], test_21=[True]),
        lambda: read_answers(dataset),
    )
    _json(ENCODED / "encoder.json", small.encoder.to_json())
    features = {name: [0.5] for name in small.encoder.names}
    _refused(_frame(ENCODED / "train.parquet", **features, label=[5]), lambda: read_training(dataset))
    _frame(ENCODED / "train.parquet", **features, label=[0])
    _refused(_frame(ENCODED / "records.parquet", a=[1]), lambda: read_training(dataset))


X, Y = np.arange(20.0).reshape(10, 2), np.arange(10) % 2


def _named(folder: Path, name: str, content: bytes) -> Path:
    (folder / name).write_bytes(content)
    return folder / name


def test_a_classifier_is_the_one_of_its_name(tmp_path: Path) -> None:
    tree, lr = DecisionTreeClassifier().fit(X, Y), LogisticRegression().fit(X, Y)
    assert read_classifier(_named(tmp_path, "dt.skops", to_bytes(tree))).predict(X).tolist() == Y.tolist()
    for other in (lr, DecisionTreeClassifier(), [1, 2], {"a": 1}):
        path = _named(tmp_path, "dt.skops", skops.io.dumps(other))
        _refused(path, partial(read_classifier, path))


def test_a_tree_that_leads_out_of_itself_is_refused(tmp_path: Path) -> None:
    for field, value in (("left_child", 0), ("right_child", 10**6), ("feature", 7)):
        tree = DecisionTreeClassifier(max_depth=2).fit(X, Y)
        state = tree.tree_.__getstate__()
        state["nodes"][field][0] = value
        tree.tree_.__setstate__(state)
        path = _named(tmp_path, "dt.skops", to_bytes(tree))
        _refused(path, partial(read_classifier, path))


def test_an_archive_larger_than_its_file_is_not_unpacked(tmp_path: Path) -> None:
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("schema.json", b" " * 10_000_000)
    with pytest.raises(ValueError, match="larger unpacked"):
        from_bytes(bomb.getvalue())
    path = _named(tmp_path, "rf.skops", bomb.getvalue())
    _refused(path, lambda: read_classifier(path))


def test_a_damaged_booster_does_not_end_the_process(tmp_path: Path) -> None:
    """Read here, it is a segmentation fault."""
    stored = to_bytes(XGBClassifier(n_estimators=2, n_jobs=1).fit(X, Y))
    at = stored.index(b"left_children") + len(b"left_children[$l#L") + 8
    path = _named(tmp_path, "xgb.ubj", stored[:at] + b"\0\x10" + stored[at + 2 :])
    _refused(path, lambda: read_classifier(path))
