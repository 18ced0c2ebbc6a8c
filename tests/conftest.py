import fcntl
import gc
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path

import pytest

pytest_plugins = ("inputs",)
# What all tests import stays: to look for garbage among it takes a sixth of the time of importing it.
gc.disable()

ROOT = Path(__file__).parents[1]
PATH = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
# The variables that stages run with.
PINS = dict(re.findall(r"([A-Z_0-9]+)=(\S+)", (ROOT / "stages/environment.yaml").read_text()))
# A stage that DVC runs, in its output.
STAGE = re.compile(r"^Running stage '(.+)':", re.MULTILINE)
UP_TO_DATE = "Data and pipelines are up to date."
# One further seed, and for the demo data short training and one cut: enough to run everything for real.
SHORT = {
    **{
        "max_epochs: 500 ": "max_epochs: 20 ",
        "max_epochs: 60 ": "max_epochs: 20 ",
        "folds: 3 ": "folds: 2 ",
        "max_steps: 600 ": "max_steps: 60 ",
    },
    "a steadier rule\n    - 0\n    - 1\n": "a steadier rule\n    - 0\n",
}
# Of the demo data's targets.
FEWER = {"R2L: 400": "R2L: 150", "U2R: 400": "U2R: 150", "Normal: 600": "Normal: 300", "Dos: 600": "Dos: 300"}


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--chaos", action="store_true", help="disturb the whole pipeline and not a part of it")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Each test is marked with its folder. The file that makes what others use goes first, and the short ones last."""
    used: dict[Path, set[str]] = {}
    for item in items:
        used.setdefault(item.path, set()).update(getattr(item, "fixturenames", ()))

    def folder(item: pytest.Item) -> str:
        return item.path.relative_to(ROOT / "tests").parts[0]

    def place(item: pytest.Item) -> int:
        if item.path.name == "test_evidence.py":
            return 0
        if used[item.path] & {"demo", "evidence"}:
            return 2
        return 1 if folder(item) in ("pipeline", "chaos") else 3

    for item in items:
        if folder(item) != "unit":
            item.add_marker(folder(item))
    items.sort(key=place)


def pytest_collection_finish() -> None:
    gc.freeze()
    gc.enable()


@cache
def forks(name: str) -> Path:
    """Return the folder of the programs that share what they import (tests/forks.py); one for all test processes."""
    session = os.getppid() if "PYTEST_XDIST_WORKER" in os.environ else os.getpid()
    folder = Path(tempfile.gettempdir()) / f"forks-{session}"
    folder.mkdir(mode=0o700, exist_ok=True)
    assert folder.stat().st_uid == os.geteuid(), "whoever may write there has his programs run"
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / name).exists():
            command = (sys.executable, ROOT / "tests/forks.py", folder, name, json.dumps(PINS), str(session))
            subprocess.run(command, env={**os.environ, **PINS}, check=True)
    return folder / "bin"


def quick_path() -> str:
    """Return the path with these programs before those of this environment."""
    return f"{forks('commands')}{os.pathsep}{PATH}"


def run(folder: Path, *command: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run a command of this environment in ``folder``, and give back its exit code and output."""
    environment = {**os.environ, "PATH": quick_path(), "COLUMNS": "120", **variables}
    return subprocess.run(command, cwd=folder, env=environment, text=True, capture_output=True, check=False)


def succeed(folder: Path, *command: str, **variables: str) -> str:
    done = run(folder, *command, **variables)
    assert done.returncode == 0, f"{' '.join(command)}\n{done.stdout}\n{done.stderr}"
    return done.stdout


def change(file: Path, changes: Mapping[str, str]) -> None:
    """Replace texts, each wherever it stands."""
    text = file.read_text()
    for old, new in changes.items():
        assert old in text, old
        text = text.replace(old, new)
    file.write_text(text)


def content(path: Path) -> dict[str, bytes]:
    """Return the bytes of a file, or of each one in a folder."""
    files = [path] if path.is_file() else [file for file in path.rglob("*") if file.is_file()]
    assert files
    return {file.relative_to(path).as_posix(): file.read_bytes() for file in files}


@pytest.fixture(scope="session")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Path]:
    """Return a function that copies the working tree, without ignored files, to a new repository without results."""

    def copy(dataset: str) -> Path:
        target = tmp_path_factory.mktemp(dataset) / "aeflow"
        listed = succeed(ROOT, "git", "ls-files", "-z", "--cached", "--others", "--exclude-standard")
        for name in filter(None, listed.split("\0")):
            if (ROOT / name).is_file():
                (target / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(ROOT / name, target / name)
        changes = {
            "\ndataset: nsl-kdd\n": f"\ndataset: {dataset}\n",
            "repeat:\n  seeds:\n" + "".join(f"    - {seed}\n" for seed in range(1, 10)): "repeat:\n  seeds:\n    - 1\n",
            **(SHORT if dataset == "demo" else {}),
        }
        change(target / "params.yaml", changes)
        if dataset == "demo":
            change(target / "datasets/demo.yaml", FEWER)
        # Of the other data, and long: DVC reads and writes all of it after each stage.
        for lock in ("dvc.lock", "evidence/dvc.lock"):
            (target / lock).unlink(missing_ok=True)
        succeed(target, "git", "init", "--quiet")
        for setting in ("user.name=Test", "user.email=test@localhost"):
            succeed(target, "git", "config", *setting.split("="))
        succeed(target, "git", "add", "--all")
        succeed(target, "git", "commit", "--quiet", "--message", "copy")
        return target

    return copy


@pytest.fixture(scope="session")
def once(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str, Callable[[], Path]], Path]:
    """Return a function that makes a folder once for all test processes; those that come meanwhile wait for it."""
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base

    def make_once(name: str, make: Callable[[], Path]) -> Path:
        made = shared / f"{name}.path"
        with (shared / f"{name}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not made.exists():
                made.write_text(str(make()))
        return Path(made.read_text())

    return make_once


@pytest.fixture(scope="session")
def quick() -> Mapping[str, str]:
    """Variables with which the stages of a run share what they import, and have one worker each."""
    forks("stages")
    return {"AEFLOW_JOBS": "1"}


def _committed(folder: Path, message: str, *command: str, **variables: str) -> Path:
    succeed(folder, *command, **variables)
    succeed(folder, "git", "add", "--all")
    succeed(folder, "git", "commit", "--quiet", "--message", message)
    return folder


@pytest.fixture(scope="session")
def demo(
    checkout: Callable[[str], Path], once: Callable[[str, Callable[[], Path]], Path], quick: Mapping[str, str]
) -> Path:
    """A repository in which the paper's pipeline has run on the demo data, with one worker; read only."""
    return once("demo", lambda: _committed(checkout("demo"), "demo run", "dvc", "repro", **quick))


@pytest.fixture(scope="session")
def evidence(
    demo: Path,
    once: Callable[[str, Callable[[], Path]], Path],
    quick: Mapping[str, str],
    tmp_path_factory: pytest.TempPathFactory,
) -> Path:
    """The same with all of the evidence; read only."""

    def make() -> Path:
        folder = shutil.copytree(demo, tmp_path_factory.mktemp("evidence") / "aeflow", symlinks=True)
        return _committed(folder, "evidence", "dvc", "repro", "--all-pipelines", **quick)

    return once("evidence", make)


@pytest.fixture
def demo_copy(demo: Path, tmp_path: Path) -> Path:
    """The finished run of the paper's pipeline, to be changed freely."""
    return Path(shutil.copytree(demo, tmp_path / "aeflow", symlinks=True))


@pytest.fixture
def evidence_copy(evidence: Path, tmp_path: Path) -> Path:
    """The finished run of both pipelines, to be changed freely."""
    return Path(shutil.copytree(evidence, tmp_path / "aeflow", symlinks=True))


@pytest.fixture(scope="session")
def nsl_kdd() -> Path:
    """The folder with the official files; tests that need them are skipped without it."""
    folder = os.environ.get("NSL_KDD_DIR", "")
    if not folder:
        pytest.skip("NSL_KDD_DIR is not set")
    return Path(folder).absolute()
