"""Fits of a stage on a Dask cluster: the same bytes, and no worker that would compute something else."""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from conftest import ROOT, content, run
from distributed import Client

from aeflow.errors import InputError
from nids.base.cluster import PINNED
from nids.base.parallel import SCHEDULER_VARIABLE, in_parallel
from nids.base.yaml import read_yaml

PINS = dict(re.findall(r"([A-Z_0-9]+)=(\S+)", read_yaml(ROOT / "stages/environment.yaml")["python"]))


@contextmanager
def process(*command: str, folder: Path = ROOT, **variables: str) -> Iterator[None]:
    environment = {**os.environ, **PINS, "PYTHONPATH": str(folder / "src"), **variables}
    with subprocess.Popen(
        [sys.executable, "-m", "dask", *command],
        cwd=folder,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as started:
        try:
            yield
        finally:
            started.terminate()


@contextmanager
def worker(address: str, folder: Path = ROOT, threads: str = "1", **variables: str) -> Iterator[None]:
    """A worker that the scheduler at ``address`` knows of; at the end it is forgotten."""
    with Client(address, timeout=60, set_as_default=False) as client:
        before = len(client.scheduler_info()["workers"])
        options = ["--nthreads", threads, "--no-dashboard", "--no-nanny"]
        with process("worker", address, *options, folder=folder, **variables):
            client.wait_for_workers(before + 1, timeout=60)
            yield
        end = time.monotonic() + 60
        while len(client.scheduler_info()["workers"]) > before:
            assert time.monotonic() < end
            time.sleep(0.1)


@pytest.fixture(scope="module")
def scheduler() -> Iterator[str]:
    """The address of a scheduler without workers."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with process("scheduler", "--host", "127.0.0.1", "--port", str(port), "--no-dashboard"):
        yield f"127.0.0.1:{port}"


@pytest.fixture
def pinned(scheduler: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """This process as a stage that shares its fits out to the scheduler."""
    for name, value in {**PINS, SCHEDULER_VARIABLE: scheduler}.items():
        monkeypatch.setenv(name, value)
    return scheduler


def fits() -> list[None]:
    """As many and as long as it takes for every worker to get one."""
    return in_parallel("time:sleep", [(0.1,)] * 12, progress="test")


def test_the_pins_are_those_of_the_stages() -> None:
    assert set(PINNED) == set(PINS) - {"PYTHONPATH"}
    told = (ROOT / "docs/reproducibility.md").read_text()
    assert all(f" {name}={value} " in told for name, value in PINS.items())


def test_without_a_worker_it_is_one_line(pinned: str) -> None:
    with pytest.raises(InputError, match=f"^scheduler {pinned}: no worker; start some with `dask worker {pinned} "):
        fits()


def test_without_a_scheduler_it_is_one_line(pinned: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(SCHEDULER_VARIABLE, "127.0.0.1:1")
    monkeypatch.setattr("distributed.Client", lambda address, **options: Client(address, **options | {"timeout": 1}))
    with pytest.raises(InputError, match=r"^scheduler 127\.0\.0\.1:1: .*start it with `dask scheduler`, or unset it$"):
        fits()


# A fit that ends its worker, once the scheduler knows of it.
DEADLY = "sleep 1; kill -9 $PPID"


@pytest.fixture(params=[signal.default_int_handler, signal.SIG_IGN], ids=["taken", "ignored"])
def interrupts(request: pytest.FixtureRequest) -> Iterator[Any]:
    """How this process takes SIGINT. What a shell runs in the background ignores it."""
    before = signal.signal(signal.SIGINT, request.param)
    yield request.param
    signal.signal(signal.SIGINT, before)


def test_workers_that_all_die_are_one_line_that_names_the_fits(pinned: str, interrupts: Any) -> None:
    """Dask would wait for others to come."""
    with (
        worker(pinned),
        worker(pinned),
        pytest.raises(
            InputError, match=rf"^test, fit [12] of 2 \({re.escape(DEADLY)}\).*: a worker process died; memory "
        ),
    ):
        in_parallel("os:system", [(DEADLY,)] * 2, progress="test")
    assert signal.getsignal(signal.SIGINT) is interrupts


def test_a_worker_that_dies_with_what_others_need_is_one_line(pinned: str, tmp_path: Path) -> None:
    """Each fit's array is large, so it lies on one worker alone."""
    (tmp_path / "deadly.py").write_text("import os\n\ndef fit(array, command):\n    os.system(command)\n")
    path = os.pathsep.join([str(ROOT / "src"), str(tmp_path)])
    fits = [(np.full(100_000, i), DEADLY if i == 0 else "sleep 1") for i in range(8)]
    with (
        worker(pinned, PYTHONPATH=path),
        worker(pinned, PYTHONPATH=path),
        pytest.raises(InputError, match=r"^test, fit \d of 8.*: a worker process died; memory may have run out"),
    ):
        in_parallel("deadly:fit", fits, progress="test")


def test_a_cluster_gives_the_same_bytes(scheduler: str, demo_copy: Path) -> None:
    made = ("data/synthetic/ae_flow", "data/classifiers/ae_flow", "data/probabilities/ae_flow")
    before = {name: content(demo_copy / name) for name in made}
    for name in made:
        shutil.rmtree(demo_copy / name)
    with worker(scheduler, folder=demo_copy):
        for stage in ("oversample", "classify"):
            variables = {**PINS, SCHEDULER_VARIABLE: scheduler}
            done = run(demo_copy, "python", f"stages/{stage}.py", "ae_flow", **variables)
            assert done.returncode == 0, done.stderr
    assert {name: content(demo_copy / name) for name in made} == before


@pytest.fixture(scope="class")
def right_worker(scheduler: str) -> Iterator[None]:
    """A worker as it has to be."""
    with worker(scheduler):
        yield


@pytest.mark.usefixtures("right_worker")
class TestWorkers:
    """The right one, and one more."""

    def test_a_single_worker_is_a_cluster_too(self, pinned: str) -> None:
        assert fits() == [None] * 12

    @pytest.mark.parametrize(
        ("variables", "threads", "message"),
        [
            ({"OPENBLAS_CORETYPE": "Nehalem"}, "1", "OPENBLAS_CORETYPE is 'Nehalem' and not 'Haswell'; start it in"),
            ({}, "2", "2 threads; start it with --nthreads 1"),
        ],
    )
    def test_a_worker_that_would_compute_something_else_is_refused(
        self, pinned: str, variables: dict[str, str], threads: str, message: str
    ) -> None:
        with (
            worker(pinned, ROOT, threads, **variables),
            pytest.raises(InputError, match=rf"^worker tcp://[\d.:]+: {message}"),
        ):
            fits()

    def test_a_worker_with_other_code_is_refused(self, pinned: str, tmp_path: Path) -> None:
        for name in ("src/aeflow", "src/nids", "stages"):
            shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
        with (tmp_path / "src/aeflow/under_sampling/_density.py").open("a") as file:
            file.write("# changed\n")
        with (
            worker(pinned, folder=tmp_path),
            pytest.raises(InputError, match=r"^worker tcp://[\d.:]+: code is '\w+' and not '\w+'; "),
        ):
            fits()
