"""On the official files, in NSL_KDD_DIR."""

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from conftest import ROOT, succeed

from aeflow.base.files import read_yaml
from aeflow.evidence.counts import class_counts
from aeflow.nsl_kdd.records import classes_of, read_records
from aeflow.nsl_kdd.schema import CLASSES, FEATURES


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


def test_no_demo_row_is_a_real_one(nsl_kdd: Path) -> None:
    real = pd.concat([read_records(nsl_kdd / f"{name}.txt") for name in ("KDDTrain+", "KDDTest+")])
    known = pd.MultiIndex.from_frame(real[list(FEATURES)])
    for path in sorted((ROOT / "data/demo").glob("*.txt")):
        demo = read_records(path)
        assert not pd.MultiIndex.from_frame(demo[list(FEATURES)]).isin(known).any(), path


def test_demo_data_are_small_and_of_the_same_kind() -> None:
    paths = {path.stem: path for path in (ROOT / "data/demo").glob("*.txt")}
    assert sum(path.stat().st_size for path in paths.values()) <= 1_000_000
    train, test, harder = (read_records(paths[name]) for name in ("train", "test", "test-21"))
    shares = pd.Series(class_counts([classes_of(train)])) / len(train)
    assert list(shares.sort_values(ascending=False).index) == ["Normal", "Dos", "Probe", "R2L", "U2R"]
    assert shares["U2R"] < 0.01
    assert set(test["attack"]) - set(train["attack"])
    pd.testing.assert_frame_equal(harder, test[test["difficulty"] != 21].reset_index(drop=True))
    assert {CLASSES[code] for code in classes_of(harder)} == set(CLASSES)
