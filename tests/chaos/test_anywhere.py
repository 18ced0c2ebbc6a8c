"""The pipelines on the demo data, in another place."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import STAGE, succeed
from tools import addresses

# A sampler with torch, scikit-learn's K-means, and all classifiers.
PART = (
    "oversample@ae_flow",
    "undersample",
    "classify@ae_flow",
)


def test_the_same_bytes_anywhere(
    evidence: Path, checkout: Callable[[str], Path], tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    """With all changed that must not matter: both pipelines, or some of their stages."""
    chaos = request.config.getoption("--chaos")
    folder = tmp_path / "another påth"
    if chaos:
        shutil.move(checkout("demo"), folder)
    else:
        shutil.copytree(evidence, folder, symlinks=True)
    environment = folder / "stages/environment.yaml"
    text = environment.read_text()
    assert "PYTHONHASHSEED=0" in text
    environment.write_text(text.replace("PYTHONHASHSEED=0", "PYTHONHASHSEED=123"))
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
    stages = ["--all-pipelines"] if chaos else ["--force", "--single-item", "--no-run-cache", *PART]
    host = ["unshare", "--uts", "sh", "-c", 'hostname elsewhere; exec "$@"', "sh"] if os.geteuid() == 0 else []
    ran = STAGE.findall(succeed(folder, *host, "taskset", "1", "dvc", "repro", *stages, **elsewhere))
    found, expected = addresses.locked(folder), addresses.locked(evidence)
    assert set(ran) == (set(expected) if chaos else set(PART))
    assert {stage: found[stage]["outs"] for stage in ran} == {stage: expected[stage]["outs"] for stage in ran}
