"""`make sweep`: the grid, DVC's queue and killed workers, the table."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from subprocess import CompletedProcess

import pandas as pd
import pytest
from conftest import PATH, ROOT, run, succeed
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
from joblib import cpu_count
from stub import ENCODE, HOLD, PATHS, VALIDATE, after
from tools import addresses, sweep, task_queue
from tools.experiment import Experiment, grid
from tools.runner import Runner
from tools.settings import Search, Sweep
from tqdm import tqdm

from aeflow.errors import InputError
from nids.base.section import load
from nids.base.yaml import read_yaml

COMMAND = ("python", "-m", "tools.sweep", "2")
# A sweep that does not wait a minute before it takes a silent task for lost.
IMPATIENT = "from tools import runner, sweep; runner.SILENT_SECONDS = 15.0; runner.start(sweep.main)"
ENDED = re.compile(r"^(sweep-\w+) \((.*)\): (\d+) ran, (\d+) from the run-cache, (\d+) unchanged$", re.MULTILINE)
STATUS = re.compile(r"(Running|Queued|Failed|Success)$", re.MULTILINE)


@dataclass
class Swept:
    folder: Path
    done: CompletedProcess[str]
    before: list[str]
    after: list[str]


def workspace(folder: Path) -> list[str]:
    """What a user would miss: files, index, branch and stash."""
    commands = ("git status --porcelain", "git diff", "git diff --cached", "git log --oneline", "git stash list")
    return [succeed(folder, *command.split()) for command in commands]


@pytest.fixture(scope="module")
def swept(tmp_path_factory: pytest.TempPathFactory) -> Swept:
    """A sweep over three points, one of them computed before and one bad, from a workspace with changes."""
    folder = after(tmp_path_factory.mktemp("sweep") / "aeflow", ENCODE)
    write_settings(folder, "sweep.yaml", grid={"ae_flow.latent_dim": [2, 3, -1], "kmeans.n_clusters": [5]})
    parameters = folder / "params.yaml"
    changed = parameters.read_text().replace("noise: 0.5 ", "noise: 0.4 ")
    parameters.write_text(changed.replace("latent_dim: 12", "latent_dim: 2").replace("n_clusters: 20", "n_clusters: 5"))
    succeed(folder, "dvc", "repro", "--quiet", VALIDATE)
    (folder / "evidence/dvc.lock").unlink()
    parameters.write_text(changed)
    succeed(folder, "git", "add", "params.yaml")
    parameters.write_text(parameters.read_text() + "# mine\n")
    before = workspace(folder)
    done = run(folder, *COMMAND, **PATHS)
    return Swept(folder, done, before, workspace(folder))


def test_the_committed_settings_are_of_the_real_pipelines() -> None:
    parameters = read_yaml(ROOT / "params.yaml")
    swept, searched = load(ROOT / "tools/sweep.yaml", Sweep), load(ROOT / "tools/search.yaml", Search)
    with Repo(str(ROOT)) as repo:
        stages = addresses.stages(repo)
        for settings in (swept, searched):
            assert ROOT / METRICS in [Path(out.fs_path) for out in stages[settings.target].outs if out.metric]
    for key in (*swept.grid, *searched.space):
        section, _, name = key.partition(".")
        assert name in parameters[section]


def test_every_point_is_an_experiment_with_its_settings(swept: Swept) -> None:
    table = pd.read_csv(swept.folder / "sweep/table.csv").set_index("experiment")
    assert set(table.index) == set(names(swept.folder)) == {name for name, *_ in ENDED.findall(swept.done.stdout)}
    assert sorted(table["ae_flow.latent_dim"]) == [2, 3]
    for name, row in table.iterrows():
        settings = read(swept.folder, "params.yaml", str(name))
        assert settings["ae_flow"]["latent_dim"] == row["ae_flow.latent_dim"]
        assert settings["kmeans"]["n_clusters"] == row["kmeans.n_clusters"] == 5
        assert settings["ae_flow"]["noise"] == 0.4, "the workspace's own change"


def test_the_table_has_both_metrics_of_validation_and_the_best_is_first(swept: Swept) -> None:
    table = pd.read_csv(swept.folder / "sweep/table.csv")
    for row in table.itertuples():
        found = read(swept.folder, METRICS, str(row.experiment))
        assert (row.validation, row.alarms) == (found["validation"]["ae_flow"], found["alarms"]["ae_flow"])
    assert list(table["validation"]) == sorted(table["validation"], reverse=True)
    assert f"dvc exp apply {table['experiment'][0]}" in swept.done.stdout


def test_the_figures_are_there(swept: Swept) -> None:
    for name in ("parallel_coordinates.png", "response.png"):
        assert (swept.folder / "sweep" / name).read_bytes().startswith(b"\x89PNG")


def test_a_failed_point_is_one_line_and_the_others_go_on(swept: Swept) -> None:
    assert swept.done.returncode == 1
    printed = swept.done.stdout + swept.done.stderr
    assert "Traceback" not in printed
    found = re.findall(r"^error: (sweep-\w+) (.*)$", printed, re.MULTILINE)
    assert len(found) == 1
    name, line = found[0]
    assert line == (
        f"(latent_dim=-1, n_clusters=5): stage {VALIDATE}: params.yaml: ae_flow.latent_dim: "
        f"Input should be greater than 0, found -1; log: dvc queue logs {name}"
    )
    assert "found -1" in succeed(swept.folder, "dvc", "queue", "logs", name)
    assert swept.done.stderr.strip().splitlines()[-1].startswith("error: 1 of 3 experiments failed")


def test_only_stages_that_a_value_touches_run_and_none_that_has_run_before(swept: Swept) -> None:
    counts = {settings: found for _, settings, *found in ENDED.findall(swept.done.stdout)}
    assert counts == {"latent_dim=2, n_clusters=5": ["0", "1", "2"], "latent_dim=3, n_clusters=5": ["1", "0", "2"]}
    assert "stages: 1 ran, 1 from the run-cache, 4 unchanged" in swept.done.stdout


def test_the_workspace_is_as_it_was(swept: Swept) -> None:
    assert swept.after == swept.before
    assert "noise: 0.4" in swept.before[2], "staged"
    assert "# mine" in swept.before[1], "not staged"


def test_a_longer_grid_runs_only_what_is_new_and_failed_points_again(
    swept: Swept, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    ran: list[str] = []

    class AllSucceed(Runner):
        def step(self, left: Mapping[str, Experiment]) -> dict[str, bool]:
            ran.extend(str(experiment).partition(" ")[2] for experiment in left.values())
            return dict.fromkeys(left, True)

    monkeypatch.chdir(swept.folder)
    monkeypatch.setattr(sweep, "Runner", AllSucceed)
    write_settings(swept.folder, "sweep.yaml", grid={"ae_flow.latent_dim": [3, 7, -1, 2], "kmeans.n_clusters": [5]})
    settings = load(Path("tools/sweep.yaml"), Sweep)
    assert [task.failed for task in task_queue.tasks().values()].count(True) == 1
    assert sweep.run(grid(settings.grid, settings.fixed, settings.target), settings.target, 2) == 0
    assert "2 of 4 experiments are there already" in capsys.readouterr().out
    assert ran == ["(latent_dim=7, n_clusters=5)", "(latent_dim=-1, n_clusters=5)"]
    assert not any(task.failed for task in task_queue.tasks().values()), "what failed is out of the way"


def test_killed_workers_and_a_killed_sweep_lose_no_point(swept: Swept, tmp_path: Path) -> None:
    folder, before = swept.folder, set(names(swept.folder))
    hold = tmp_path / "hold"
    hold.touch()
    write_settings(folder, "sweep.yaml", grid={"ae_flow.latent_dim": [4, 5], "kmeans.n_clusters": [5]})

    # What is killed with a worker has to be its own.
    first = background(folder, *COMMAND, **{HOLD: str(hold), "PATH": PATH})
    wait_for(lambda: len(processes(folder, "exec-run")) == 2, first)
    share = str(max(1, cpu_count() // 2))
    assert {process.environ()["AEFLOW_JOBS"] for process in processes(folder, "exec-run")} == {share}
    first.kill()
    one, other = processes(folder, "queue-worker")
    one.kill()  # its experiment's process goes on, and nobody collects the result
    kill_group(other.pid)
    finish(first)
    wait_for(lambda: len(processes(folder, "exec-run")) == 1)
    # What DVC says of it, for good.
    assert STATUS.findall(succeed(folder, "dvc", "queue", "status")).count("Running") == 2
    # What a kill leaves that comes while DVC writes it.
    (folder / ".dvc/tmp/exps/rwlock").write_text("")

    hold.unlink()
    second = background(folder, "python", "-c", IMPATIENT, "2")
    printed = finish(second)
    assert second.returncode == 0, printed
    assert len(ENDED.findall(printed)) == 2
    assert printed.count("has lost its worker and runs again") == 2
    assert len(set(names(folder)) - before) == len(names(folder)) - len(before) == 2
    assert len(pd.read_csv(folder / "sweep/table.csv")) == 2
    # Nothing is left: no worker, no task, no folder of an experiment.
    wait_for(lambda: not processes(folder, "queue-worker"))
    assert not {"Running", "Queued"} & set(STATUS.findall(succeed(folder, "dvc", "queue", "status")))
    assert not list((folder / ".dvc/tmp/exps").glob("tmp*"))


def test_nothing_is_put_into_the_queue_after_a_change(swept: Swept, monkeypatch: pytest.MonkeyPatch) -> None:
    """It would run with the change, under the name of what is without."""
    monkeypatch.chdir(swept.folder)
    runner = Runner(VALIDATE, 2, tqdm(disable=True))
    ignored = swept.folder / ".gitignore"
    text = ignored.read_text()
    ignored.write_text(text + "\n")
    queued = task_queue.tasks()
    with pytest.raises(InputError, match="the workspace has changed"):
        runner.step({"sweep-new": Experiment("sweep-new", {"kmeans.n_clusters": 5}, {})})
    assert task_queue.tasks() == queued
    ignored.write_text(text)


def test_a_key_that_is_not_there_is_one_line(swept: Swept, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(swept.folder)
    with pytest.raises(InputError, match=r"cannot be queued: .*latent_dimension") as raised:
        task_queue.put(Experiment("sweep-bad", {"ae_flow.latent_dimension": 2}, {}), VALIDATE)
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"grid": {"ae_flow.latent_dim": []}}, r"sweep\.yaml: grid\.ae_flow\.latent_dim: .* at least 1 item"),
        ({"grid": {"kmeans.n_clusters": [5]}, "seed": 0}, r"sweep\.yaml: seed: unknown key; known are "),
        ({}, r"sweep\.yaml: grid: Field required"),
    ],
)
def test_a_bad_grid_is_one_line(tmp_path: Path, settings: dict[str, object], message: str) -> None:
    write_settings(tmp_path, "sweep.yaml", **settings)
    with pytest.raises(InputError, match=message):
        load(tmp_path / "tools/sweep.yaml", Sweep)
