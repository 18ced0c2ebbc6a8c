"""How far two versions of a file are apart, as `make verify` counts it."""

import json

import numpy as np
import pandas as pd
import pytest
from safetensors.numpy import save
from tools.differences import difference
from xgboost import XGBClassifier

from nids.detect.storage import to_bytes
from nids.show.figures.style import to_png

FRAME = pd.DataFrame({"x": [0.5, 2.0, np.nan], "n": [1, 2, 3], "text": ["a", "b", "c"]})


def _parquet(frame: pd.DataFrame) -> bytes:
    return frame.to_parquet(index=False)


def test_the_same_bytes_are_no_difference_whatever_the_format() -> None:
    assert difference("model.skops", b"PK", b"PK") == 0


@pytest.mark.parametrize("name", ["model.skops", "report.html", "REPORT.md"])
def test_other_bytes_of_an_unknown_format_are_infinitely_apart(name: str) -> None:
    assert difference(name, b"1", b"2") == np.inf


def test_numbers_of_a_table_are_compared_relative_to_their_size() -> None:
    a, b = _parquet(FRAME), _parquet(FRAME.assign(x=[0.5, 2.002, np.nan]))
    assert difference("a.parquet", a, b) == pytest.approx(0.002 / 2.002)
    assert difference("a.parquet", a, _parquet(FRAME.assign(x=[0.503, 2.0, np.nan]))) == pytest.approx(0.003)
    csv = [frame.to_csv(index=False).encode() for frame in (FRAME, FRAME.assign(x=[0.5, 2.002, np.nan]))]
    assert difference("a.csv", *csv) == pytest.approx(0.002 / 2.002)


@pytest.mark.parametrize(
    "other",
    [
        FRAME.assign(text=["a", "b", "d"]),
        FRAME.assign(x=[0.5, 2.0, 1.0]),
        FRAME.assign(n=[1.0, 2.0, 3.0]),
        FRAME.rename(columns={"x": "y"}),
        FRAME.iloc[:2],
    ],
    ids=["text", "missing value", "type", "column", "rows"],
)
def test_what_is_more_than_numbers_is_infinitely_apart(other: pd.DataFrame) -> None:
    assert difference("a.parquet", _parquet(FRAME), _parquet(other)) == np.inf


def test_json_is_compared_leaf_by_leaf() -> None:
    a = {"fits": [{"loss": 0.25, "name": "R2L"}], "n": 3}
    b = {"fits": [{"loss": 0.5, "name": "R2L"}], "n": 3}
    assert difference("a.json", json.dumps(a).encode(), json.dumps(a, indent=2).encode()) == 0
    assert difference("a.json", json.dumps(a).encode(), json.dumps(b).encode()) == 0.25
    for fits in ([], [{"loss": 0.25, "name": "U2R"}], [{"loss": None, "name": "R2L"}]):
        assert difference("a.json", json.dumps(a).encode(), json.dumps(a | {"fits": fits}).encode()) == np.inf


def test_tensors_pixels_and_trees_are_compared_as_numbers() -> None:
    weights = np.array([1.0, -3.0], np.float32)
    assert difference("a.safetensors", save({"w": weights}), save({"w": weights * 2})) == 0.5
    rng = np.random.default_rng(0)
    x, labels = rng.normal(size=(40, 3)), rng.integers(0, 2, 40)
    fits = [to_bytes(XGBClassifier(n_estimators=2, learning_rate=rate).fit(x, labels)) for rate in (0.3, 0.3 + 1e-5)]
    assert 0 < difference("a.ubj", fits[0], fits[1]) < 1e-4
    assert difference("a.ubj", fits[0], to_bytes(XGBClassifier(n_estimators=3).fit(x, labels))) == np.inf


def test_figures_are_compared_by_their_pixels() -> None:
    from matplotlib.figure import Figure

    def drawn(y: float, width: float = 2) -> bytes:
        figure = Figure(figsize=(width, 2))
        figure.subplots().plot([0, y])
        return to_png(figure)

    assert 0 < difference("a.png", drawn(1), drawn(2)) <= 1
    assert difference("a.png", drawn(1), drawn(1, width=3)) == np.inf
