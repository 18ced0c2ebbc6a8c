"""The pipelines on the demo data, in another place."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import change, content, succeed
from tools import addresses

from nids.base.code import code_hash
from nids.base.yaml import read_yaml

# A sampler with torch, scikit-learn's K-means, and all classifiers.
PART = (
    "oversample@ae_flow",
    "undersample",
    "classify@ae_flow",
)
# Scripts with their arguments, one after another in one process, which imports what they share but once.
SCRIPTS = """\
import runpy
import sys

for script in sys.argv[1:]:
    sys.argv = script.split()
    runpy.run_path(sys.argv[0], run_name="__main__")
"""


def test_the_same_bytes_anywhere(
    evidence: Path, checkout: Callable[[str], Path], tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    """With all changed that must not matter: both pipelines with DVC, or what some of their stages run."""
    chaos = request.config.getoption("--chaos")
    folder = tmp_path / "another påth"
    if chaos:
        shutil.move(checkout("demo"), folder)
    else:
        shutil.copytree(evidence, folder, symlinks=True)
    change(folder / "stages/environment.yaml", {"PYTHONHASHSEED=0": "PYTHONHASHSEED=123"})
    elsewhere = {
        "AEFLOW_JOBS": "2" if chaos else "1",  # each worker imports torch
        "OMP_NUM_THREADS": "2",
        "OPENBLAS_CORETYPE": "Nehalem",
        "ATEN_CPU_CAPABILITY": "default",
        "MKL_CBWR": "COMPATIBLE",  # the one branch whose bytes differ from what MKL takes by itself here
        "NPY_DISABLE_CPU_FEATURES": "X86_V3",
        "TZ": "Asia/Kathmandu",
        "LC_ALL": "C",
    }
    locked = addresses.locked(evidence)
    stages = list(locked) if chaos else PART
    made = [out["path"] for stage in stages for out in locked[stage].get("outs", [])]
    if chaos:
        command = ["dvc", "repro", "--all-pipelines"]
    else:
        for path in made:
            shutil.rmtree(folder / path)
        python = read_yaml(folder / "stages/environment.yaml")["python"]
        command = [*python.split(), "-c", SCRIPTS, *(locked[stage]["cmd"].partition(" python ")[2] for stage in PART)]
    host = ["unshare", "--uts", "sh", "-c", 'hostname elsewhere; exec "$@"', "sh"] if os.geteuid() == 0 else []
    succeed(folder, *host, "taskset", "1", *command, **elsewhere)
    assert len(made) >= len(PART)
    # What is changed here is code, and pages and models tell its hash.
    here, there = (code_hash(of).encode() for of in (folder, evidence))
    for path in made:
        found = {name: of_file.replace(here, there) for name, of_file in content(folder / path).items()}
        assert found == content(evidence / path), path
