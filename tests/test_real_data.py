"""On the official files, in NSL_KDD_DIR."""

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from conftest import ROOT, succeed

from aeflow.base.files import read_yaml
from aeflow.evidence.counts import class_counts
from aeflow.nsl_kdd.records import classes_of, read_records


@pytest.mark.parametrize(
    ("name", "counts"),
    [
        ("KDDTrain+", {"Dos": 45927, "Normal": 67343, "Probe": 11656, "R2L": 995, "U2R": 52}),
        ("KDDTest+", {"Dos": 7458, "Normal": 9711, "Probe": 2421, "R2L": 2754, "U2R": 200}),
        ("KDDTest-21", {"Dos": 4342, "Normal": 2152, "Probe": 2402, "R2L": 2754, "U2R": 200}),
    ],
)
def test_table_1(nsl_kdd: Path, name: str, counts: dict[str, int]) -> None:
    assert class_counts([classes_of(read_records(nsl_kdd / f"{name}.txt"))]) == counts


def test_table_2_before_and_after(nsl_kdd: Path, checkout: Callable[[str], Path]) -> None:
    """K-means leaves the paper's numbers; one-sided selection removes rows of Normal and Dos alone."""
    folder = checkout("nsl-kdd")
    succeed(folder, "dvc", "repro", "clean@smote", NSL_KDD_DIR=str(nsl_kdd))
    labels = pd.read_parquet(folder / "data/encoded/train.parquet")["label"].to_numpy()
    before = class_counts([labels[pd.read_parquet(folder / "data/undersampled/seed0.parquet")["row"]]])
    assert before == {"Dos": 16714, "Normal": 16836, "Probe": 11656, "R2L": 995, "U2R": 52}
    cleaned = labels[pd.read_parquet(folder / "data/cleaned/smote/seed0.parquet")["row"]]
    synthetic = pd.read_parquet(folder / "data/synthetic/smote/seed0.parquet")["label"].to_numpy()
    after = class_counts([[*cleaned, *synthetic]])  # type: ignore[list-item]
    printed = read_yaml(ROOT / "data/paper.yaml")["table2"]["balanced"]
    for name in ("Probe", "R2L", "U2R"):
        assert after[name] == printed[name]
    for name in ("Dos", "Normal"):
        assert 0.5 * before[name] < after[name] < before[name]
