"""The evidence on the demo data, through DVC as a user runs it."""

import json
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from conftest import STAGE, UP_TO_DATE, succeed

from nids.data.dataset import Dataset, read_dataset
from nids.detect import CLASSIFIERS, DECIDED, DETECTOR, NEEDED, RULES
from nids.judge.fidelity_summary import MEASURED
from nids.methods import METHODS, PRINTED

FIGURES = {
    *("fidelity", "ranks", "rule", "attacks", "ablation", "calibration", "encoding"),
    *("density", "roc", "alarms", "alarm_rates"),
}


@pytest.fixture
def dataset(evidence: Path, monkeypatch: pytest.MonkeyPatch) -> Dataset:
    """The demo data as the stages have found them."""
    monkeypatch.chdir(evidence)
    return read_dataset()


def test_every_run_is_scored_and_reported(evidence: Path, dataset: Dataset) -> None:
    scores = pd.read_csv(evidence / "metrics/evidence/scores.csv")
    keys = ["test", "method", "classifier", "rule", "seed"]
    assert not scores.duplicated(keys).any()
    # Every classifier on the seed of the paper's pipeline, for its methods; of other runs those that a page shows.
    configurations = {True: len(CLASSIFIERS) + len(DECIDED), False: len({*NEEDED, *DECIDED}) + len(DECIDED)}
    runs = [method in PRINTED and seed == 0 for method in METHODS for seed in (0, 1)]
    assert len(scores) == len(dataset.tests) * sum(configurations[of] for of in runs)
    decision = json.loads((evidence / "metrics/evidence/decision.json").read_text())
    assert list(decision) == list(METHODS)
    for of_method in decision.values():
        assert set(of_method) == set(DECIDED)
        assert all(found["multipliers"]["Normal"] == 1 for found in of_method.values())
    report = (evidence / "plots/evidence.html").read_text()
    assert all(row.name in report for row in METHODS.values())
    assert str(evidence) not in report
    assert "| AE-Flow" in (evidence / "REPORT.md").read_text()


def test_the_papers_scores_are_the_same_in_both(evidence: Path) -> None:
    summary = json.loads((evidence / "metrics/summary.json").read_text())
    scores = pd.read_csv(evidence / "metrics/evidence/scores.csv").query("test == 'test' and seed == 0")
    scores = scores[scores["rule"] == "argmax"].set_index(["method", "classifier"])
    for method, of_method in summary.items():
        for classifier, found in of_method.items():
            assert abs(scores.loc[(method, classifier), "weighted_f1"] - found["weighted_f1"]) <= 5.1e-5


def test_figures_are_there(evidence: Path) -> None:
    assert {path.stem for path in (evidence / "plots/evidence").glob("*.png")} == FIGURES


def test_fidelity_of_every_method_is_there(evidence: Path, dataset: Dataset) -> None:
    found = json.loads((evidence / "metrics/evidence/fidelity.json").read_text())
    assert list(found) == list(dataset.minority)
    for of_class in found.values():
        assert list(of_class["methods"]) == list(MEASURED)
        assert all(figures["legal"]["mean"] == 1 for figures in of_class["methods"].values())
    assert "AE-Flow on U2R" in (evidence / "metrics/evidence/fidelity.md").read_text()


def test_what_is_chosen_by_stands_in_the_metrics(evidence: Path) -> None:
    (shown,) = json.loads(succeed(evidence, "dvc", "metrics", "show", "--json")).values()
    for arm in ("ae_flow", "baselines", "wider", "all_rows"):
        found = shown["data"][f"data/validation/{arm}.json"]["data"]
        for metric in ("validation", "alarms"):
            assert list(found[metric]) == [method for method, row in METHODS.items() if row.arm == arm]
        assert all(0 < of <= 1 for of in found["validation"].values())


def test_the_ablation_has_all_cells(evidence: Path) -> None:
    cells = pd.read_parquet(evidence / "data/scores/ablation.parquet")
    assert len(cells) == 12 * 2 * 2  # {none, SMOTE, AE-Flow} x K-means x OSS, two classifiers, two seeds
    assert not cells.duplicated(["oversampling", "kmeans", "oss", "seed", "classifier"]).any()
    scores = pd.read_parquet(evidence / "data/scores/scores.parquet").query("test == 'test' and rule == 'argmax'")
    for oversampling, method, on in (("none", "raw", False), ("smote", "smote", True), ("ae_flow", "ae_flow", True)):
        of_cell = cells[(cells["oversampling"] == oversampling) & (cells["kmeans"] == on) & (cells["oss"] == on)]
        of_method = scores[scores["method"] == method].set_index(["seed", "classifier"])["weighted_f1"]
        for row in of_cell.itertuples():
            assert row.weighted_f1 == of_method.loc[(row.seed, row.classifier)]  # type: ignore[index]


def test_deterministic_classifiers_of_raw_rows_do_not_depend_on_the_seed(evidence: Path) -> None:
    found = [
        pd.read_parquet(evidence / f"data/{folder}/baselines/raw/seed{seed}.parquet")
        for folder, seed in (("probabilities", 0), ("repeat", 1))
    ]
    same = [column for column in found[1].columns if column.split()[0] in ("lr", "xgb")]
    assert np.array_equal(found[0][same], found[1][same])
    for name in ("xgb_onehot", "xgb_density"):
        other = [column for column in found[1].columns if column.split()[0] == name]
        assert not np.array_equal(found[0][other], found[1][other])


def test_the_detector_stands_beside_the_methods(evidence: Path) -> None:
    points = pd.read_parquet(evidence / "data/scores/detection.parquet")
    runs = {(method, seed) for method in (DETECTOR, *METHODS) for seed in (0, 1)}
    assert set(points[["method", "seed"]].itertuples(index=False, name=None)) == runs
    assert len(points) == len(runs)
    of_detector = points[points["method"] == DETECTOR]
    assert of_detector["auc"].nunique() == 2
    assert (of_detector["auc"] > 0.7).all()
    changed = json.loads((evidence / "metrics/evidence/density.json").read_text())
    assert all(list(of_score) == list(METHODS) for of_score in changed.values())


def test_unseen_attacks_are_those_that_training_lacks(evidence: Path) -> None:
    attacks = pd.read_parquet(evidence / "data/scores/attacks.parquet")
    train, test = (
        set(pd.read_csv(evidence / f"data/raw/{name}/{name}.txt", header=None)[41]) for name in ("train", "test")
    )
    assert set(attacks["attack"]) == test
    assert set(attacks.loc[attacks["seen"], "attack"]) == test & train
    assert set(attacks["rule"]) == set(RULES)


def test_a_second_run_does_nothing(evidence: Path) -> None:
    assert UP_TO_DATE in succeed(evidence, "dvc", "repro", "--all-pipelines")


def test_no_test_label_reaches_the_stages_before_the_scores(evidence_copy: Path, quick: Mapping[str, str]) -> None:
    """Permuted test labels change what evaluate and score read, which no stage before them reads."""
    path = evidence_copy / "data/raw/test/test.txt"
    rows = [line.split(",") for line in path.read_text().splitlines()]
    attacks = [row[41] for row in rows]
    part = set((evidence_copy / "data/raw/test_21/test-21.txt").read_text().splitlines())
    permuted = [",".join([*row[:41], a, row[42]]) for row, a in zip(rows, attacks[::-1], strict=True)]
    for name, lines in (
        ("test/test.txt", permuted),
        ("test_21/test-21.txt", [new for old, new in zip(rows, permuted, strict=True) if ",".join(old) in part]),
    ):
        file = evidence_copy / "data/raw" / name
        file.unlink()  # a link into DVC's cache may be read-only
        file.write_text("".join(f"{line}\n" for line in lines))
    succeed(evidence_copy, "dvc", "commit", "--force", "fetch")
    assert STAGE.findall(succeed(evidence_copy, "dvc", "repro", "encode", **quick)) == ["encode"]
    changed = json.loads(succeed(evidence_copy, "dvc", "status", "--json"))
    assert set(changed) == {
        *("evaluate", "model", "report"),
        *(f"evidence/dvc.yaml:{name}" for name in ("score", "model", "report")),
    }
