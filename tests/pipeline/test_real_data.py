"""On the official files, in NSL_KDD_DIR."""

from pathlib import Path

import numpy as np
import pytest
from conftest import ROOT

from nids.balance.training_set import class_counts
from nids.base.yaml import read_yaml
from nids.data.dataset import in_memory
from nids.data.description import read_description
from nids.data.encode import encode
from nids.data.sets import read_answers, read_training
from nids.params import read_params
from nids.runs.run import Run, Settings, Shared, kept

DESCRIPTION = read_description("nsl-kdd", ROOT / "datasets")
TABLE_1 = {
    "train/KDDTrain+.txt": {"Dos": 45927, "Normal": 67343, "Probe": 11656, "R2L": 995, "U2R": 52},
    "test/KDDTest+.txt": {"Dos": 7458, "Normal": 9711, "Probe": 2421, "R2L": 2754, "U2R": 200},
    "test_21/KDDTest-21.txt": {"Dos": 4342, "Normal": 2152, "Probe": 2402, "R2L": 2754, "U2R": 200},
}


def test_tables_1_and_2(nsl_kdd: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """K-means leaves the paper's numbers; one-sided selection removes rows of Normal and Dos alone."""
    monkeypatch.chdir(tmp_path)
    for key, files in DESCRIPTION.files.sets.items():
        (tmp_path / "raw" / key).mkdir(parents=True)
        for file in files:
            (tmp_path / "raw" / key / file.name).symlink_to(nsl_kdd / file.name)
    found, tests, account = encode(tmp_path / "raw", DESCRIPTION)
    assert account["files"] == TABLE_1
    dataset = in_memory(DESCRIPTION, found, tests)
    answers = read_answers(dataset)
    assert {key: int(rows.sum()) for key, rows in answers.sets.items()} == {
        "test": 22544,
        "test_21": 11850,
        "test_new": 22544 - 664,
    }
    assert not answers.seen.all()
    settings, train = Settings.of("smote", read_params(ROOT / "params.yaml"), dataset), read_training(dataset)
    undersampled = kept(settings, train, None, 0)
    run = Run("smote", settings, train, 0, Shared(undersampled))
    new, _ = run.new()
    before = class_counts(train.labels[undersampled], dataset.classes)
    assert before == {"Dos": 16714, "Normal": 16836, "Probe": 11656, "R2L": 995, "U2R": 52}
    rows = run.rows(undersampled, new, oss=True)
    assert np.isfinite(rows.features).all()
    after = class_counts(rows.labels, dataset.classes)
    printed = read_yaml(ROOT / "data/paper.yaml")["table2"]["balanced"]
    for name in ("Probe", "R2L", "U2R"):
        assert after[name] == printed[name]
    for name in ("Dos", "Normal"):
        assert 0.5 * before[name] < after[name] < before[name]
