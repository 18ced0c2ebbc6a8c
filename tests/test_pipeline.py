"""The whole pipeline on the demo data, through DVC as a user runs it."""

import json
from pathlib import Path

import networkx as nx
import pandas as pd
import pytest
from conftest import STAGE, UP_TO_DATE, succeed
from dvc.repo import Repo

from aeflow.evidence.fidelity_summary import MEASURED
from aeflow.evidence.methods import CLASSIFIERS, DECIDED, METHODS, TESTS, WITHOUT_NEW_ROWS
from aeflow.nsl_kdd.records import read_records
from aeflow.nsl_kdd.schema import ATTACK, CLASSES


def test_tables_figures_and_summary_are_there(demo: Path) -> None:
    for number in range(1, 7):
        table = pd.read_csv(demo / f"metrics/tables/table{number}.csv")
        assert list(table.columns)[-3:] == ["paper", "ours", "difference"]
        assert table.notna().all(axis=None)
        assert (demo / f"plots/fig{number}.png").read_bytes().startswith(b"\x89PNG")
    summary = json.loads((demo / "metrics/summary.json").read_text())
    assert list(summary) == list(METHODS)
    for of_method in summary.values():
        assert list(of_method) == list(CLASSIFIERS)
        for scores in of_method.values():
            assert sorted(scores["recall"]) == sorted(CLASSES)
            assert all(0 <= value <= 1 for value in [*scores["recall"].values(), scores["weighted_f1"]])


def test_a_collapsed_fit_stands_in_the_metrics(demo: Path) -> None:
    fits = json.loads((demo / "metrics/diagnostics.json").read_text())["fits"]
    for name in ("R2L", "U2R"):
        assert fits["ae_flow_paper"]["seed0"][name]["collapsed"]
        assert not fits["ae_flow"]["seed0"][name]["collapsed"]
        assert fits["ae_flow"]["seed0"][name]["h_std"] == pytest.approx(1, abs=0.1)


def test_fidelity_of_every_method_is_there(demo: Path) -> None:
    found = json.loads((demo / "metrics/fidelity.json").read_text())
    assert list(found) == ["R2L", "U2R"]
    for of_class in found.values():
        assert list(of_class["methods"]) == list(MEASURED)
        assert all(figures["legal"]["mean"] == 1 for figures in of_class["methods"].values())
    assert "AE-Flow on U2R" in (demo / "metrics/tables/fidelity.md").read_text()


def test_training_sets_hold_the_targets(demo: Path) -> None:
    undersampled = pd.read_parquet(demo / "data/undersampled/seed0.parquet")["row"]
    labels = pd.read_parquet(demo / "data/encoded/train.parquet")["label"]
    counts = labels.iloc[undersampled].value_counts()
    assert counts[CLASSES.index("Normal")] == counts[CLASSES.index("Dos")] == 600
    for method in METHODS:
        if method not in WITHOUT_NEW_ROWS:
            new = pd.read_parquet(demo / f"data/synthetic/{method}/seed0.parquet")
            assert new["synthetic"].all()
            counts = new["label"].value_counts()
            # ADASYN rounds the share of each row.
            tolerance = 10 if method == "adasyn" else 0
            assert set(counts.index) == {CLASSES.index("R2L"), CLASSES.index("U2R")}
            assert (abs(counts - 400) <= tolerance).all()
            kept = pd.read_parquet(demo / f"data/cleaned/{method}/seed0.parquet")["row"]
            assert set(kept) < set(undersampled)
            lost = labels.iloc[sorted(set(undersampled) - set(kept))]
            assert set(lost) <= {CLASSES.index("Normal"), CLASSES.index("Dos")}


def test_every_run_is_scored_and_reported(demo: Path) -> None:
    scores = pd.read_csv(demo / "metrics/scores.csv")
    configurations = len(CLASSIFIERS) + len(DECIDED)
    assert len(scores) == len(TESTS) * len(METHODS) * configurations
    assert not scores.duplicated(["test", "method", "classifier", "rule", "seed"]).any()
    decision = json.loads((demo / "metrics/decision.json").read_text())
    assert list(decision) == list(METHODS)
    for of_method in decision.values():
        assert set(of_method) == set(DECIDED)
        assert all(found["multipliers"]["Normal"] == 1 for found in of_method.values())
    report = (demo / "plots/report.html").read_text()
    assert all(name in report for name in METHODS.values())
    assert str(demo) not in report
    assert "| AE-Flow" in (demo / "REPORT.md").read_text()


def test_unseen_attacks_are_those_that_training_lacks(demo: Path) -> None:
    attacks = pd.read_parquet(demo / "data/evaluation/attacks.parquet")
    seen = read_records(demo / "data/raw/train.txt")[ATTACK]
    assert set(attacks["attack"]) == set(read_records(demo / "data/raw/test.txt")[ATTACK])
    assert set(attacks.loc[attacks["seen"], "attack"]) == set(attacks["attack"]) & set(seen)
    assert set(attacks["seen"]) == {True, False}


def test_a_second_run_does_nothing(demo: Path) -> None:
    assert UP_TO_DATE in succeed(demo, "dvc", "repro")


def test_a_swept_parameter_runs_again_only_what_it_feeds(demo_copy: Path) -> None:
    output = succeed(demo_copy, "dvc", "exp", "run", "-S", "ae_flow.latent_dim=8", "clean@ae_flow")
    ran = STAGE.findall(output)
    assert ran == ["oversample@ae_flow", "clean@ae_flow"]
    changed = {*ran, *json.loads(succeed(demo_copy, "dvc", "status", "--json"))}
    with Repo(str(demo_copy)) as repo:
        graph = repo.index.graph
        fed = changed.union(*({above.name for above in nx.ancestors(graph, s)} for s in graph if s.name in changed))
        fed_in_order = [stage.name for stage in repo.index.stages if stage.name in fed]
    assert fed_in_order == [
        "oversample@ae_flow",
        "fidelity@ae_flow",
        "clean@ae_flow",
        "classify@ae_flow",
        "ablation@ae_flow",
        "decide@ae_flow",
        "random_split",
        "evaluate",
        "tables",
        "figures",
        "report",
    ]
    shown = succeed(demo_copy, "dvc", "exp", "show", "--csv")
    assert "ae_flow.latent_dim" in shown
    assert "macro_F1" in shown


def test_learning_curves_are_dvc_plots(demo: Path) -> None:
    shown = json.loads(succeed(demo, "dvc", "plots", "show", "--json"))
    curves = [name for name in shown["data"] if "loss" in name]
    assert len(curves) == 7
    figures = {str(path.relative_to(demo)) for path in (demo / "plots").glob("*.png")}
    assert len(figures) == 13
    assert figures <= set(shown["data"])


def test_no_test_label_reaches_the_stages_before_evaluate(demo_copy: Path) -> None:
    """Permuted test labels change what evaluate and its followers make, and nothing else."""
    for name in ("test.txt", "test_21.txt"):
        path = demo_copy / "data/raw" / name
        rows = [line.split(",") for line in path.read_text().splitlines()]
        attacks = [row[41] for row in rows]
        path.unlink()  # a link into DVC's cache may be read-only
        path.write_text(
            "".join(",".join([*row[:41], a, row[42]]) + "\n" for row, a in zip(rows, attacks[::-1], strict=True))
        )
    succeed(demo_copy, "dvc", "commit", "--force", "fetch")
    assert STAGE.findall(succeed(demo_copy, "dvc", "repro")) == ["evaluate", "tables", "figures", "report"]
