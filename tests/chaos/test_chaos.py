"""Runs that are killed, doubled or out of disk space: nothing is damaged, and they go on.

`make chaos` (`pytest --chaos`) does it to both pipelines on the demo data, `make test` to the stub.
"""

import json
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from conftest import ROOT, STAGE, run, succeed
from stub import PATHS, commit, stub
from tools import addresses

PATH = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])


LOCKS = ("dvc.lock", "evidence/dvc.lock")
# The stub's stages, with the files and the errors of the real ones, and outputs that fill a disk.
STAGES = """\
import sys
from pathlib import Path

from nids.base.files import read_json, write_json
from nids.base.stage import run_stage


def fetch() -> None:
    write_json(Path("data/raw/train.json"), list(range(100_000)))


def encode() -> None:
    write_json(Path("data/encoded/train.json"), [number / 100 for number in read_json(Path("data/raw/train.json"))])


def validate(arm: str) -> None:
    mean = sum(read_json(Path("data/encoded/train.json"))) / 100_000
    write_json(Path(f"data/decision/{arm}/rules.json"), {arm: mean})
    write_json(Path(f"data/validation/{arm}.json"), {"validation": {arm: mean}, "alarms": {arm: mean}})


run_stage(globals()[sys.argv[1]], *sys.argv[2:])
"""
# Without a target `dvc repro` would run one pipeline.
REPRO = ("dvc", "repro", "--all-pipelines")


@pytest.fixture(scope="module")
def start(
    checkout: Callable[[str], Path], request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """A repository in which nothing has run, with empty locks."""
    if request.config.getoption("--chaos"):
        folder = checkout("demo")
    else:
        folder = stub(tmp_path_factory.mktemp("start") / "aeflow")
        (folder / "stage.py").write_text(STAGES)
        shutil.copy(ROOT / ".dvcignore", folder)
    for lock in LOCKS:
        (folder / lock).write_text("schema: '2.0'\nstages: {}\n")
    commit(folder)
    return folder


@pytest.fixture(scope="module", autouse=True)
def importable() -> Iterator[None]:
    """The stub's stages import this checkout; those of the real pipelines say themselves where from."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", PATHS["PYTHONPATH"])
        yield


@pytest.fixture(scope="module")
def undisturbed(start: Path, tmp_path_factory: pytest.TempPathFactory) -> dict:
    """What a run that nothing disturbs writes to the locks: ``{stage: entry}``."""
    folder = shutil.copytree(start, tmp_path_factory.mktemp("undisturbed") / "aeflow")
    succeed(folder, *REPRO)
    return _finished(folder)


@pytest.fixture
def copy(start: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(start, tmp_path / "aeflow"))


def _finished(folder: Path) -> dict:
    """Return the entries of the locks that DVC finds unchanged.

    DVC does not write these files and its list of locks at once: a run that ends meanwhile leaves a part.
    docs/reproducibility.md says what then helps, and here is done: Git has the last whole lock, and
    DVC's run-cache the stages since. Where the part can still be read, its last entry may be half of one.
    """
    status = run(folder, "dvc", "status", "--json")
    if status.returncode:
        (folder / ".dvc/tmp/rwlock").unlink(missing_ok=True)
        succeed(folder, "git", "checkout", "--", *LOCKS)
        return {}
    changed = json.loads(status.stdout)
    return {stage: entry for stage, entry in addresses.locked(folder).items() if stage not in changed}


@contextmanager
def _repro(folder: Path, log: Path) -> Iterator[subprocess.Popen]:
    """A run in the background, in a process group of its own, with its output in ``log``."""
    with (
        log.open("w") as stream,
        subprocess.Popen(
            REPRO,
            cwd=folder,
            env={**os.environ, "PATH": PATH, "PYTHONUNBUFFERED": "1"},
            stdout=stream,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        ) as process,
    ):
        yield process


def _wait_for_a_stage(process: subprocess.Popen, log: Path) -> None:
    """Wait until a stage runs, or none will."""
    while not STAGE.search(log.read_text()) and process.poll() is None:
        time.sleep(0.05)


def test_a_run_killed_again_and_again_ends_as_if_undisturbed(
    copy: Path, undisturbed: dict, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    """And what was finished before a kill is not run again after it."""
    kills, longest = (20, 40.0) if request.config.getoption("--chaos") else (2, 2.0)
    rng, log, finished = random.Random(0), tmp_path / "log", set[str]()
    for i in range(10 * kills):
        if i >= kills and finished:
            break
        with _repro(copy, log) as process:
            _wait_for_a_stage(process, log)
            time.sleep(rng.uniform(0.0, longest))
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
        assert not finished & set(STAGE.findall(log.read_text()))
        finished |= set(_finished(copy))
        longest *= 1 if finished else 1.5  # a busy machine needs longer for its first stage
    assert finished
    output = succeed(copy, *REPRO)
    assert not finished & set(STAGE.findall(output))
    assert _finished(copy) == undisturbed
    assert "up to date" in succeed(copy, *REPRO)


def test_what_a_kill_leaves_half_written_is_mended_as_the_docs_say(copy: Path) -> None:
    succeed(copy, "dvc", "repro", "fetch")
    recipe = (ROOT / "docs/reproducibility.md").read_text().partition("## When a run is interrupted")[2]
    (copy / ".dvc/tmp/rwlock").write_text("")
    assert "corrupted" in run(copy, "dvc", "repro", "fetch").stderr
    (copy / "dvc.lock").write_text((copy / "dvc.lock").read_text()[:300])
    *mend, repro = re.findall(r"^    (?!source )(.+)$", recipe, re.MULTILINE)
    for command in mend:
        succeed(copy, *command.split())
    assert "Stage 'fetch' is cached" in succeed(copy, *repro.split())


def test_a_short_lock_costs_no_stage_that_is_in_the_run_cache(copy: Path, undisturbed: dict) -> None:
    """DVC says nothing about a lock whose part is valid."""
    succeed(copy, *REPRO)
    lock = copy / "evidence/dvc.lock"
    whole = lock.read_text()
    # Their outputs are Git's, and so in no run-cache.
    never = {"evaluate", "compare", "figures", "report"} if len(undisturbed) > 10 else set()
    places = {entry[1]: entry.start() for entry in re.finditer(r"^  (\S+):$", whole, re.MULTILINE)}
    missing = max(set(places) - never, key=lambda stage: places[stage])
    lock.write_text(whole[: places[missing]])
    output = succeed(copy, *REPRO)
    assert f"Stage 'evidence/dvc.yaml:{missing}' is cached - skipping run" in output
    assert {stage.rpartition(":")[2] for stage in STAGE.findall(output)} <= never
    assert _finished(copy) == undisturbed


def test_of_two_runs_at_once_the_second_stops_and_says_so(copy: Path, undisturbed: dict, tmp_path: Path) -> None:
    log = tmp_path / "log"
    with _repro(copy, log) as first:
        _wait_for_a_stage(first, log)
        assert first.poll() is None
        second = run(copy, *REPRO)
        assert second.returncode != 0
        assert "Traceback" not in second.stderr
        assert "is busy" in second.stderr or "Unable to acquire lock" in second.stderr, second.stderr
        assert first.wait() == 0, log.read_text()
    assert _finished(copy) == undisturbed


@contextmanager
def _small_disk(folder: Path, size: str) -> Iterator[None]:
    folder.mkdir()
    if (
        os.geteuid() != 0
        or subprocess.run(
            ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(folder)], capture_output=True, check=False
        ).returncode
    ):
        pytest.skip("a small disk needs the right to mount one")
    try:
        yield
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


def test_a_full_disk_is_one_line_and_the_run_goes_on_when_there_is_room(
    start: Path, undisturbed: dict, tmp_path: Path
) -> None:
    disk = tmp_path / "disk"
    with _small_disk(disk, "200m"):
        folder = Path(shutil.copytree(start, disk / "aeflow"))
        free = shutil.disk_usage(disk).free
        filler = disk / "filler"
        for room in (100_000, 400_000, 1_500_000):  # less than the first output, than a stage's, than all
            filler.write_bytes(bytes(free - room))
            done = run(folder, *REPRO)
            assert done.returncode != 0
            said = [line for line in done.stderr.splitlines() if "o space left" in line]
            assert said, done.stderr
            assert "Traceback" not in done.stderr
            filler.unlink()
            _finished(folder)
            free = shutil.disk_usage(disk).free
        succeed(folder, *REPRO)
        assert _finished(folder) == undisturbed
