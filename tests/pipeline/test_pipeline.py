"""The pipeline of the paper on the demo data, through DVC as a user runs it."""

import json
import re
import shlex
from collections.abc import Mapping
from pathlib import Path

import pandas as pd
import pytest
from conftest import STAGE, UP_TO_DATE, succeed

from nids.base.yaml import read_yaml
from nids.data.dataset import Dataset, read_dataset
from nids.data.sets import read_training
from nids.detect import CLASSIFIERS, FILES
from nids.detect.density import Density, density_path
from nids.methods import METHODS, PRINTED, STUDIED

# Seed 0 in memory, in the environment of the stages.
RUN = """
import warnings
import numpy as np
from nids.data.dataset import read_dataset
from nids.data.sets import read_test, read_training
from nids.detect import NEEDED
from nids.detect.predictions import read_probabilities
from nids.methods import METHODS
from nids.params import read_params
from nids.runs.repeat import repeat
from nids.runs.results import path
from nids.detect.density import Density, density_path
from nids.runs.run import Settings, Shared, kept

warnings.simplefilter("ignore")
params = read_params()
dataset = read_dataset()
train, test = read_training(dataset), read_test()
for method in ("raw", "smote", "vae", "ae_flow"):
    settings = Settings.of(method, params, dataset)
    shared = Shared(kept(settings, train, None, 0), Density.load(density_path(0, params.seeds), train.encoder))
    found, report = repeat(method, settings, train, shared, NEEDED, test, 0)
    chain = read_probabilities(path(method, 0, params.seeds), dataset.classes)
    for name in NEEDED:
        assert found[name].dtype == chain[name].dtype, (method, name)
        assert np.array_equal(found[name], chain[name]), (method, name)
    print(method, "equal", sum(report["rows"].values()))
"""


@pytest.fixture
def dataset(demo: Path, monkeypatch: pytest.MonkeyPatch) -> Dataset:
    """The demo data as the stages have found them."""
    monkeypatch.chdir(demo)
    return read_dataset()


def test_tables_figures_and_summary_are_there(demo: Path, dataset: Dataset) -> None:
    for number in range(1, 7):
        table = pd.read_csv(demo / f"metrics/tables/table{number}.csv")
        assert list(table.columns)[-1] == "ours"
        assert "paper" not in table.columns
        assert table.notna().all(axis=None)
        assert (demo / f"plots/fig{number}.png").read_bytes().startswith(b"\x89PNG")
    summary = json.loads((demo / "metrics/summary.json").read_text())
    assert list(summary) == list(PRINTED)
    for of_method in summary.values():
        assert list(of_method) == list(CLASSIFIERS)
        for scores in of_method.values():
            assert sorted(scores["recall"]) == sorted(dataset.classes)
            assert all(0 <= value <= 1 for value in [*scores["recall"].values(), scores["weighted_f1"]])


def test_the_demo_is_labelled_as_the_demo(demo: Path) -> None:
    assert "demo-test" in (demo / "metrics/tables/voting.md").read_text()
    page = (demo / "plots/paper.html").read_text()
    assert "demo data" in page
    assert "KDDTest+" not in page
    assert str(demo) not in page


def test_a_collapsed_fit_stands_in_the_metrics(demo: Path, dataset: Dataset) -> None:
    fits = json.loads((demo / "metrics/diagnostics.json").read_text())["fits"]
    for name in dataset.minority:
        assert fits["ae_flow_paper"]["seed0"][name]["collapsed"]
        assert not fits[STUDIED]["seed0"][name]["collapsed"]
        assert fits[STUDIED]["seed0"][name]["h_std"] == pytest.approx(1, abs=0.1)


def test_training_sets_hold_the_targets(demo: Path, dataset: Dataset) -> None:
    undersampled = pd.read_parquet(demo / "data/undersampled/seed0.parquet")["row"]
    labels = pd.read_parquet(demo / "data/encoded/train.parquet")["label"]
    counts = labels.iloc[undersampled].value_counts()
    for name, n in dataset.kept_rows.items():
        assert counts[dataset.classes.index(name)] == n
    small, large = ({dataset.classes.index(name) for name in of} for of in (dataset.minority, dataset.majority))
    for method in PRINTED:
        row = METHODS[method]
        if row.sampler:
            new = pd.read_parquet(demo / f"data/synthetic/{row.arm}/{method}/seed0.parquet")
            assert set(new["label"]) == small
            assert new["label"].value_counts().to_dict() == {
                dataset.classes.index(name): n for name, n in dataset.new_rows.items()
            }
            kept = pd.read_parquet(demo / f"data/cleaned/{row.arm}/{method}/seed0.parquet")["row"]
            assert set(kept) < set(undersampled)
            assert set(labels.iloc[sorted(set(undersampled) - set(kept))]) <= large


def test_generators_leave_records(demo: Path) -> None:
    new = pd.read_parquet(demo / "data/synthetic/ae_flow/ae_flow/seed0.parquet")
    encoded = pd.read_parquet(demo / "data/encoded/train.parquet")
    assert list(new.columns) == list(encoded.columns)
    assert set(new["service"]) <= set(pd.read_parquet(demo / "data/encoded/records.parquet")["service"])


def test_every_arm_leaves_its_models(demo: Path) -> None:
    for method in PRINTED:
        arm = METHODS[method].arm
        fitted = demo / f"data/classifiers/{arm}/{method}/seed0"
        assert sorted(path.name for path in fitted.iterdir()) == sorted(FILES.values())
        model = demo / "models" / (arm if method == arm else f"{arm}/{method}")
        for name in FILES.values():
            assert (model / name).read_bytes() == (fitted / name).read_bytes()
        others = {path.name for path in model.iterdir()} - set(FILES.values())
        assert others == {"README.md", "density.safetensors", "encoder.json", "examples.csv", "model.json"}
        assert (model / "density.safetensors").read_bytes() == (demo / "data/density/seed0.safetensors").read_bytes()


def test_the_models_score_the_demo_data(demo: Path, dataset: Dataset) -> None:
    """The class that most rows get is the one that evaluate counts."""
    printed = succeed(demo, "aeflow", "predict", "models/ae_flow", "data/demo/test.txt", "--score")
    assert max(map(len, printed.splitlines())) <= 120
    shown = json.loads((demo / "metrics/summary.json").read_text())["ae_flow"]["xgb_density"]["recall"]
    rows = [line.split() for line in printed.splitlines()]
    for name in dataset.classes:
        assert any(row[:1] == [name] and row[-1] == f"{100 * shown[name]:.1f}%" and len(row) > 4 for row in rows)


def test_the_density_is_that_of_normal_traffic(demo: Path, dataset: Dataset) -> None:
    """Of its rows a twentieth counts as novel, and of the attacks most."""
    train = read_training(dataset)
    density = Density.load(density_path(0, (0,)), train.encoder)
    novel = density.of(train.features).sum(axis=1) < density.detector.offset_
    normal = train.labels == dataset.classes.index(dataset.normal)
    assert novel[normal].mean() == pytest.approx(0.05, abs=0.001)
    assert novel[~normal].mean() > 0.5


def test_a_run_in_memory_equals_the_chain_of_stages(demo: Path, quick: Mapping[str, str], tmp_path: Path) -> None:
    """``Run`` of the first seed gives the probabilities that the stages give, to the bit."""
    script = tmp_path / "run.py"
    script.write_text(RUN)
    python = shlex.split(read_yaml(demo / "stages/environment.yaml")["python"])
    printed = succeed(demo, *python, str(script), **quick)
    assert printed.count("equal") == 4


def test_a_version_of_the_models_can_be_had_by_its_name(demo_copy: Path, tmp_path: Path) -> None:
    succeed(demo_copy, "git", "tag", "--annotate", "ae-flow@v1.0.0", "--message", "models")
    succeed(tmp_path, "dvc", "artifacts", "get", str(demo_copy), "ae-flow")
    assert set(FILES.values()) < {path.name for path in (tmp_path / "ae_flow").iterdir()}


def test_a_second_run_does_nothing(demo: Path) -> None:
    assert UP_TO_DATE in succeed(demo, "dvc", "repro")


def test_a_swept_parameter_runs_again_only_what_it_feeds(demo_copy: Path, quick: Mapping[str, str]) -> None:
    output = succeed(demo_copy, "dvc", "exp", "run", "-S", "ae_flow.latent_dim=8", "evaluate", **quick)
    assert STAGE.findall(output) == ["oversample@ae_flow", "clean", "classify@ae_flow", "evaluate"]
    left = STAGE.findall(succeed(demo_copy, "dvc", "repro", "--dry"))
    assert sorted(left) == ["figures", "model", "report"]
    printed = succeed(demo_copy, "python", "-m", "tools.compare")
    assert max(map(len, printed.splitlines())) <= 120
    (row,) = re.findall(r"^\S+ +AE-Flow +(.+)  latent_dim=8$", printed, re.MULTILINE)
    shown = json.loads((demo_copy / "metrics/headline.json").read_text())
    assert row.split() == [f"{100 * shown[name]['ae_flow']:.1f}" for name in ("F1", "macro_F1")]


def test_the_graph_of_the_paper_can_be_read(demo: Path) -> None:
    """In a pager, which moves to the side: of each line there is a screen and a half.

    How wide it is depends on the order of DVC's sets of texts, another in each process: from 228 to 269 columns.
    """
    shown = succeed(demo, "dvc", "dag", "--collapse-foreach-matrix", "report", COLUMNS="200")
    lines = [line.rstrip() for line in shown.splitlines()]
    assert max(map(len, lines)) <= 300
    assert len(lines) <= 51


def test_recalls_confusion_and_curves_are_dvc_plots(demo: Path) -> None:
    """Figures are no plots: pairs of images tell no difference."""
    shown = json.loads(succeed(demo, "dvc", "plots", "show", "--json"))
    assert len(shown["data"]) == 9
    assert not [name for name in shown["data"] if name.endswith(".png")]
    counts = pd.read_csv(demo / "data/plots/confusion.csv").value_counts()
    assert counts.sum() == len(pd.read_parquet(demo / "data/test_labels.parquet"))
    summary = json.loads((demo / "metrics/summary.json").read_text())["ae_flow"]["voting"]["recall"]
    for name, recall in summary.items():
        assert counts[name].get(name, 0) / counts[name].sum() == pytest.approx(recall)
