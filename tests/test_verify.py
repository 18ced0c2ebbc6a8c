"""`make verify` on a small part of the demo run, committed as it is and then changed."""

import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from conftest import run, succeed

SCRIPT = "experiments/verify.py"


@pytest.fixture(scope="module")
def run_once(checkout: Callable[[str], Path]) -> Path:
    folder = checkout("demo")
    succeed(folder, "dvc", "repro", "encode")
    _commit(folder)
    return folder


@pytest.fixture
def committed(run_once: Path, tmp_path: Path) -> Path:
    """A repository in which two stages have run, with their dvc.lock committed."""
    return Path(shutil.copytree(run_once, tmp_path / "aeflow", symlinks=True))


def _commit(folder: Path) -> None:
    succeed(folder, "git", "commit", "--all", "--quiet", "--message", "run")


def _verify(folder: Path, *stages: str) -> subprocess.CompletedProcess[str]:
    return run(folder, sys.executable, SCRIPT, *stages, PYTHONPATH="src")


def _change(folder: Path, by: float) -> None:
    """Commit another version of an output, as another machine might have made it."""
    path = folder / "data/encoded/train.parquet"
    frame = pd.read_parquet(path)
    path.unlink()  # a link into DVC's cache may be read-only
    frame.assign(duration=frame["duration"] + by).to_parquet(path, index=False)
    succeed(folder, "dvc", "commit", "--force", "encode")
    _commit(folder)


def _rows(output: str) -> dict[str, list[str]]:
    """Return the cells of each row of the table that ends the output."""
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in output.splitlines() if line[:1] == "|"]
    return {row[0]: row[1:] for row in rows}


def test_what_comes_out_the_same_is_said_so(committed: Path) -> None:
    before = (committed / "dvc.lock").read_bytes()
    done = _verify(committed, "encode")
    assert done.returncode == 0, done.stderr
    rows = _rows(done.stdout)
    assert rows["stage"] == ["same hash", "within 1e-06", "different", "largest difference"]
    assert rows["fetch"] == ["3", "", "", ""]
    assert rows["encode"] == ["2", "", "", ""]
    assert set(rows) == {"stage", "fetch", "encode"} | {key for key in rows if key.startswith(":")}
    assert done.stdout.endswith("\nAll outputs, at worst: same hash.\n")
    assert (committed / "dvc.lock").read_bytes() == before


@pytest.mark.parametrize(
    ("by", "code", "cells"),
    [
        (1e-9, 0, ["1", "1", "", "1e-09"]),
        (0.5, 1, ["1", "", "1", "0.5"]),
    ],
    ids=["rounding", "numbers"],
)
def test_what_differs_is_told_by_how_much(committed: Path, by: float, code: int, cells: list[str]) -> None:
    _change(committed, by)
    done = _verify(committed, "encode")
    found = _rows(done.stdout)["encode"]
    assert found[:3] == cells[:3]
    assert float(cells[3]) / 1000 < float(found[3]) <= float(cells[3])
    assert done.returncode == code


def test_a_pipeline_that_fails_is_one_line(committed: Path) -> None:
    text = (committed / "params.yaml").read_text()
    (committed / "params.yaml").write_text(text.replace("folder: data/demo", "folder: data/none"))
    _commit(committed)
    done = _verify(committed, "encode")
    assert done.returncode == 1
    assert done.stderr.endswith("error: the pipeline failed in a clone of the last commit; its message is above\n")
    assert "Traceback" not in done.stderr


def test_a_committed_file_that_is_nowhere_is_asked_for(committed: Path) -> None:
    _change(committed, 0.5)
    for path in ("data/encoded", ".dvc/cache/files"):
        succeed(committed, "rm", "-r", path)
    done = _verify(committed, "encode")
    assert done.returncode == 1
    assert "not in the cache; run `dvc pull` and try again" in done.stderr
    assert "Traceback" not in done.stderr
