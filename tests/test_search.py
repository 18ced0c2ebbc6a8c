"""`make search` on the demo data: trials as experiments, a study that processes share, kills."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import optuna
import pandas as pd
import pytest
from conftest import run, succeed
from experiment_helpers import (
    METRICS,
    background,
    finish,
    kill_group,
    names,
    processes,
    read,
    wait_for,
    with_inputs,
    write_settings,
)
from optuna.storages import JournalStorage
from optuna.storages.journal import JournalFileBackend
from optuna.trial import FrozenTrial, TrialState

from aeflow.base.files import read_yaml

COMMAND = ("python", "experiments/search.py", "2")
SPACE: dict[str, Any] = {
    "ae_flow.latent_dim": {"low": 2, "high": 6},
    "ae_flow.learning_rate": {"low": 0.001, "high": 0.1, "log": True},
    "ae_flow.coupling": ["additive", "affine"],
}


def trials(folder: Path) -> list[FrozenTrial]:
    """The trials of the only study."""
    storage = JournalStorage(JournalFileBackend(str(folder / "search/study.journal")))
    (name,) = optuna.get_all_study_names(storage)
    return optuna.load_study(study_name=name, storage=storage).trials


def name_of(folder: Path, trial: FrozenTrial) -> str:
    return next(name for name in names(folder) if name.endswith(f"-{trial.number}"))


@pytest.fixture(scope="module")
def searched(checkout: Callable[[str], Path]) -> Path:
    """A search for three trials: all is killed in its midst, then two processes share the rest, and one is killed."""
    folder = with_inputs(checkout("demo"))
    write_settings(folder, "search.yaml", trials=3, space=SPACE)
    first = background(folder, *COMMAND)
    wait_for(lambda: len(processes(folder, "exec-run")) == 2, first)
    for killed in [first, *processes(folder, "queue-worker")]:
        kill_group(killed.pid)
    finish(first)

    second, third = background(folder, *COMMAND), background(folder, *COMMAND)
    wait_for(lambda: any(trial.state == TrialState.COMPLETE for trial in trials(folder)), second, third)
    second.kill()
    finish(second)
    printed = finish(third)
    assert third.returncode == 0, printed
    return folder


def test_every_trial_is_an_experiment_with_its_settings_and_its_value(searched: Path) -> None:
    found = trials(searched)
    assert [trial.state for trial in found] == [TrialState.COMPLETE] * 3
    assert len(names(searched)) == 3
    for trial in found:
        name = name_of(searched, trial)
        settings = read(searched, "params.yaml", name)["ae_flow"]
        assert {f"ae_flow.{key.rpartition('.')[2]}": settings[key.rpartition(".")[2]] for key in SPACE} == trial.params
        assert trial.value == read(searched, METRICS, name)["macro_recall"]
        assert 2 <= trial.params["ae_flow.latent_dim"] <= 6
        assert 0.001 <= trial.params["ae_flow.learning_rate"] <= 0.1
        assert trial.params["ae_flow.coupling"] in SPACE["ae_flow.coupling"]


def test_the_best_is_applied_with_dvc(searched: Path) -> None:
    best = max(trials(searched), key=lambda trial: trial.value or 0)
    table = pd.read_csv(searched / "search/table.csv")
    assert table["macro_recall"][0] == best.value
    assert succeed(searched, "git", "diff", "params.yaml") == ""
    # It also complains that the stages after the target have no results here.
    run(searched, "dvc", "exp", "apply", table["experiment"][0])
    assert read_yaml(searched / "params.yaml")["ae_flow"]["latent_dim"] == table["ae_flow.latent_dim"][0]
    assert read_yaml(searched / METRICS)["macro_recall"] == best.value
    succeed(searched, "git", "checkout", "params.yaml", "dvc.lock")
    (searched / METRICS).unlink()


def test_more_trials_go_on_with_the_study(searched: Path) -> None:
    before = {trial.number: trial.value for trial in trials(searched)}
    write_settings(searched, "search.yaml", trials=4, space=SPACE)
    done = run(searched, *COMMAND, PYTHONPATH="src")
    assert done.returncode == 0, done.stderr
    assert len(re.findall(r"^search-\w+-3 \(", done.stdout, re.MULTILINE)) == 1
    after = {trial.number: trial.value for trial in trials(searched)}
    assert after.keys() == before.keys() | {3}
    assert before.items() <= after.items()
    assert len(names(searched)) == 4


def test_no_test_set_is_open_to_the_objective(searched: Path) -> None:
    """The metric is an output of a stage that, like all before it but fetch, depends on the training set alone."""
    lock = read(searched, "dvc.lock", names(searched)[0])["stages"]
    assert METRICS in [out["path"] for out in lock["decide@ae_flow"]["outs"]]
    for stage in ("encode", "decide@ae_flow"):
        data = {dep["path"] for dep in lock[stage]["deps"] if dep["path"].startswith("data/")}
        assert data <= {"data/raw/train.txt", "data/encoded/encoder.json"}


def test_a_bad_space_is_one_line(searched: Path) -> None:
    write_settings(searched, "search.yaml", trials=4, space={"ae_flow.noise": {"low": 1.0, "high": 0.5}})
    done = run(searched, *COMMAND, PYTHONPATH="src")
    assert done.returncode == 1
    assert done.stderr.startswith("error: experiments/search.yaml: space.ae_flow.noise: low is above high")
    assert len(done.stderr.splitlines()) == 1
