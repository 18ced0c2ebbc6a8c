"""On the official files, in NSL_KDD_DIR."""

from pathlib import Path

import numpy as np
import pytest
from conftest import ROOT

from nids.balance.training_set import class_counts
from nids.base.yaml import read_yaml
from nids.data.description import read_description
from nids.data.records import labels_of, read_records
from nids.data.sets import encode, read_answers, read_training
from nids.params import read_params
from nids.runs.run import Run, Settings

DATASET = read_description("nsl-kdd", ROOT / "datasets")


@pytest.mark.parametrize(
    ("name", "counts"),
    [
        ("KDDTrain+", {"Dos": 45927, "Normal": 67343, "Probe": 11656, "R2L": 995, "U2R": 52}),
        ("KDDTest+", {"Dos": 7458, "Normal": 9711, "Probe": 2421, "R2L": 2754, "U2R": 200}),
        ("KDDTest-21", {"Dos": 4342, "Normal": 2152, "Probe": 2402, "R2L": 2754, "U2R": 200}),
    ],
)
def test_table_1(nsl_kdd: Path, name: str, counts: dict[str, int]) -> None:
    labels = labels_of(read_records(nsl_kdd / f"{name}.txt", DATASET), DATASET)
    assert class_counts(labels, DATASET.classes) == counts


def test_table_2_before_and_after(nsl_kdd: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """K-means leaves the paper's numbers; one-sided selection removes rows of Normal and Dos alone."""
    monkeypatch.chdir(tmp_path)
    encode({key: nsl_kdd / file.name for key, file in DATASET.files.all.items()}, DATASET)
    answers = read_answers(DATASET)
    assert {key: int(rows.sum()) for key, rows in answers.sets.items()} == {
        "test": 22544,
        "test_21": 11850,
        "test_new": 22544 - 664,
    }
    assert not answers.seen.all()
    run = Run("smote", Settings.of("smote", read_params(ROOT / "params.yaml"), DATASET), read_training(DATASET), 0)
    kept, (new, _) = run.kept(), run.new()
    before = class_counts(run.train.labels[kept], DATASET.classes)
    assert before == {"Dos": 16714, "Normal": 16836, "Probe": 11656, "R2L": 995, "U2R": 52}
    rows = run.rows(kept, new, oss=True)
    assert np.isfinite(rows.features).all()
    after = class_counts(rows.labels, DATASET.classes)
    printed = read_yaml(ROOT / "data/paper.yaml")["table2"]["balanced"]
    for name in ("Probe", "R2L", "U2R"):
        assert after[name] == printed[name]
    for name in ("Dos", "Normal"):
        assert 0.5 * before[name] < after[name] < before[name]
