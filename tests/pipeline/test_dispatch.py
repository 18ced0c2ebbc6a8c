"""`make dispatch`: a Dask scheduler, workers in clones of their own, shared remotes, and a worker that is killed."""

import re
import socket
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pytest
from conftest import PATH, quick_path, run, succeed
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
from ruamel.yaml import YAML
from stub import ENCODE, HOLD, PATHS, VALIDATE, after, commit
from tools import dispatch

from aeflow.errors import InputError

ENDED = re.compile(r"^(sweep-\w+) \(latent_dim=(\d)\): (.*)$", re.MULTILINE)
FAILED = re.compile(r"^error: (sweep-\w+) \(latent_dim=-1\): (.*); log: (.*)$", re.MULTILINE)


@dataclass
class Cluster:
    """shared: the folder with origin.git, storage (the DVC remote) and the workers' clones."""

    folder: Path
    shared: Path
    address: str
    workers: list[subprocess.Popen[str]]

    @property
    def command(self) -> tuple[str, ...]:
        return "python", "-m", "tools.dispatch", self.address

    def experiments(self) -> dict[str, str]:
        """The experiments in the Git remote: their names, and their commits."""
        listed = succeed(self.shared / "origin.git", "git", "for-each-ref", "refs/exps").splitlines()
        return {line.rpartition("/")[2]: line.split()[0] for line in listed}

    def has_data_of(self, commit: str) -> bool:
        """Whether the DVC remote has the metric of an experiment."""
        lock = YAML(typ="safe").load(succeed(self.shared / "origin.git", "git", "show", f"{commit}:evidence/dvc.lock"))
        (md5,) = [out["md5"] for out in lock["stages"]["validate@ae_flow"]["outs"] if out["path"] == METRICS]
        return (self.shared / "storage/files/md5" / md5[:2] / md5[2:]).is_file()


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """A repository with a bare Git remote and a folder as DVC remote, a scheduler and two workers."""
    shared = tmp_path_factory.mktemp("shared")
    folder = after(tmp_path_factory.mktemp("dispatch") / "aeflow", ENCODE)
    write_settings(folder, "sweep.yaml", grid={"ae_flow.latent_dim": [2, 3, -1]})
    succeed(folder, "dvc", "remote", "add", "--default", "storage", str(shared / "storage"))
    commit(folder)
    succeed(shared, "git", "clone", "--quiet", "--bare", str(folder), "origin.git")
    succeed(folder, "git", "remote", "add", "origin", str(shared / "origin.git"))
    hold = shared / "hold"
    hold.touch()
    with socket.create_server(("127.0.0.1", 0)) as server:
        address = f"tcp://127.0.0.1:{server.getsockname()[1]}"
    local = ("--host", "127.0.0.1", "--no-dashboard")
    scheduler = background(shared, "dask", "scheduler", "--port", address.rpartition(":")[2], *local)
    options = ("--nthreads", "1", "--no-nanny", *local)
    # The first one will be killed: what it starts has to be its own.
    workers = [
        background(
            shared, "dask", "worker", address, *options, "--local-directory", name, **{HOLD: str(hold), "PATH": path}
        )
        for name, path in (("worker-1", PATH), ("worker-2", quick_path()))
    ]
    yield Cluster(folder, shared, address, workers)
    for process in (*workers, scheduler):
        process.terminate()
        finish(process)


def test_every_point_ends_once_though_a_worker_is_killed(cluster: Cluster) -> None:
    process = background(cluster.folder, *cluster.command)
    wait_for(lambda: len(processes(cluster.shared, "validate")) == 2, process)
    kill_group(cluster.workers[0].pid)
    (cluster.shared / "hold").unlink()
    seen: dict[str, str] = {}
    while process.poll() is None:
        for name, revision in cluster.experiments().items() - seen.items():
            assert cluster.has_data_of(revision), "a name is there before its data"
            seen[name] = revision
        time.sleep(0.1)
    printed = finish(process)
    assert process.returncode == 1, printed

    ended, failed = ENDED.findall(printed), FAILED.findall(printed)
    assert sorted(value for _, value, _ in ended) == ["2", "3"]
    assert "Traceback" not in printed
    ((name, reason, log),) = failed
    assert reason == f"stage {VALIDATE}: params.yaml: ae_flow.latent_dim: Input should be greater than 0, found -1"
    assert name in log
    assert "found -1" in (cluster.folder / log).read_text()

    there = {name for name, *_ in ended}
    assert set(cluster.experiments()) == set(seen) == set(names(cluster.folder)) == there
    table = pd.read_csv(cluster.folder / "sweep/table.csv").set_index("experiment")
    assert set(table.index) == there
    for name, _, _ in ended:
        assert read(cluster.folder, METRICS, name)["validation"]["ae_flow"] == table.loc[name, "validation"]


def test_what_is_there_does_not_run_again(cluster: Cluster) -> None:
    before = cluster.experiments()
    done = run(cluster.folder, *cluster.command, **PATHS)
    assert [end for *_, end in ENDED.findall(done.stdout)] == ["there already"] * 2
    assert cluster.experiments() == before


@pytest.mark.parametrize(
    ("address", "change", "message"),
    [
        ("", "", "which Dask scheduler"),
        ("tcp://127.0.0.1:1", "", "no Dask scheduler answers at 'tcp://127.0.0.1:1'"),
        ("tcp://127.0.0.1:1", "echo >> params.yaml", "the workspace has changes"),
        ("tcp://127.0.0.1:1", "git commit --quiet --all --message more", "`origin` does not have commit"),
        ("tcp://127.0.0.1:1", "git remote set-url origin https://user:secret@127.0.0.1:1", "has a password"),
        ("tcp://127.0.0.1:1", "git remote set-url origin https://token@127.0.0.1:1", "has a password"),
        ("tcp://127.0.0.1:1", "git remote set-url origin ssh://user@127.0.0.1:1/x", "git fetch: .*fatal: "),
    ],
)
def test_what_stands_in_the_way_is_one_line(
    cluster: Cluster, monkeypatch: pytest.MonkeyPatch, address: str, change: str, message: str
) -> None:
    monkeypatch.chdir(cluster.folder)
    monkeypatch.setattr(dispatch, "CONNECT_SECONDS", 1)
    succeed(cluster.folder, "sh", "-c", change)
    with pytest.raises(InputError, match=message) as raised:
        dispatch.main(address)
    assert "\n" not in str(raised.value)
