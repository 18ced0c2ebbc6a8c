"""sweep.yaml and search.yaml: what is wrong in them is one line with file and key."""

import json
from pathlib import Path
from typing import Any

import pytest
from tools.settings import Search, Sweep

from aeflow.errors import InputError
from nids.base.section import Section, load

SWEEP: dict[str, Any] = {"target": "validate@ae_flow", "fixed": {}, "grid": {"kmeans.n_clusters": [5, 10]}}
SEARCH: dict[str, Any] = {"target": "validate", "fixed": {"dataset": "demo"}, "trials": 5, "space": {"a.b": [1, 2]}}


def _written(folder: Path, content: dict[str, Any]) -> Path:
    (folder / "settings.yaml").write_text(json.dumps(content))
    return folder / "settings.yaml"


@pytest.mark.parametrize(
    ("model", "change", "message"),
    [
        (Sweep, {"grid": {}}, "grid: Dictionary should have at least 1 item"),
        (Sweep, {"grid": {"a": []}}, "grid.a: List should have at least 1 item"),
        (Sweep, {"grid": {"a": [5, 6, 5]}}, "grid.a: '5' stands twice"),
        (Sweep, {"grid": {"a": [[1], [1]]}}, "grid.a: '[1]' stands twice"),
        (
            Sweep,
            {"grid": {key: list(range(10)) for key in "abcde"}},
            "grid: 100,000 combinations, more than 10,000; choose",
        ),
        (Sweep, {"grid": {"a=b": [1]}}, "grid.'a=b'"),
        (Sweep, {"grid": {"-f": [1]}}, "grid.-f"),
        (Sweep, {"grid": {"a\nb": [1]}}, r"grid.'a\nb'"),
        (Sweep, {"target": "--force"}, "target: String should match pattern"),
        (Sweep, {"target": "x" * 100_000}, "target: String should match pattern"),
        (Sweep, {"fixed": {"a b": 1}}, "fixed.'a b'"),
        (Search, {"trials": 10**9}, "trials: Input should be less than or equal to 10000"),
        (Search, {"trials": 0}, "trials: Input should be greater than 0"),
        (Search, {"space": {"a": {"low": 2, "high": 1}}}, "space.a: low is above high"),
        (Search, {"space": {"a": {"low": 0, "high": 1, "log": True}}}, "space.a: low is above high, or not above 0"),
        (
            Search,
            {"space": {"a": {"low": 0, "high": 2**60}}},
            "space.a: low and high have to lie between -9007199254740992 and 9007199254740992",
        ),
        (
            Search,
            {"space": {"a": {"low": 0.0, "high": 1e300}}},
            "space.a: low and high have to lie between",
        ),
        (Search, {"space": {"a": [1, 1]}}, "space.a: '1' stands twice"),
        (Search, {"space": {"a": ["x\ny"]}}, "space.a.0: a character that cannot be printed"),
    ],
)
def test_impossible_settings_are_refused_by_key(
    tmp_path: Path, model: type[Section], change: dict[str, Any], message: str
) -> None:
    path = _written(tmp_path, {**(SWEEP if model is Sweep else SEARCH), **change})
    with pytest.raises(InputError) as caught:
        load(path, model)
    assert str(caught.value).startswith(f"{path}: {message}")
    assert str(caught.value).isprintable()
    assert len(str(caught.value)) < 1000


def test_whole_numbers_stay_whole(tmp_path: Path) -> None:
    """Optuna draws whole numbers where both ends are whole."""
    found = load(
        _written(tmp_path, {**SEARCH, "space": {"a": {"low": 1, "high": 5}, "b": {"low": 1, "high": 5.0}}}), Search
    )
    assert [(type(of.low), type(of.high)) for of in found.space.values()] == [(int, int), (int, float)]  # type: ignore[union-attr]
    assert load(_written(tmp_path, {**SEARCH, "space": {"a": [True, 1.5, 2, "x"]}}), Search).space["a"] == [
        True,
        1.5,
        2,
        "x",
    ]
    assert load(_written(tmp_path, SWEEP), Sweep).grid == {"kmeans.n_clusters": [5, 10]}
