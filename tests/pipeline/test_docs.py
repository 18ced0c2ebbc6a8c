"""The documentation: its examples run and print what they say, its commands are commands, what it names is there."""

import os
import re
import shlex
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest
from conftest import ROOT, UP_TO_DATE, run, succeed
from distributed import Client
from dvc.cli import parse_args
from dvc.repo import Repo
from stub import VALIDATE, after
from test_cluster import PINS, fits, process

from nids.base.files import read_yaml
from nids.base.parallel import SCHEDULER_VARIABLE

# A line that ends in a backslash goes on in the next one.
PAGES = {path.name: re.sub(r"\\\n\s*", "", path.read_text()) for path in sorted((ROOT / "docs").glob("*.md"))}
COMMANDS = sorted({line for page in PAGES.values() for line in re.findall(r"^ {4,}((?:make|dvc) .+)$", page, re.M)})
# Where what a page names may be; a name in capitals stands for many.
FOLDERS = "src|stages|evidence|datasets|docs|tests|tools|data|metrics|plots|models"
PATHS = re.compile(rf"`((?:{FOLDERS})/[\w./+-]+)`")
SHELL = {**os.environ, "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])}
STANDS_FOR_MANY = re.compile(r"[A-Z]{3,}|mine\.yaml")


def test_the_samplers_page_runs(capsys: Any) -> None:
    blocks = re.findall(r"```python\n(.*?)```", PAGES["samplers.md"], re.DOTALL)
    assert blocks
    code = "\n".join(blocks)
    exec(compile(code, "docs/samplers.md", "exec"), {})
    expected = re.findall(r"^print\(.*\) +# (.*)$", code, re.MULTILINE)
    assert capsys.readouterr().out.splitlines() == expected


@pytest.mark.parametrize("command", COMMANDS)
def test_commands_are_commands(command: str) -> None:
    words = shlex.split(command, comments=True)
    if words[0] == "dvc":
        assert parse_args([word for word in words[1:] if word != "..."]).func
    else:
        succeed(ROOT, *words[:1], "--dry-run", "--assume-old=.venv/installed", *words[1:])


def test_stages_and_parameters_of_commands_are_there() -> None:
    text = "\n".join(PAGES.values())
    with Repo(str(ROOT)) as repo:
        stages = {stage.addressing for stage in repo.index.stages}
    named = set(re.findall(r"\bevidence/dvc\.yaml:[\w@]+", text))
    assert VALIDATE in named
    # A stage that runs once for each arm is named alone for all of them.
    assert named <= stages | {stage.partition("@")[0] for stage in stages}
    for file, key in re.findall(r"-S '?(?:(datasets/[\w-]+\.yaml):)?([a-z][\w.]+)=", text):
        value = read_yaml(ROOT / (file or "params.yaml"))
        for part in key.split("."):
            value = value[part]


@pytest.fixture(scope="module")
def outputs() -> list[Path]:
    """What the stages of both pipelines write."""
    with Repo(str(ROOT)) as repo:
        return [Path(out.fs_path) for out in repo.index.outs]


@pytest.mark.parametrize("page", [*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")], ids=lambda page: page.name)
def test_what_a_page_names_is_there(page: Path, outputs: list[Path]) -> None:
    text = page.read_text(encoding="utf-8")
    for target, anchor in re.findall(r"\]\((?!https?:)([^)#]*)(?:#([^)]+))?\)", text):
        linked = (page.parent / target).resolve() if target else page
        assert _is_there(linked, outputs), target
        assert not anchor or anchor in _anchors(linked), anchor
    # That part of the changelog names what is gone.
    for name in PATHS.findall(text.partition("### What moved")[0]):
        assert STANDS_FOR_MANY.search(name) or _is_there(ROOT / name, outputs), name


def _is_there(path: Path, outputs: list[Path]) -> bool:
    """Return whether there is such a file or folder, or a stage writes it."""
    return path.exists() or any(one == path or one in path.parents or path in one.parents for one in outputs)


def _anchors(page: Path) -> set[str]:
    """Return the anchors of the headings of a page, as Git hosts make them."""
    headings = re.findall(r"^#+ (.+)$", page.read_text(), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


def test_the_way_back_to_the_committed_results(tmp_path: Path) -> None:
    folder = after(tmp_path / "aeflow", "--all-pipelines")
    succeed(folder, "dvc", "exp", "run", "-S", "ae_flow.latent_dim=3", VALIDATE)
    assert run(folder, "dvc", "exp", "run", "-S", "ae_flow.latent_dim=0", VALIDATE).returncode
    assert "latent_dim: 0" in (folder / "params.yaml").read_text()
    (command,) = re.findall(r"^> +(git checkout .+)$", PAGES["sweeps.md"], re.MULTILINE)
    succeed(folder, "sh", "-c", command)
    assert succeed(folder, "git", "status", "--porcelain", "--untracked-files=no") == ""
    assert UP_TO_DATE in succeed(folder, "dvc", "status")
    assert UP_TO_DATE in succeed(folder, "dvc", "status", "evidence/dvc.yaml")


def test_the_documented_scheduler_and_workers_listen_on_this_machine_alone(tmp_path: Path) -> None:
    """Whoever reaches a port of theirs runs code as the user who has started them."""
    lines = re.findall(r"^ {4}((?:[A-Z_]+=\S+ )?dask (?:scheduler|worker) .*) &$", PAGES["sweeps.md"], re.MULTILINE)
    assert len(lines) == 3
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    (tmp_path / "here").mkdir()
    started = [
        subprocess.Popen(["sh", "-c", f"exec env {line.replace('8786', str(port))}"], cwd=tmp_path / "here", env=SHELL)
        for line in (f"{lines[0]} --port {port}", *lines[1:])
    ]
    try:
        with Client(f"tcp://127.0.0.1:{port}", timeout=60, set_as_default=False) as client:
            client.wait_for_workers(2, timeout=60)
        for process in started:
            everyone = [psutil.Process(process.pid), *psutil.Process(process.pid).children(recursive=True)]
            sockets = [one for each in everyone for one in each.net_connections() if one.status == psutil.CONN_LISTEN]
            assert sockets
            assert {one.laddr.ip for one in sockets} == {"127.0.0.1"}
    finally:
        for process in started:
            process.terminate()
            process.wait()


@pytest.fixture
def documented_workers(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The address of a scheduler with two workers that are started as in docs/reproducibility.md.

    With a single one, joblib would keep to this process.
    """
    monkeypatch.setenv("PATH", os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]))
    (command,) = re.findall(r"^ {4}(env .* dask worker .*)$", PAGES["reproducibility.md"], re.MULTILINE)
    with socket.create_server(("127.0.0.1", 0)) as free:
        address = f"127.0.0.1:{free.getsockname()[1]}"
    words = [*shlex.split(command.replace("10.0.0.1:8786", address)), "--no-dashboard"]
    with process("scheduler", "--host", "127.0.0.1", "--port", address.rpartition(":")[2], "--no-dashboard"):
        workers = [subprocess.Popen(words, cwd=ROOT, stderr=subprocess.DEVNULL) for _ in range(2)]
        try:
            with Client(address, timeout=60, set_as_default=False) as client:
                client.wait_for_workers(2, timeout=60)
                yield address
        finally:
            for worker in workers:
                worker.terminate()
                worker.wait()


def test_workers_started_as_documented_are_taken(documented_workers: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {**PINS, SCHEDULER_VARIABLE: documented_workers}.items():
        monkeypatch.setenv(name, value)
    assert fits() == [None] * 12
