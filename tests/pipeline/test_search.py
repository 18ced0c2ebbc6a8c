"""`make search`: trials as experiments, a study that processes share, kills."""

from pathlib import Path
from typing import Any

import optuna
import pandas as pd
import pytest
from conftest import PATH, ROOT, succeed
from dvc.repo import Repo
from experiment_helpers import (
    METRICS,
    background,
    finish,
    kill_group,
    names,
    processes,
    read,
    wait_for,
    write_settings,
)
from optuna.storages import JournalStorage
from optuna.storages.journal import JournalFileBackend
from optuna.trial import FrozenTrial, TrialState
from stub import ENCODE, HOLD, after
from tools import addresses
from tools.settings import Search
from tools.study import Study

from aeflow.errors import InputError
from nids.base.files import read_json
from nids.base.section import load
from nids.base.yaml import read_yaml

COMMAND = ("python", "-m", "tools.search", "2")
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
def searched(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A search for three trials: all is killed in its midst, then two processes share the rest, and one is killed."""
    folder = after(tmp_path_factory.mktemp("search") / "aeflow", ENCODE, "evidence/dvc.yaml:validate@baselines")
    write_settings(folder, "search.yaml", trials=3, space=SPACE)
    hold = folder.parent / "hold"
    hold.touch()
    # What is killed with a worker has to be its own.
    first = background(folder, *COMMAND, **{HOLD: str(hold), "PATH": PATH})
    wait_for(lambda: len(processes(folder, "exec-run")) == 2, first)
    for killed in [first, *processes(folder, "queue-worker")]:
        kill_group(killed.pid)
    finish(first)
    hold.unlink()

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
        assert trial.value == read(searched, METRICS, name)["validation"]["ae_flow"]
        assert 2 <= trial.params["ae_flow.latent_dim"] <= 6
        assert 0.001 <= trial.params["ae_flow.learning_rate"] <= 0.1
        assert trial.params["ae_flow.coupling"] in SPACE["ae_flow.coupling"]


def test_the_best_is_applied_with_dvc(searched: Path) -> None:
    best = max(trials(searched), key=lambda trial: trial.value or 0)
    table = pd.read_csv(searched / "search/table.csv")
    assert table["validation"][0] == best.value
    assert succeed(searched, "git", "diff", "params.yaml") == ""
    succeed(searched, "dvc", "exp", "apply", table["experiment"][0])
    assert read_yaml(searched / "params.yaml")["ae_flow"]["latent_dim"] == table["ae_flow.latent_dim"][0]
    assert read_json(searched / METRICS)["validation"]["ae_flow"] == best.value
    # What it has changed: the settings, and the lock of the one stage that ran.
    succeed(searched, "git", "checkout", "params.yaml", "evidence/dvc.lock")
    (searched / METRICS).unlink()


def test_more_trials_go_on_with_the_study(searched: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(searched)
    before = {trial.number: trial.value for trial in trials(searched)}
    write_settings(searched, "search.yaml", trials=4, space=SPACE)
    study = Study(load(Path("tools/search.yaml"), Search), Path("search/study.journal"))
    study.ask(2)
    (name,) = study.running()
    assert name.endswith("-3")
    assert {experiment.name for experiment in study.ended()} == set(names(searched))
    study.tell(name, None)
    study.ask(2)
    assert not study.running(), "all four are there"
    assert {trial.number: trial.value for trial in trials(searched)} == before | {3: None}


def test_no_test_label_is_open_to_the_objective() -> None:
    """The metric is an output of a stage that, like all before it but fetch and encode, depends on no answers."""
    target = load(ROOT / "tools/search.yaml", Search).target
    with Repo(str(ROOT)) as repo:
        stage = addresses.stages(repo)[target]
        data = {dep.def_path for dep in stage.deps if dep.def_path.startswith("data/")}
        assert METRICS in [out.def_path for out in stage.outs]
    assert "data/encoded" in data
    assert not data & {"data/raw", "data/test_labels.parquet", "data/test_sets.json", "data/account.json"}


def test_a_bad_space_is_one_line(tmp_path: Path) -> None:
    write_settings(tmp_path, "search.yaml", trials=4, space={"ae_flow.noise": {"low": 1.0, "high": 0.5}})
    with pytest.raises(InputError, match=r"search\.yaml: space\.ae_flow\.noise: low is above high") as raised:
        load(tmp_path / "tools/search.yaml", Search)
    assert "\n" not in str(raised.value)
