"""What stages refuse, in one line: bad parameters, bad cells, missing and damaged files, files that run code."""

import importlib.util
import os
import pickle
import re
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from conftest import run
from dvc.repo import Repo

from aeflow.base.errors import InputError


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
    demo_copy: Path, stage: str, change: tuple[str, str], message: str
) -> None:
    _set(demo_copy, change)
    before = {path: path.read_bytes() for path in (demo_copy / "data").rglob("*") if path.is_file()}
    done = run(demo_copy, "python", *f"stages/{stage}".split(), PYTHONPATH="src")
    assert done.returncode == 1
    last = done.stderr.strip().splitlines()[-1]
    assert last.startswith("error: ")
    assert message in last
    assert "Traceback" not in done.stderr
    assert {path: path.read_bytes() for path in (demo_copy / "data").rglob("*") if path.is_file()} == before


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
def test_a_bad_cell_stops_the_stage(
    demo_copy: Path, stage: str, path: str, change: tuple[str, str], message: str
) -> None:
    text = (demo_copy / path).read_text()
    (demo_copy / path).unlink()  # a link into DVC's cache may be read-only
    (demo_copy / path).write_text(text.replace(*change, 1))
    done = run(demo_copy, "python", f"stages/{stage}.py", PYTHONPATH="src")
    assert done.returncode == 1
    assert re.fullmatch(f"error: {message}\n", done.stderr)


def test_inputs_that_are_not_there_are_named(demo_copy: Path) -> None:
    (demo_copy / "data/synthetic/vae/seed0.parquet").unlink()
    done = run(demo_copy, "python", "stages/clean.py", "vae", PYTHONPATH="src")
    assert done.returncode == 1
    assert done.stderr == "error: data/synthetic/vae/seed0.parquet: no such file; run `dvc repro` to make it\n"


def test_a_wrong_worker_count_is_refused(demo_copy: Path) -> None:
    done = run(demo_copy, "python", "stages/undersample.py", PYTHONPATH="src", AEFLOW_JOBS="many")
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


def test_no_cached_file_can_run_code(demo_copy: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every stage refuses a pickle in the place of every cached file that it reads."""
    monkeypatch.chdir(demo_copy)
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


def test_a_worker_that_refuses_a_file_stops_the_stage(demo_copy: Path) -> None:
    path = "data/classifiers/vae/seed0/rf.skops"
    (demo_copy / path).unlink()
    (demo_copy / path).write_bytes(b"damaged")
    done = run(demo_copy, "python", "stages/evaluate.py", PYTHONPATH="src", AEFLOW_JOBS="2")
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1].startswith(f"error: {path}: damaged, ")
    assert "Traceback" not in done.stderr
