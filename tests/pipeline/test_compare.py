"""`make compare` and `dvc exp show` at 120 columns, read as a person would."""

import re
from pathlib import Path

import pandas as pd
import pytest
from conftest import ROOT, run, succeed
from stub import ENCODE, PATHS, VALIDATE, after
from tools.compare import beside
from tools.current import flat
from tools.results import METRICS

WIDTH = 120
EXPERIMENTS = {
    # As a sweep, a search and people name them; the last one changes a setting of validate without running it.
    "sweep-605cd6c": ("dataset=demo", "ae_flow.latent_dim=4", "kmeans.n_clusters=10"),
    "sweep-1c0d6a2": ("dataset=demo", "ae_flow.latent_dim=8", "kmeans.n_clusters=10"),
    "search-2282055-10": (
        *("dataset=demo", "ae_flow.latent_dim=5", "ae_flow.noise=0.123456789"),
        *("ae_flow.learning_rate=0.0012345678", "ae_flow.coupling=additive"),
    ),
    "mine": ("ae_flow.latent_dim=6",),
    "stale": ("ae_flow.latent_dim=7",),
}
# Two spaces stand between columns.
CELLS = re.compile(r" {2,}")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository with experiments."""
    folder = after(tmp_path_factory.mktemp("compare") / "aeflow", "--all-pipelines")
    for name, settings in EXPERIMENTS.items():
        options = [word for setting in settings for word in ("-S", setting)]
        succeed(folder, "dvc", "exp", "run", "-n", name, *options, ENCODE if name == "stale" else VALIDATE)
        succeed(folder, "sh", "-c", "git checkout . && dvc checkout")
    return folder


def compare(folder: Path, *names: str) -> str:
    return succeed(folder, "python", "-m", "tools.compare", *names, **PATHS)


def rows(printed: str, dataset: str) -> list[list[str]]:
    """Return the cells of the table of a data set."""
    table = printed.partition(f"Data set {dataset}, best first\n\n")[2].partition("\n\n")[0]
    return [CELLS.split(line.strip()) for line in table.splitlines()]


def test_every_experiment_stands_with_its_changes_and_metrics_best_first(folder: Path) -> None:
    printed = compare(folder)
    assert max(map(len, printed.splitlines())) <= WIDTH
    header, _, *demo = rows(printed, "demo")
    assert header == ["experiment", "method", "validation", "alarms", "changed"]
    assert demo == [
        ["sweep-605cd6c", "AE-Flow", "18.1", "0.9", "latent_dim=4 n_clusters=10"],
        [
            "search-2282055-10",
            "AE-Flow",
            "16.3",
            "0.8",
            "latent_dim=5 noise=0.1235 learning_rate=0.001235 coupling=additive",
        ],
        ["sweep-1c0d6a2", "AE-Flow", "10.5", "0.5", "latent_dim=8 n_clusters=10"],
    ]
    assert rows(printed, "nsl-kdd")[2:] == [
        ["mine", "AE-Flow", "13.3", "0.7", "latent_dim=6"],
        ["committed", "AE-Flow", "7.4", "0.4"],
    ]


def test_a_metric_whose_stage_did_not_run_is_not_shown(folder: Path) -> None:
    done = run(folder, "python", "-m", "tools.compare", "stale", **PATHS)
    assert done.returncode == 1
    assert done.stderr.startswith("error: no experiment has run validate or evaluate with other settings")


def test_a_metric_of_changed_code_is_not_shown(folder: Path) -> None:
    (folder / "stage.py").write_text((folder / "stage.py").read_text() + "# changed\n")
    succeed(folder, "dvc", "exp", "run", "-n", "code", "-S", "ae_flow.latent_dim=9", ENCODE)
    succeed(folder, "git", "checkout", ".")
    assert run(folder, "python", "-m", "tools.compare", "code", **PATHS).returncode == 1
    succeed(folder, "dvc", "exp", "remove", "code")


def test_narrow_terminals_fold_the_changes(folder: Path) -> None:
    printed = succeed(folder, "python", "-m", "tools.compare", COLUMNS="80", **PATHS)
    assert max(len(line) for line in printed.partition("\n\nvalidation:")[0].splitlines()) <= 80
    assert "coupling=additive" in printed


def test_the_table_and_the_figures_are_files(folder: Path) -> None:
    compare(folder, "sweep-605cd6c", "sweep-1c0d6a2", "mine")
    table = pd.read_csv(folder / "compare/table.csv").set_index("experiment")
    assert set(table.index) == {"sweep-605cd6c", "sweep-1c0d6a2", "mine", "HEAD"}
    assert table["ae_flow.latent_dim"].to_dict() == {"sweep-605cd6c": 4, "sweep-1c0d6a2": 8, "mine": 6, "HEAD": 12}
    for dataset in ("demo", "nsl-kdd"):
        assert (folder / f"compare/{dataset}.png").read_bytes().startswith(b"\x89PNG")
    assert succeed(folder, "git", "status", "--porcelain") == ""


def test_an_unknown_name_is_one_line(folder: Path) -> None:
    done = run(folder, "python", "-m", "tools.compare", "swep-605cd6c", **PATHS)
    assert done.returncode == 1
    assert done.stderr == "error: unknown Git revision 'swep-605cd6c'; `dvc exp list` names the experiments\n"


def test_settings_of_other_methods_are_no_changes() -> None:
    """SMOTE's setting changes SMOTE's row alone, the data set and K-means those of every method."""
    rows = [
        {"experiment": name, "method": method, "settings": settings, "F1": f1}
        for name, clusters, neighbours, f1 in (("HEAD", 20, 5, 0.7), ("k", 10, 5, 0.6), ("s", 20, 3, 0.8))
        for method, settings in (
            ("smote", {"dataset": "demo", "kmeans.n_clusters": clusters, "baselines.smote.k_neighbors": neighbours}),
            ("vae", {"dataset": "demo", "kmeans.n_clusters": clusters}),
        )
    ]
    committed = flat({"dataset": "demo", "kmeans": {"n_clusters": 20}, "baselines": {"smote": {"k_neighbors": 5}}})
    table = beside(pd.DataFrame(rows).reindex(columns=["experiment", "method", "settings", *METRICS]), committed)
    assert list(zip(table["experiment"], table["method"], table["changed"], strict=True)) == [
        ("s", "smote", {"baselines.smote.k_neighbors": 3}),
        ("HEAD", "smote", {}),
        ("HEAD", "vae", {}),
        ("k", "smote", {"kmeans.n_clusters": 10}),
        ("k", "vae", {"kmeans.n_clusters": 10}),
    ]


def test_the_line_of_the_docs_shows_a_sweep_in_120_columns(folder: Path) -> None:
    """Nothing is cut: the metric comes first, and what a sweep changes fits behind it."""
    page = re.sub(r"\\\n\s*", "", (ROOT / "docs/sweeps.md").read_text())
    (line,) = re.findall(r"^ +(dvc exp show .+)$", page, re.MULTILINE)
    succeed(folder, "dvc", "exp", "remove", "search-2282055-10")
    printed = succeed(folder, "sh", "-c", f"{line} --no-pager")
    assert max(map(len, printed.splitlines())) <= WIDTH
    assert "…" not in printed
    order = re.findall(r"\[(.+?)\]", printed)
    assert [name for name in order if name.startswith("sweep")] == ["sweep-605cd6c", "sweep-1c0d6a2"]
    for column in ("validation.ae_flow", "ae_flow.latent_dim", "kmeans.n_clusters"):
        assert column in printed
