import fcntl
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
# A stage that DVC runs, in its output.
STAGE = re.compile(r"^Running stage '(.+)':", re.MULTILINE)
UP_TO_DATE = "Data and pipelines are up to date."


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--chaos", action="store_true", help="disturb the whole pipeline and not a part of it")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The file that makes the demo run goes first, and others that use it last, when it is there."""

    def place(item: pytest.Item) -> int:
        if item.path.name == "test_pipeline.py":
            return 0
        return 2 if "demo" in getattr(item, "fixturenames", ()) else 1

    items.sort(key=place)


def run(folder: Path, *command: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run a command of this environment in ``folder``, and give back its exit code and output."""
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    environment = {**os.environ, "PATH": path, "COLUMNS": "120", **variables}
    return subprocess.run(command, cwd=folder, env=environment, text=True, capture_output=True, check=False)


def succeed(folder: Path, *command: str, **variables: str) -> str:
    done = run(folder, *command, **variables)
    assert done.returncode == 0, f"{' '.join(command)}\n{done.stdout}\n{done.stderr}"
    return done.stdout


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
        parameters = (target / "params.yaml").read_text()
        parameters = parameters.replace("\ndataset: nsl-kdd\n", f"\ndataset: {dataset}\n")
        ten, one = "seeds:\n" + "".join(f"  - {seed}\n" for seed in range(10)), "seeds:\n  - 0\n"
        # One seed, and for the demo data short training: enough to run everything for real.
        short = {"max_epochs: 500 ": "max_epochs: 20 ", "max_epochs: 60 ": "max_epochs: 20 ", "folds: 3 ": "folds: 2 "}
        changes = {ten: one, **(short if dataset == "demo" else {})}
        for old, new in changes.items():
            assert old in parameters
            parameters = parameters.replace(old, new)
        (target / "params.yaml").write_text(parameters)
        # Of the other data, and long: DVC reads and writes all of it after each stage.
        (target / "dvc.lock").write_text("schema: '2.0'\nstages: {}\n")
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
def demo(checkout: Callable[[str], Path], once: Callable[[str, Callable[[], Path]], Path]) -> Path:
    """A repository in which the whole pipeline has run on the demo data, with one worker."""

    def make() -> Path:
        folder = checkout("demo")
        succeed(folder, "dvc", "repro", AEFLOW_JOBS="1")
        succeed(folder, "git", "add", "--all")
        succeed(folder, "git", "commit", "--quiet", "--message", "demo run")
        return folder

    return once("demo", make)


@pytest.fixture
def demo_copy(demo: Path, tmp_path: Path) -> Path:
    """The finished demo run, to be changed freely."""
    return Path(shutil.copytree(demo, tmp_path / "aeflow", symlinks=True))


@pytest.fixture(scope="session")
def nsl_kdd() -> Path:
    """The folder with the official files; tests that need them are skipped without it."""
    folder = os.environ.get("NSL_KDD_DIR", "")
    if not folder:
        pytest.skip("NSL_KDD_DIR is not set")
    return Path(folder).absolute()
