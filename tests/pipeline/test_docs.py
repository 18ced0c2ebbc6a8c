"""The documentation: its examples run and print what they say, its commands are commands, what it names is there."""

import os
import re
import shlex
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from conftest import ROOT, UP_TO_DATE, run, succeed
from distributed import Client
from dvc.cli import parse_args
from dvc.repo import Repo
from remotes import listening
from stub import VALIDATE, after
from test_cluster import PINS, fits

from nids.base.parallel import SCHEDULER_VARIABLE
from nids.base.yaml import read_yaml

# A line that ends in a backslash goes on in the next one.
PAGES = {path.name: re.sub(r"\\\n\s*", "", path.read_text()) for path in sorted((ROOT / "docs").glob("*.md"))}
COMMANDS = sorted({line for page in PAGES.values() for line in re.findall(r"^ {4,}((?:make|dvc) .+)$", page, re.M)})
# Where what a page names may be; a name in capitals stands for many.
FOLDERS = "src|stages|evidence|datasets|docs|tests|tools|data|metrics|plots|models"
PATHS = re.compile(rf"`((?:{FOLDERS})/[\w./+-]+)`")
SHELL = {**os.environ, "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])}
STANDS_FOR_MANY = re.compile(r"[A-Z]{3,}|mine\.yaml")


@pytest.mark.parametrize("page", ["samplers.md", "detector.md"])
def test_a_page_of_the_library_runs(page: str, capsys: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    blocks = re.findall(r"```python\n(.*?)```", PAGES[page], re.DOTALL)
    assert blocks
    code = "\n".join(blocks)
    exec(compile(code, f"docs/{page}", "exec"), {})
    expected = re.findall(r"^print\(.*\)(?: +|\n)# (.*)$", code, re.MULTILINE)
    assert expected
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


def test_one_way_to_pull_is_told() -> None:
    """DVC's own follows a forged listing; team.md says so."""
    pages = {**PAGES, **{path.name: path.read_text() for path in [*ROOT.glob("*.md"), *(ROOT / "tools").glob("*.py")]}}
    del pages["pull.py"], pages["CHANGELOG.md"]
    assert [name for name, text in pages.items() if re.search(r"\bdvc (pull|fetch)\b", text)] == ["team.md"]
    assert not re.search(r"^ {4}dvc (pull|fetch)\b", PAGES["team.md"], re.MULTILINE)


# A line that starts a server, without what it may have in front; weed's is run by test_team.py.
SERVER = re.compile(r"^ {4}((?:env |[A-Z_0-9]+=\S+ )*dask (?:scheduler|worker) .*?)(?: &)?$", re.M)
# Who is told of one, whatever it is.
TOLD = re.compile(r"^ {4}.*\b(?:dask (?:scheduler|worker)|weed server|http\.server|sshd|jupyter \w+) .*$", re.M)


DASK_PAGES = ("reproducibility.md", "sweeps.md")


def test_every_documented_server_is_started_by_a_test() -> None:
    texts = {**PAGES, **{path.name: path.read_text() for path in ROOT.glob("*.md")}}
    told = {name: TOLD.findall(text) for name, text in texts.items()}
    assert {name: len(lines) for name, lines in told.items() if lines} == {
        "reproducibility.md": 2,
        "sweeps.md": 3,
        "team.md": 1,
    }
    for page in DASK_PAGES:
        assert len(SERVER.findall(PAGES[page])) == len(told[page])
    # What another package starts on a cluster cannot be run here.
    (cluster,) = re.findall(r"Cluster\((.*?)^\)", "".join(PAGES.values()), re.DOTALL | re.MULTILINE)
    assert 'protocol="tls://"' in cluster
    assert cluster.count("127.0.0.1:0") == 2


@contextmanager
def documented_cluster(page: str, **variables: str) -> Iterator[tuple[str, list[subprocess.Popen]]]:
    """The address and the processes of a page's scheduler and workers, as it starts them but on another port.

    With a single worker, joblib would keep to this process.
    """
    scheduler, *workers = SERVER.findall(PAGES[page])
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = str(free.getsockname()[1])
    lines = [f"{scheduler.replace(' --port 8786', '')} --port {port}", *(workers * 2)[:2]]
    started = []
    try:
        for line in lines:
            words = ["sh", "-c", f"exec env {line.replace('8786', port)}"]
            started.append(subprocess.Popen(words, cwd=ROOT, env={**SHELL, **variables}, stderr=subprocess.DEVNULL))
        yield f"127.0.0.1:{port}", started
    finally:
        for process in started:
            process.terminate()
            process.wait()


@pytest.mark.parametrize("page", DASK_PAGES)
def test_documented_schedulers_and_workers_listen_on_this_machine_alone(page: str) -> None:
    """Whoever reaches a port of theirs runs code as the user who has started them."""
    with documented_cluster(page) as (address, started):
        with Client(address, timeout=60, set_as_default=False) as client:
            client.wait_for_workers(2, timeout=60)
        for process in started:
            assert listening(process.pid) == {"127.0.0.1"}


def test_workers_started_as_documented_are_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    with documented_cluster("reproducibility.md") as (address, _):
        with Client(address, timeout=60, set_as_default=False) as client:
            client.wait_for_workers(2, timeout=60)
        for name, value in {**PINS, SCHEDULER_VARIABLE: address}.items():
            monkeypatch.setenv(name, value)
        assert fits() == [None] * 12


def test_with_tls_as_documented_only_who_has_the_key_is_let_in(tmp_path: Path) -> None:
    page = PAGES["reproducibility.md"].partition("### TLS")[2]
    home = {"HOME": str(tmp_path), "DASK_CONFIG": str(tmp_path / ".config/dask")}
    for command in re.findall(r"^ {4}((?:mkdir|openssl) .*)$", page, re.MULTILINE):
        succeed(ROOT, "sh", "-c", command, **home)
    assert (tmp_path / ".dask-tls").stat().st_mode & 0o077 == 0
    (settings,) = re.findall(r"```yaml\n(.*?)```", page, re.DOTALL)
    (tmp_path / ".config/dask").mkdir(parents=True)
    (tmp_path / ".config/dask/tls.yaml").write_text(settings.replace("/home/ME", str(tmp_path)))
    ask = (
        "import sys; from distributed import Client; client = Client(sys.argv[1], timeout=sys.argv[2]); "
        "client.wait_for_workers(2, timeout=60); print(client.scheduler.address, client.submit(sum, [1, 2]).result())"
    )
    with documented_cluster("reproducibility.md", **home) as (address, started):
        assert succeed(ROOT, "python", "-c", ask, address, "30s", **home) == f"tls://{address} 3\n"
        for scheme in ("tcp", "tls"):
            assert run(ROOT, "python", "-c", ask, f"{scheme}://{address}", "1s").returncode
        for process in started:
            assert listening(process.pid) == {"127.0.0.1"}
