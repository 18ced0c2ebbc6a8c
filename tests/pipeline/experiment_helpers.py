"""What the tests of sweep, search and dispatch share."""

import os
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import dvc.api
import psutil
from conftest import quick_path, succeed
from ruamel.yaml import YAML
from stub import PATHS, VALIDATE

METRICS = "data/validation/ae_flow.json"
SECONDS = 300


def write_settings(folder: Path, name: str, **settings: Any) -> None:
    """Write sweep.yaml or search.yaml."""
    (folder / "tools").mkdir(exist_ok=True)
    YAML().dump({"target": VALIDATE, "fixed": {}, **settings}, folder / "tools" / name)


def background(folder: Path, *command: str, **variables: str) -> subprocess.Popen[str]:
    """Start a command of this environment in a process group of its own."""
    return subprocess.Popen(
        command,
        cwd=folder,
        env={**os.environ, "PATH": quick_path(), **PATHS, **variables},
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )


def names(folder: Path) -> list[str]:
    return succeed(folder, "dvc", "exp", "list", "--name-only").split()


def read(folder: Path, path: str, name: str) -> Any:
    """Return the JSON or YAML file of an experiment."""
    return YAML(typ="safe").load(dvc.api.read(path, repo=str(folder), rev=name))


def processes(folder: Path, word: str) -> list[psutil.Process]:
    """Return the processes that run in the folder or below, and have the word in their command."""
    found = []
    for process in psutil.process_iter():
        try:
            if word in process.cmdline() and Path(process.cwd()).is_relative_to(folder):
                found.append(process)
        except psutil.Error:
            continue
    return found


def wait_for(condition: Callable[[], Any], *running: subprocess.Popen[str]) -> None:
    """Wait until the condition holds; the processes must not end before."""
    deadline = time.monotonic() + SECONDS
    while not condition():
        for process in running:
            assert process.poll() is None, process.communicate()[0]
        assert time.monotonic() < deadline
        time.sleep(0.2)


def finish(process: subprocess.Popen[str]) -> str:
    """Wait for the end of a process, and return what it printed."""
    try:
        return process.communicate(timeout=SECONDS)[0]
    finally:
        process.kill()


def kill_group(pid: int) -> None:
    os.killpg(os.getpgid(pid), signal.SIGKILL)
