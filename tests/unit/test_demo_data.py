"""The data set that ships."""

from pathlib import Path

from conftest import ROOT

from nids.data.dataset import Dataset
from nids.data.description import Description, read_description
from nids.data.labels import Classes


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


def test_demo_data_are_small_and_of_the_same_kind(dataset: Dataset, description: Description) -> None:
    paths = sorted((ROOT / "data/demo").glob("*.txt"))
    assert sum(path.stat().st_size for path in paths) <= 1_000_000
    rows = dataset.found.rows
    assert sorted(rows, key=lambda name: -rows[name]) == ["Normal", "Dos", "Probe", "R2L", "U2R"]
    assert rows["U2R"] < 0.01 * sum(rows.values())
    train, test, harder = ([line.split(",") for line in paths[i].read_text().splitlines()] for i in (2, 1, 0))
    assert [path.stem for path in paths] == ["test-21", "test", "train"]
    assert {row[-2] for row in test} - {row[-2] for row in train}
    assert harder == [row for row in test if row[-1] != "21"]
    classes = Classes(description.label)
    assert {classes.of(row[-2]) for row in harder} == set(dataset.classes)


def test_the_demo_has_the_columns_and_classes_of_nsl_kdd(description: Description) -> None:
    """The numbers of rows are its own."""
    real = read_description("nsl-kdd", ROOT / "datasets")
    assert (description.read, description.columns, description.label) == (real.read, real.columns, real.label)
