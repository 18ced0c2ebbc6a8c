"""Stages as processes: what they import, and what they say where nothing has been made."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import ROOT, run


@pytest.mark.parametrize("stage", ["figures", "evidence/figures"])
def test_drawing_needs_neither_torch_nor_scikit_learn(stage: str) -> None:
    program = (
        f"import runpy, sys; runpy.run_path({str(ROOT / 'stages' / stage)!r} + '.py', run_name='stage'); "
        "print(*{'torch', 'sklearn', 'xgboost', 'dvc'} & set(sys.modules))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        env={"PYTHONPATH": str(ROOT / "src")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.stdout, done.stderr) == ("\n", "")


@pytest.mark.parametrize(
    ("stage", "unwanted"),
    [("report", "torch sklearn scipy matplotlib"), ("evidence/report", "torch sklearn matplotlib")],
)
def test_the_stage_says_what_is_missing_and_imports_no_more_than_it_needs(
    tmp_path: Path, stage: str, unwanted: str
) -> None:
    shutil.copy(ROOT / "params.yaml", tmp_path)
    shutil.copytree(ROOT / "datasets", tmp_path / "datasets")
    code = (
        "import atexit, runpy, sys\n"
        "atexit.register(lambda: print(*sys.modules))\n"
        f"runpy.run_path({str(ROOT / 'stages' / stage) + '.py'!r}, run_name='__main__')"
    )
    done = run(tmp_path, "python", "-c", code, PYTHONPATH=str(ROOT / "src"))
    assert done.returncode == 1
    assert re.fullmatch(r"error: .*: no such file; run `dvc repro` to make it\n", done.stderr)
    assert not set(unwanted.split()) & set(done.stdout.split())
