"""What comes out of another process is the same, and each process imports only what it needs."""

import hashlib
import subprocess
import sys
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from typing import Any

import numpy as np
import pandas as pd
import pytest
from conftest import ROOT

from nids.balance.training_set import Rows
from nids.data.encoder import Encoder
from nids.detect import Options
from nids.detect.train import train


def _forest() -> str:
    """Return the hash of a stored random forest on three classes that overlap."""
    labels = np.repeat([0, 1, 2], 60)
    features = np.random.default_rng(0).normal(labels[:, None], 0.8, size=(180, 4))
    encoder = Encoder(dict.fromkeys("abcd", "number"), {}, np.zeros(4), np.ones(4))
    options = Options(categorical="label", lr_max_iter=100, colsample_bytree=0.5)
    content, _, _ = train("rf", Rows(features, labels), encoder, options, False, features, 0)
    return hashlib.sha256(content).hexdigest()


def _in_another(program: str) -> str:
    start = "import sys; sys.path[:0] = ['src', 'tests']\n"
    return subprocess.check_output([sys.executable, "-c", start + program], cwd=ROOT, text=True).strip()


def test_stored_bytes_are_the_same_in_another_process() -> None:
    """skops names arrays by their address in memory, which differs between processes."""
    junk = "junk = [object() for _ in range(54321)]\n"
    there = _in_another(f"from contract.test_processes import _forest\n{junk}print(_forest())")
    assert there == _forest()


@pytest.mark.filterwarnings("ignore::aeflow.errors.CollapseWarning")
def test_a_worker_process_gives_the_same_rows() -> None:
    from aeflow import AEFlowSampler  # the other tests' processes need no torch

    rng = np.random.default_rng(0)
    X = pd.DataFrame({"service": rng.choice(["http", "smtp"], 60), "count": rng.poisson(4, 60)})
    y = np.where(np.arange(60) < 15, "attack", "normal")
    settings: dict[str, Any] = {"max_epochs": 2, "hidden": (8,), "random_state": 0}
    here, _ = AEFlowSampler(**settings).fit_resample(X, y)
    # spawn: a forked copy of a process that has run torch hangs.
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        there, _ = pool.submit(AEFlowSampler(**settings).fit_resample, X, y).result()
    pd.testing.assert_frame_equal(here, there)


@pytest.mark.parametrize(
    ("line", "heavy"),
    [
        ("import aeflow; dir(aeflow)", set()),
        ("from aeflow import DensityUnderSampler, OneSidedSelection", {"numpy", "pandas", "sklearn"}),
        ("from aeflow import AEFlowSampler", {"numpy", "pandas", "sklearn", "torch"}),
    ],
)
def test_each_import_brings_only_what_it_needs(line: str, heavy: set[str]) -> None:
    program = f"{line}\nprint({{'numpy', 'pandas', 'sklearn', 'torch'}} & set(sys.modules))"
    assert eval(_in_another(program)) == heavy


def test_a_sampler_that_trains_nothing_needs_no_torch() -> None:
    """Importing it would take longer than most of these samplers do."""
    program = """
from imblearn.over_sampling import SMOTE
from nids.balance.report import report
from nids.balance.synthesise import synthesise
report(SMOTE())
print("torch" in sys.modules)
"""
    assert _in_another(program) == "False"
