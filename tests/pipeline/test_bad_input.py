"""What stages refuse, in one line: bad parameters, bad cells, missing and damaged files, files that run code."""

import os
import pickle
import re
import runpy
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import matplotlib.pyplot as plt
import pytest
from conftest import PINS, change, run
from dvc.repo import Repo

from aeflow.errors import InputError
from nids.base.parallel import call


def _files(folder: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in (folder / "data").rglob("*") if path.is_file()}


@pytest.fixture
def refusal(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[..., str]:
    """Return a function that runs a stage in this process, as `python stages/NAME.py` does, and gives its last line."""

    def refused(folder: Path, script: str, *arguments: str) -> str:
        monkeypatch.chdir(folder)
        monkeypatch.setenv("AEFLOW_JOBS", "1")
        monkeypatch.setattr("sys.argv", [script, *arguments])
        with pytest.raises(SystemExit) as stop:
            runpy.run_path(f"stages/{script}.py", run_name="__main__")
        assert stop.value.code == 1
        return capsys.readouterr().err.strip().splitlines()[-1]

    return refused


@pytest.mark.parametrize(
    ("stage", "file", "bad", "message"),
    [
        (
            "undersample",
            "params.yaml",
            ("n_clusters: 20 ", "n_clusters: 301 "),
            "n_clusters: 301 clusters for the 300 kept rows of 'Dos'",
        ),
        (
            "oversample baselines",
            "params.yaml",
            ("beta: 1.0 ", "beta: -1.0 "),
            "params.yaml: baselines.vae.beta: Input should be greater than 0, found -1.0",
        ),
        (
            "undersample",
            "data/description/kept_rows.json",
            ('"Normal": 300', '"Normal": 2141'),
            "balance.kept_rows.Normal: 2141 rows are to be kept of 2140",
        ),
        (
            "fetch",
            "data/description/files.json",
            ('"folder": "data/demo"', '"folder": "data/none"'),
            "train.txt: no source has it (data/none: no such file)",
        ),
        (
            "describe",
            "params.yaml",
            ("dataset: demo", "dataset: unsw"),
            "params.yaml: dataset: 'unsw' has no description",
        ),
        (
            "describe",
            "datasets/demo.yaml",
            ("R2L: 150", "R2D2: 150"),
            "datasets/demo.yaml: balance.new_rows: 'R2D2' is no class of label.classes",
        ),
    ],
)
def test_bad_input_is_one_line_and_changes_nothing(
    demo_copy: Path, refusal: Callable[..., str], stage: str, file: str, bad: tuple[str, str], message: str
) -> None:
    change(demo_copy / file, dict([bad]))
    before = _files(demo_copy)
    last = refusal(demo_copy, *stage.split())
    assert last.startswith("error: ")
    assert message in last
    assert _files(demo_copy) == before


@pytest.mark.parametrize(
    ("path", "cell", "message"),
    [
        (
            "data/raw/train/train.txt",
            (",SF,", ",SF,many"),
            r"data/raw/train/train\.txt, line \d+, column src_bytes: 'many\d+' is not a number; .*",
        ),
        (
            "data/raw/test/test.txt",
            ("SF,0,", "SF,-1,"),
            r"data/raw/test/test\.txt, line \d+, column src_bytes: -1 is not a whole number from 0 up to \d+; .*",
        ),
    ],
)
def test_a_bad_cell_stops_the_stage(
    demo_copy: Path, refusal: Callable[..., str], path: str, cell: tuple[str, str], message: str
) -> None:
    text = (demo_copy / path).read_text()
    (demo_copy / path).unlink()  # a link into DVC's cache may be read-only
    (demo_copy / path).write_text(text.replace(*cell, 1))
    assert re.fullmatch(f"error: {message}", refusal(demo_copy, "encode"))


@pytest.mark.parametrize(
    "stage", ["oversample", "classify", "evidence/validate", "evidence/repeat", "evidence/fidelity"]
)
def test_an_arm_that_does_not_exist_is_refused(demo: Path, refusal: Callable[..., str], stage: str) -> None:
    before = _files(demo)
    assert refusal(demo, stage, "aeflow").startswith("error: arm 'aeflow': there is none of this name; choose from ")
    assert _files(demo) == before


def test_inputs_that_are_not_there_are_named(demo_copy: Path, refusal: Callable[..., str]) -> None:
    path = "data/synthetic/baselines/vae/seed0.parquet"
    (demo_copy / path).unlink()
    assert refusal(demo_copy, "clean") == f"error: {path}: no such file; run `dvc repro` to make it"


def test_a_wrong_worker_count_is_refused(demo_copy: Path) -> None:
    done = run(demo_copy, "python", "stages/undersample.py", **PINS, AEFLOW_JOBS="many")
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
            found = re.fullmatch(r"(\S+?)(?:, line \d+)?: [^\n]+; .+", str(error))
            if found is None or Path(found.group(1)) in refused:
                pytest.fail(f"{error} is not one line that names the file and says what to do")
            path = Path(found.group(1))
            path.write_bytes(inputs[path])
            refused.add(path)
        else:
            return refused
        finally:
            plt.close("all")


def _refused_by_stage(script: str, arguments: list[str], inputs: dict[Path, bytes]) -> set[Path]:
    """Run a stage as far as it reads files, in this process."""
    stage = runpy.run_path(script)
    refused = set()

    def in_parallel(function: str, fits: Iterator[tuple], progress: str) -> list:
        # Of all workers, only those of score read files.
        if script != "stages/evidence/score.py":
            raise _NowItComputesError
        for fit in fits:
            refused.update(_refused(inputs, partial(call, function, *fit)))
        if progress == "cells":
            raise _NowItComputesError
        return [{} for _ in fits]

    main = stage["main"]
    if "in_parallel" in main.__globals__:
        main.__globals__["in_parallel"] = in_parallel
    refused.update(_refused(inputs, partial(main, *arguments)))
    return refused


def test_no_cached_file_can_run_code(evidence_copy: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every stage refuses a pickle in the place of every kind of cached file that it reads."""
    monkeypatch.chdir(evidence_copy)
    monkeypatch.setattr("nids.judge.evaluation.evaluate", lambda *_: {})
    monkeypatch.setattr("nids.judge.evaluation.argmax_scores", lambda *_: [])
    png = (evidence_copy / "plots/fig1.png").read_bytes()
    monkeypatch.setattr("matplotlib.figure.Figure.savefig", lambda _, file, **__: file.write(png))
    planted = pickle.dumps(_RunsCode(tmp_path / "planted"))
    with Repo() as repo:
        outputs = [Path(out.fs_path).relative_to(evidence_copy) for out in repo.index.outs if out.use_cache]
        stages = {
            stage.cmd.partition(" python ")[2]: {
                Path(dep.fs_path).relative_to(evidence_copy) for dep in stage.deps if not hasattr(dep, "params")
            }
            for stage in repo.index.stages
        }
    files = [file for path in outputs for file in (path, *path.rglob("*")) if file.is_file()]
    # Those of another seed, method or arm are of the same kind.
    cached = set({(file.parts[:2], re.sub(r"\d", "", file.name)): file for file in files}.values())
    assert len(cached) > 40
    assert len(stages) > 20
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
    # Nobody reads the learning curves, the plots, the validation, the list of seeds and the models but DVC and people.
    # Classifiers are copied into the models as they are: who loads one refuses it.
    nobodys = {"curves", "plots", "validation", "models", "classifiers", "seeds.json"}
    unread = {file for file in cached if nobodys & {*file.parts}}
    assert cached - refused == unread
    assert not (tmp_path / "planted").exists()
    pickle.loads(planted)
    assert (tmp_path / "planted").exists()


def test_a_worker_that_refuses_a_file_stops_the_stage(evidence_copy: Path) -> None:
    path = "data/repeat/wider/random/seed0.parquet"
    (evidence_copy / path).unlink()
    (evidence_copy / path).write_bytes(b"damaged")
    done = run(evidence_copy, "python", "stages/evidence/score.py", **PINS, AEFLOW_JOBS="2")
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1].startswith(f"error: {path}: damaged, ")
    assert "Traceback" not in done.stderr
