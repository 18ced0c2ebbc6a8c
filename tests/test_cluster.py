"""Fits of a stage on a Dask cluster: the same bytes, and no worker that would compute something else."""

import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from conftest import ROOT, run, succeed
from distributed import Client

from aeflow.base.cluster import PINNED
from aeflow.base.files import read_yaml

Worker = tuple[Path, dict[str, str], str]
PINS = dict(re.findall(r"([A-Z_]+)=(\S+)", (ROOT / "dvc.yaml").read_text().partition("stages:")[0]))


@contextmanager
def _process(*command: str, folder: Path = ROOT, **variables: str) -> Iterator[None]:
    environment = {**os.environ, **PINS, "PYTHONPATH": str(folder / "src"), **variables}
    with subprocess.Popen(
        [sys.executable, "-m", "dask", *command],
        cwd=folder,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as process:
        try:
            yield
        finally:
            process.terminate()


@contextmanager
def _cluster(*workers: Worker) -> Iterator[str]:
    """A scheduler and workers (checkout, variables, threads) on this machine; gives its address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{free.getsockname()[1]}"
    host, port = address.split(":")
    with ExitStack() as stack:
        stack.enter_context(_process("scheduler", "--host", host, "--port", port, "--no-dashboard"))
        for folder, variables, threads in workers:
            options = ["--nthreads", threads, "--no-dashboard", "--no-nanny"]
            stack.enter_context(_process("worker", address, *options, folder=folder, **variables))
        with _client(address) as client:
            if workers:
                client.wait_for_workers(len(workers), timeout=60)
        yield address


def _client(address: str) -> Client:
    end = time.monotonic() + 60
    while True:
        try:
            return Client(address, timeout=5, set_as_default=False)
        except OSError:
            if time.monotonic() > end:
                raise


@pytest.fixture(scope="module")
def stages(checkout: Callable[[str], Path]) -> Path:
    """A repository in which two stages with fits have run on this machine's processes."""
    folder = checkout("demo")
    succeed(folder, "dvc", "repro", "oversample@ae_flow", "classify_raw")
    return folder


def test_the_pins_are_those_of_the_stages() -> None:
    assert set(PINNED) == set(PINS) - {"PYTHONPATH"}
    told = (ROOT / "docs/reproducibility.md").read_text()
    assert all(f" {name}={value} " in told for name, value in PINS.items())


def test_a_cluster_gives_the_same_bytes(stages: Path) -> None:
    before = read_yaml(stages / "dvc.lock")
    worker: Worker = (stages, {}, "1")
    with _cluster(worker, worker) as address:
        for stage in ("oversample@ae_flow", "classify_raw"):
            succeed(stages, "dvc", "repro", "--force", "--single-item", stage, AEFLOW_SCHEDULER=address)
    assert read_yaml(stages / "dvc.lock") == before


@pytest.mark.parametrize(
    ("variables", "threads", "message"),
    [
        ({"OPENBLAS_CORETYPE": "Nehalem"}, "1", "OPENBLAS_CORETYPE is 'Nehalem' and not 'Haswell'; start it in"),
        ({}, "2", "2 threads; start it with --nthreads 1"),
    ],
)
def test_a_worker_that_would_compute_something_else_is_refused(
    stages: Path, variables: dict[str, str], threads: str, message: str
) -> None:
    worker: Worker = (stages, variables, threads)
    with _cluster(worker, worker) as address:
        done = _undersample(stages, address)
    assert done.returncode == 1
    assert re.search(rf"^error: worker tcp://[\d.:]+: {message}", done.stderr, re.MULTILINE), done.stderr


def test_a_worker_with_other_code_is_refused(stages: Path, checkout: Callable[[str], Path]) -> None:
    other = checkout("demo")
    with (other / "src/aeflow/under_sampling/density.py").open("a") as file:
        file.write("# changed\n")
    worker: Worker = (other, {}, "1")
    with _cluster(worker, worker) as address:
        done = _undersample(stages, address)
    assert done.returncode == 1
    assert re.search(r"^error: worker tcp://[\d.:]+: code is '\w+' and not '\w+'; ", done.stderr, re.MULTILINE)


def test_a_single_worker_is_a_cluster_too(stages: Path) -> None:
    with _cluster((stages, {}, "1")) as address:
        done = _undersample(stages, address)
    assert done.returncode == 0, done.stderr


def test_a_cluster_without_workers_or_scheduler_is_one_line(stages: Path) -> None:
    with _cluster() as address:
        done = _undersample(stages, address)
    expected = f"error: scheduler {address}: no worker; start some with `dask worker {address} --nthreads 1`\n"
    assert (done.returncode, done.stderr) == (1, expected)
    done = _undersample(stages, "127.0.0.1:1")
    assert done.returncode == 1
    assert done.stderr.startswith("error: scheduler 127.0.0.1:1: ")
    assert done.stderr.endswith("start it with `dask scheduler`, or unset it\n")
    assert done.stderr.count("\n") == 1


def _undersample(folder: Path, address: str) -> subprocess.CompletedProcess[str]:
    return run(folder, sys.executable, "stages/undersample.py", **PINS, AEFLOW_SCHEDULER=address)
