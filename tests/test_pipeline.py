"""The whole pipeline on the demo data, through DVC as a user runs it."""

import importlib.util
import json
import os
import pickle
import re
import shutil
from collections.abc import Callable
from functools import partial
from pathlib import Path

import networkx as nx
import pandas as pd
import pytest
from conftest import STAGE, UP_TO_DATE, run, succeed
from dvc.repo import Repo

from aeflow.base.errors import InputError
from aeflow.base.files import read_yaml
from aeflow.evidence.fidelity_summary import MEASURED
from aeflow.evidence.methods import CLASSIFIERS, DECIDED, METHODS, TESTS, WITHOUT_NEW_ROWS
from aeflow.nsl_kdd.records import read_records
from aeflow.nsl_kdd.schema import ATTACK, CLASSES


@pytest.fixture
def copy(demo: Path, tmp_path: Path) -> Path:
    """The finished demo run, to be changed freely."""
    return Path(shutil.copytree(demo, tmp_path / "aeflow", symlinks=True))


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


def test_the_same_bytes_anywhere(
    demo: Path, checkout: Callable[[str], Path], tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    """With all changed that must not matter: the whole pipeline, or a stage of each kind that shares out its fits."""
    folder = Path(shutil.move(checkout("demo"), tmp_path / "another påth"))
    text = (folder / "dvc.yaml").read_text()
    assert "PYTHONHASHSEED=0" in text
    (folder / "dvc.yaml").write_text(text.replace("PYTHONHASHSEED=0", "PYTHONHASHSEED=123"))
    elsewhere = {
        "AEFLOW_JOBS": "2",
        "OMP_NUM_THREADS": "2",
        "OPENBLAS_CORETYPE": "Nehalem",
        "ATEN_CPU_CAPABILITY": "default",
        "MKL_CBWR": "COMPATIBLE",  # the one branch whose bytes differ from what MKL takes by itself here
        "NPY_DISABLE_CPU_FEATURES": "X86_V3",
        "TZ": "Asia/Kathmandu",
        "LC_ALL": "C",
    }
    chaos = request.config.getoption("--chaos")
    stages = [] if chaos else ["classify@ae_flow", "decide@ae_flow", "fidelity@smote", "ablation@smote"]
    host = ["unshare", "--uts", "sh", "-c", 'hostname elsewhere; exec "$@"', "sh"] if os.geteuid() == 0 else []
    ran = STAGE.findall(succeed(folder, *host, "taskset", "1", "dvc", "repro", *stages, **elsewhere))
    assert set(stages) < set(ran)
    found, expected = (read_yaml(path / "dvc.lock")["stages"] for path in (folder, demo))
    assert {stage: found[stage]["outs"] for stage in ran} == {stage: expected[stage]["outs"] for stage in ran}


def test_a_swept_parameter_runs_again_only_what_it_feeds(copy: Path) -> None:
    output = succeed(copy, "dvc", "exp", "run", "-S", "ae_flow.latent_dim=8", "clean@ae_flow")
    ran = STAGE.findall(output)
    assert ran == ["oversample@ae_flow", "clean@ae_flow"]
    changed = {*ran, *json.loads(succeed(copy, "dvc", "status", "--json"))}
    with Repo(str(copy)) as repo:
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
    shown = succeed(copy, "dvc", "exp", "show", "--csv")
    assert "ae_flow.latent_dim" in shown
    assert "macro_F1" in shown


def test_learning_curves_are_dvc_plots(demo: Path) -> None:
    shown = json.loads(succeed(demo, "dvc", "plots", "show", "--json"))
    curves = [name for name in shown["data"] if "loss" in name]
    assert len(curves) == 7
    figures = {str(path.relative_to(demo)) for path in (demo / "plots").glob("*.png")}
    assert len(figures) == 13
    assert figures <= set(shown["data"])


def test_no_test_label_reaches_the_stages_before_evaluate(copy: Path) -> None:
    """Permuted test labels change what evaluate and its followers make, and nothing else."""
    for name in ("test.txt", "test_21.txt"):
        path = copy / "data/raw" / name
        rows = [line.split(",") for line in path.read_text().splitlines()]
        attacks = [row[41] for row in rows]
        path.unlink()  # a link into DVC's cache may be read-only
        path.write_text(
            "".join(",".join([*row[:41], a, row[42]]) + "\n" for row, a in zip(rows, attacks[::-1], strict=True))
        )
    succeed(copy, "dvc", "commit", "--force", "fetch")
    assert STAGE.findall(succeed(copy, "dvc", "repro")) == ["evaluate", "tables", "figures", "report"]


def _set(folder: Path, *pairs: tuple[str, str]) -> None:
    text = (folder / "params.yaml").read_text()
    for old, new in pairs:
        assert old in text
        text = text.replace(old, new)
    (folder / "params.yaml").write_text(text)


@pytest.mark.parametrize(
    ("stage", "change", "message"),
    [
        (
            "oversample.py ae_flow_paper",
            ("latent_dim: 16 ", "latent_dim: 42 "),
            "latent_dim: 42 is above the 41 features",
        ),
        (
            "oversample.py smote",
            ("k_neighbors: 5 ", "k_neighbors: 22 "),
            "22 neighbours need 23 rows, U2R has 22",
        ),
        ("undersample.py", ("Normal: 600", "Normal: 2141"), "kept_rows.Normal: 2141 rows are to be kept of 2140"),
        (
            "undersample.py",
            ("n_clusters: 20 ", "n_clusters: 601 "),
            "n_clusters: 601 clusters for the 600 kept rows of Dos",
        ),
        (
            "oversample.py vae",
            ("beta: 1.0 ", "beta: -1.0 "),
            "params.yaml: vae.beta: Input should be greater than 0, found -1.0",
        ),
        (
            "fetch.py",
            ("folder: data/demo", "folder: data/none"),
            "train.txt: no source has it (data/none: no such file)",
        ),
    ],
)
def test_bad_input_is_one_line_and_changes_nothing(
    copy: Path, stage: str, change: tuple[str, str], message: str
) -> None:
    _set(copy, change)
    before = {path: path.read_bytes() for path in (copy / "data").rglob("*") if path.is_file()}
    done = run(copy, "python", *f"stages/{stage}".split(), PYTHONPATH="src")
    assert done.returncode == 1
    last = done.stderr.strip().splitlines()[-1]
    assert last.startswith("error: ")
    assert message in last
    assert "Traceback" not in done.stderr
    assert {path: path.read_bytes() for path in (copy / "data").rglob("*") if path.is_file()} == before


@pytest.mark.parametrize(
    ("stage", "path", "change", "message"),
    [
        (
            "encode",
            "data/raw/train.txt",
            (",SF,", ",SF,many"),
            r"data/raw/train\.txt, row \d+, column src_bytes: 'many\d+' is not a finite number; .*",
        ),
        (
            "evaluate",
            "data/raw/test.txt",
            ("tcp", "sctp"),
            r"data/raw/test\.txt, row \d+, column protocol_type: 'sctp' never occurs in the training set; .*",
        ),
    ],
)
def test_a_bad_cell_stops_the_stage(copy: Path, stage: str, path: str, change: tuple[str, str], message: str) -> None:
    text = (copy / path).read_text()
    (copy / path).unlink()  # a link into DVC's cache may be read-only
    (copy / path).write_text(text.replace(*change, 1))
    done = run(copy, "python", f"stages/{stage}.py", PYTHONPATH="src")
    assert done.returncode == 1
    assert re.fullmatch(f"error: {message}\n", done.stderr)


def test_inputs_that_are_not_there_are_named(copy: Path) -> None:
    (copy / "data/synthetic/vae/seed0.parquet").unlink()
    done = run(copy, "python", "stages/clean.py", "vae", PYTHONPATH="src")
    assert done.returncode == 1
    assert done.stderr == "error: data/synthetic/vae/seed0.parquet: no such file; run `dvc repro` to make it\n"


def test_a_wrong_worker_count_is_refused(copy: Path) -> None:
    done = run(copy, "python", "stages/undersample.py", PYTHONPATH="src", AEFLOW_JOBS="many")
    assert done.returncode == 1
    assert done.stderr == "error: environment variable AEFLOW_JOBS: 'many' is no worker count; set it to 1 or more\n"


class _RunsCode:
    """A pickle of this makes a folder when it is loaded."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __reduce__(self) -> tuple[Callable[[str], None], tuple[str]]:
        return os.mkdir, (str(self.folder),)


class _NowItComputesError(Exception):
    """Raised where a stage has read what it reads."""


def _refused(inputs: dict[Path, bytes], reads: Callable[[], object]) -> set[Path]:
    """Call ``reads`` until it refuses nothing more, each time with the file in order that it refused before."""
    refused: set[Path] = set()
    while True:
        try:
            reads()
        except _NowItComputesError:
            return refused
        except InputError as error:
            found = re.fullmatch(r"(\S+): [^\n]+; (?:run `dvc repro` to make it|fetch the file) again", str(error))
            if found is None:
                pytest.fail(f"{error} is not one line that names the file and says what to do")
            path = Path(found.group(1))
            path.write_bytes(inputs[path])
            refused.add(path)
        else:
            return refused


def _refused_by_stage(script: str, arguments: list[str], inputs: dict[Path, bytes]) -> set[Path]:
    """Run a stage as far as it reads files, in this process."""
    spec = importlib.util.spec_from_file_location("stage", script)
    assert spec is not None
    assert spec.loader is not None
    stage = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(stage)
    refused = set()

    def in_parallel(function: Callable[..., object], fits: list[tuple], progress: str) -> None:
        # Of all workers, only those of evaluate read files.
        for fit in fits if script == "stages/evaluate.py" else []:
            refused.update(_refused(inputs, partial(function, *fit)))
        raise _NowItComputesError

    if "in_parallel" in vars(stage):
        vars(stage)["in_parallel"] = in_parallel
    refused.update(_refused(inputs, partial(stage.main, *arguments)))
    return refused


def test_no_cached_file_can_run_code(copy: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every stage refuses a pickle in the place of every cached file that it reads."""
    monkeypatch.chdir(copy)
    monkeypatch.setattr("aeflow.evidence.evaluation.evaluate", lambda *_: {})
    planted = pickle.dumps(_RunsCode(tmp_path / "planted"))
    with Repo() as repo:
        outputs = [Path(out.def_path) for out in repo.index.outs if out.use_cache]
        stages = {
            stage.cmd.partition(" python ")[2]: {Path(dep.def_path) for dep in stage.deps if not hasattr(dep, "params")}
            for stage in repo.index.stages
        }
    cached = {file for path in outputs for file in (path, *path.rglob("*")) if file.is_file()}
    assert len(cached) > 100
    assert len(stages) > 50
    refused = set()
    for command, dependencies in stages.items():
        script, *arguments = command.split()
        inputs = {file: file.read_bytes() for file in cached if dependencies & {file, *file.parents}}
        for file in inputs:
            file.unlink()  # a link into DVC's cache may be read-only
            file.write_bytes(planted)
        refused |= _refused_by_stage(script, arguments, inputs)
        for file, content in inputs.items():
            file.write_bytes(content)
    # DVC shows the learning curves and the validation by itself; no stage reads them.
    assert cached - refused == {file for file in cached if file.parent.name in ("curves", "validation")}
    assert not (tmp_path / "planted").exists()
    pickle.loads(planted)
    assert (tmp_path / "planted").exists()


def test_a_worker_that_refuses_a_file_stops_the_stage(copy: Path) -> None:
    path = "data/classifiers/vae/seed0/rf.skops"
    (copy / path).unlink()
    (copy / path).write_bytes(b"damaged")
    done = run(copy, "python", "stages/evaluate.py", PYTHONPATH="src", AEFLOW_JOBS="2")
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1].startswith(f"error: {path}: damaged, ")
    assert "Traceback" not in done.stderr
