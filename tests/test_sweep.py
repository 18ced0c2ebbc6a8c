"""`make sweep` on the demo data: the grid, DVC's queue and killed workers, the table."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from subprocess import CompletedProcess

import pandas as pd
import pytest
from conftest import run, succeed
from experiment import Experiment
from experiment_helpers import (
    TARGET,
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
from joblib import cpu_count
from runner import Runner
from tqdm import tqdm

from aeflow.base.errors import InputError
from aeflow.evidence.methods import MAIN

COMMAND = ("python", "experiments/sweep.py", "2")
ENDED = re.compile(r"^(sweep-\w+) \((.*)\): (\d+) ran, (\d+) from the run-cache, (\d+) unchanged$", re.MULTILINE)
STATUS = re.compile(r"(Running|Queued|Failed|Success)$", re.MULTILINE)


@dataclass
class Swept:
    folder: Path
    done: CompletedProcess[str]
    before: list[str]
    after: list[str]


def sweep(folder: Path) -> CompletedProcess[str]:
    return run(folder, *COMMAND, PYTHONPATH="src")


def workspace(folder: Path) -> list[str]:
    """What a user would miss: files, index, branch and stash."""
    commands = ("git status --porcelain", "git diff", "git diff --cached", "git log --oneline", "git stash list")
    return [succeed(folder, *command.split()) for command in commands]


@pytest.fixture(scope="module")
def swept(checkout: Callable[[str], Path]) -> Swept:
    """A sweep over three points, one of them bad, from a workspace with staged and other changes."""
    folder = with_inputs(checkout("demo"))
    write_settings(folder, "sweep.yaml", grid={"ae_flow.latent_dim": [2, 3, -1], "kmeans.n_clusters": [5]})
    parameters = folder / "params.yaml"
    parameters.write_text(parameters.read_text().replace("noise: 0.5 ", "noise: 0.4 "))
    succeed(folder, "git", "add", "params.yaml")
    parameters.write_text(parameters.read_text() + "# mine\n")
    before = workspace(folder)
    done = sweep(folder)
    return Swept(folder, done, before, workspace(folder))


def test_every_point_is_an_experiment_with_its_settings(swept: Swept) -> None:
    table = pd.read_csv(swept.folder / "sweep/table.csv").set_index("experiment")
    assert set(table.index) == set(names(swept.folder)) == {name for name, *_ in ENDED.findall(swept.done.stdout)}
    assert sorted(table["ae_flow.latent_dim"]) == [2, 3]
    for name, row in table.iterrows():
        settings = read(swept.folder, "params.yaml", str(name))
        assert settings["ae_flow"]["latent_dim"] == row["ae_flow.latent_dim"]
        assert settings["kmeans"]["n_clusters"] == row["kmeans.n_clusters"] == 5
        assert settings["ae_flow"]["noise"] == 0.4, "the workspace's own change"


def test_the_objective_is_the_macro_recall_in_validation(swept: Swept) -> None:
    table = pd.read_csv(swept.folder / "sweep/table.csv")
    classifier, rule = MAIN
    for row in table.itertuples():
        decision = read(swept.folder, "data/decision/ae_flow.json", str(row.experiment))[classifier]
        assert row.macro_recall == decision["macro_recall"][rule]
        assert row.false_alarm_rate == decision["false_alarm_rate"][rule]
    assert list(table["macro_recall"]) == sorted(table["macro_recall"], reverse=True)
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
        "(latent_dim=-1, n_clusters=5): stage decide@ae_flow: params.yaml: ae_flow.latent_dim: "
        f"Input should be greater than 0, found -1; log: dvc queue logs {name}"
    )
    assert "found -1" in succeed(swept.folder, "dvc", "queue", "logs", name)
    assert swept.done.stderr.strip().splitlines()[-1].startswith("error: 1 of 3 experiments failed")


def test_only_stages_that_a_value_touches_run(swept: Swept) -> None:
    assert [counts for _, _, *counts in ENDED.findall(swept.done.stdout)] == [["1", "0", "2"]] * 2
    assert "stages: 2 ran, 0 from the run-cache, 4 unchanged" in swept.done.stdout


def test_the_workspace_is_as_it_was(swept: Swept) -> None:
    assert swept.after == swept.before
    assert "noise: 0.4" in swept.before[2], "staged"
    assert "# mine" in swept.before[1], "not staged"


def test_a_longer_grid_runs_only_what_is_new_and_failed_points_again(swept: Swept) -> None:
    before = names(swept.folder)
    write_settings(swept.folder, "sweep.yaml", grid={"ae_flow.latent_dim": [3, -1, 2], "kmeans.n_clusters": [5]})
    done = sweep(swept.folder)
    assert "2 of 3 experiments are there already" in done.stdout
    assert done.stdout.count("error: sweep-") == 1
    assert names(swept.folder) == before


def test_what_other_experiments_have_computed_comes_from_the_run_cache(swept: Swept) -> None:
    """A changed README.md makes them new experiments, but touches no stage."""
    readme, before = swept.folder / "README.md", names(swept.folder)
    text = readme.read_text()
    readme.write_text(text + "\n")
    write_settings(swept.folder, "sweep.yaml", grid={"ae_flow.latent_dim": [2], "kmeans.n_clusters": [5]})
    done = sweep(swept.folder)
    readme.write_text(text)
    assert done.returncode == 0
    assert "stages: 0 ran, 1 from the run-cache, 2 unchanged" in done.stdout
    assert len(names(swept.folder)) == len(before) + 1


def test_killed_workers_and_a_killed_sweep_lose_no_point(swept: Swept) -> None:
    folder, before = swept.folder, set(names(swept.folder))
    write_settings(folder, "sweep.yaml", grid={"ae_flow.latent_dim": [4, 5], "kmeans.n_clusters": [5]})

    first = background(folder, *COMMAND)
    wait_for(lambda: len(processes(folder, "exec-run")) == 2, first)
    share = str(max(1, cpu_count() // 2))
    assert {process.environ()["AEFLOW_JOBS"] for process in processes(folder, "exec-run")} == {share}
    first.kill()
    for worker in processes(folder, "queue-worker"):
        kill_group(worker.pid)
    finish(first)
    wait_for(lambda: not processes(folder, "exec-run"))
    # What DVC says of it, for good.
    assert STATUS.findall(succeed(folder, "dvc", "queue", "status")).count("Running") == 2
    # What a kill leaves that comes while DVC writes it.
    (folder / ".dvc/tmp/exps/rwlock").write_text("")

    second = background(folder, *COMMAND)
    wait_for(lambda: len(processes(folder, "exec-run")) == 2, second)
    one, other = processes(folder, "queue-worker")
    one.kill()  # its experiment's process goes on, and nobody collects the result
    kill_group(other.pid)
    printed = finish(second)
    assert second.returncode == 0, printed
    assert len(ENDED.findall(printed)) == 2
    assert printed.count("has lost its worker and runs again") == 4
    assert len(set(names(folder)) - before) == len(names(folder)) - len(before) == 2
    assert len(pd.read_csv(folder / "sweep/table.csv")) == 2
    # Nothing is left: no worker, no task, no folder of an experiment.
    wait_for(lambda: not processes(folder, "queue-worker"))
    assert not {"Running", "Queued"} & set(STATUS.findall(succeed(folder, "dvc", "queue", "status")))
    assert not list((folder / ".dvc/tmp/exps").glob("tmp*"))


def test_nothing_is_put_into_the_queue_after_a_change(swept: Swept, monkeypatch: pytest.MonkeyPatch) -> None:
    """It would run with the change, under the name of what is without."""
    monkeypatch.chdir(swept.folder)
    runner = Runner(TARGET, 2, tqdm(disable=True))
    with (swept.folder / "README.md").open("a") as readme:
        readme.write("changed\n")
    queued = succeed(swept.folder, "dvc", "queue", "status")
    with pytest.raises(InputError, match="the workspace has changed"):
        runner.step({"sweep-new": Experiment("sweep-new", {"kmeans.n_clusters": 5}, {})})
    assert succeed(swept.folder, "dvc", "queue", "status") == queued
    succeed(swept.folder, "git", "checkout", "README.md")


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"grid": {"ae_flow.latent_dimension": [2]}}, "cannot be queued: .*latent_dimension"),
        (
            {"grid": {"ae_flow.latent_dim": []}},
            r"experiments/sweep\.yaml: grid\.ae_flow\.latent_dim: .* at least 1 item",
        ),
        ({"grid": {"kmeans.n_clusters": [5]}, "seed": 0}, r"experiments/sweep\.yaml: seed: Extra inputs .*"),
        ({}, r"experiments/sweep\.yaml: grid: Field required"),
    ],
)
def test_a_bad_grid_is_one_line(swept: Swept, settings: dict[str, object], message: str) -> None:
    write_settings(swept.folder, "sweep.yaml", **settings)
    done = sweep(swept.folder)
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    last = done.stderr.strip().splitlines()[-1]
    assert re.match(f"error: .*{message}", last), last
