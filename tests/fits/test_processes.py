"""What comes out of another process is the same, and a process imports only what it needs."""

import hashlib
import pickle
import subprocess
import sys
from functools import partial
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import pytest
from conftest import ROOT

from aeflow import AEFlowDetector
from nids.balance.training_set import Rows
from nids.data.encoder import Encoder
from nids.detect import Options
from nids.detect.density import Density
from nids.detect.train import train

# One after the other, in one process: what it imports takes seconds.
IMPORTS: dict[str, set[str]] = {
    "import aeflow; dir(aeflow)": set(),
    "from aeflow import DensityUnderSampler, OneSidedSelection": {"numpy", "pandas", "sklearn"},
    # Importing torch would take longer than most samplers do that train nothing.
    "from nids.balance.synthesise import synthesise": {"numpy", "pandas", "sklearn"},
    """
from imblearn.over_sampling import SMOTE
from nids.balance.report import report
report(SMOTE())
""": {"numpy", "pandas", "sklearn"},
    # It scores without torch.
    "from aeflow import AEFlowDetector": {"numpy", "pandas", "sklearn"},
    "from aeflow import AEFlowSampler": {"numpy", "pandas", "sklearn", "torch"},
}
PROGRAM = """
import pickle, sys
sys.path[:0] = ["src", "tests"]
imports, fit = pickle.load(sys.stdin.buffer)
brought = []
for program in imports:
    exec(program, {})
    brought.append({"numpy", "pandas", "sklearn", "torch"} & set(sys.modules))
junk = [object() for _ in range(54321)]
from fits.test_processes import forest
sys.stdout.buffer.write(pickle.dumps((brought, forest(), pickle.loads(fit)())))
"""


class There(NamedTuple):
    """What another process gives back, and the fit that it was given."""

    brought: list[set[str]]
    forest: str
    rows: pd.DataFrame
    fit: partial


def forest() -> str:
    """Return the hash of a stored random forest on three classes that overlap."""
    labels = np.repeat([0, 1, 2], 60)
    features = np.random.default_rng(0).normal(labels[:, None], 0.8, size=(180, 4))
    encoder = Encoder(dict.fromkeys("abcd", "number"), {}, np.zeros(4), np.ones(4))
    options = Options(categorical="label", lr_max_iter=100, colsample_bytree=0.5)
    density = Density(AEFlowDetector(), encoder)  # a forest does not see it
    content, _, _ = train("rf", Rows(features, labels), density, options, False, features, 0)
    return hashlib.sha256(content).hexdigest()


@pytest.fixture(scope="module")
def there() -> There:
    from aeflow import AEFlowSampler

    rng = np.random.default_rng(0)
    X = pd.DataFrame({"service": rng.choice(["http", "smtp"], 60), "count": rng.poisson(4, 60)})
    y = np.where(np.arange(60) < 15, "attack", "normal")
    settings: dict[str, Any] = {"max_epochs": 2, "hidden": (8,), "random_state": 0}
    fit = partial(AEFlowSampler(**settings).fit_resample, X, y)
    given = pickle.dumps(([*IMPORTS], pickle.dumps(fit)))
    brought, of_forest, (rows, _) = pickle.loads(
        subprocess.check_output([sys.executable, "-c", PROGRAM], cwd=ROOT, input=given)
    )
    return There(brought, of_forest, rows, fit)


def test_stored_bytes_are_the_same_in_another_process(there: There) -> None:
    """skops names arrays by their address in memory, which differs between processes."""
    assert there.forest == forest()


@pytest.mark.filterwarnings("ignore::aeflow.errors.CollapseWarning")
def test_a_worker_process_gives_the_same_rows(there: There) -> None:
    here, _ = there.fit()
    pd.testing.assert_frame_equal(here, there.rows)


def test_each_import_brings_only_what_it_needs(there: There) -> None:
    assert dict(zip(IMPORTS, there.brought, strict=True)) == IMPORTS
