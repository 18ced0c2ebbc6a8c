"""The pipeline on the demo data, in another place."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import STAGE, succeed

from aeflow.base.files import read_yaml


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
    stages = [] if chaos else ["classify@ae_flow", "decide@smote", "fidelity@smote", "ablation_none"]
    host = ["unshare", "--uts", "sh", "-c", 'hostname elsewhere; exec "$@"', "sh"] if os.geteuid() == 0 else []
    ran = STAGE.findall(succeed(folder, *host, "taskset", "1", "dvc", "repro", *stages, **elsewhere))
    assert set(stages) < set(ran)
    found, expected = (read_yaml(path / "dvc.lock")["stages"] for path in (folder, demo))
    assert {stage: found[stage]["outs"] for stage in ran} == {stage: expected[stage]["outs"] for stage in ran}
