"""The data set that ships."""

from pathlib import Path

import pandas as pd
from conftest import ROOT

from aeflow.evidence.counts import class_counts
from aeflow.nsl_kdd.records import classes_of, read_records
from aeflow.nsl_kdd.schema import CLASSES, FEATURES


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
