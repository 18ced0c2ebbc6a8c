"""The data set that ships."""

from pathlib import Path

import pandas as pd
from conftest import ROOT

from nids.balance.training_set import class_counts
from nids.data.description import Description
from nids.data.records import labels_of, read_records


def _features(line: str) -> tuple[str | float, ...]:
    *first, others = line.split(",", 6)
    return (*first, *map(float, others.split(",")[:-2]))


def test_no_demo_row_is_a_real_one(nsl_kdd: Path) -> None:
    demo = {_features(line) for path in (ROOT / "data/demo").glob("*.txt") for line in path.read_text().splitlines()}
    real = [line for name in ("KDDTrain+", "KDDTest+") for line in (nsl_kdd / f"{name}.txt").read_text().splitlines()]
    # Most rows differ in their first six cells already: texts and whole numbers.
    starts = {features[:6] for features in demo}
    near = [line for line in real if tuple(line.split(",", 6)[:6]) in starts]
    assert len(near) > 1000
    assert not demo & {_features(line) for line in near}


def test_demo_data_are_small_and_of_the_same_kind(dataset: Description) -> None:
    paths = {path.stem: path for path in (ROOT / "data/demo").glob("*.txt")}
    assert sum(path.stat().st_size for path in paths.values()) <= 1_000_000
    train, test, harder = (read_records(paths[name], dataset) for name in ("train", "test", "test-21"))
    shares = pd.Series(class_counts(labels_of(train, dataset), dataset.classes)) / len(train)
    assert list(shares.sort_values(ascending=False).index) == ["Normal", "Dos", "Probe", "R2L", "U2R"]
    assert shares["U2R"] < 0.01
    assert set(test["attack"]) - set(train["attack"])
    pd.testing.assert_frame_equal(harder, test[test["difficulty"] != 21].reset_index(drop=True))
    assert {dataset.classes[code] for code in labels_of(harder, dataset)} == set(dataset.classes)
