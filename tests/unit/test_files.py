"""Files of stages: whole or not at all, and named where the disk refuses."""

import errno
import multiprocessing
import os
import re
import shutil
import signal
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from conftest import ROOT
from dvc.repo import Repo
from dvc_data.hashfile.build import build

from aeflow.errors import InputError
from nids.base.files import read_frame, read_json, whole, write_bytes, write_frame, write_json, write_text

FRAME = pd.DataFrame({"a": range(1000)})
WRITES: dict[str, Callable[[Path], None]] = {
    "text.md": lambda path: write_text(path, "new"),
    "bytes.png": lambda path: write_bytes(path, b"new"),
    "json.json": lambda path: write_json(path, ["new"]),
    "table.csv": lambda path: write_frame(path, FRAME),
    "table.parquet": lambda path: write_frame(path, FRAME),
}


def _hashed(folder: Path) -> str:
    """Return the hash that DVC gives to a folder of outputs."""
    with Repo(str(folder.parent)) as repo:
        return str(build(repo.cache.local, str(folder), repo.fs, "md5", ignore=repo.dvcignore)[2].hash_info)


@pytest.fixture
def outputs(tmp_path: Path) -> Path:
    """A folder of outputs in a repository with this project's .dvcignore."""
    Repo.init(str(tmp_path), no_scm=True).close()
    shutil.copy(ROOT / ".dvcignore", tmp_path)
    (tmp_path / "data").mkdir()
    (tmp_path / "data/there.json").write_text("[]")
    return tmp_path / "data"


def _die(*_: object) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def _killed(action: Callable[[], object]) -> None:
    """Run an action in a process of its own, which it does not outlive."""
    process = multiprocessing.get_context("fork").Process(target=action)
    process.start()
    process.join()
    assert process.exitcode == -signal.SIGKILL


@pytest.mark.parametrize("name", WRITES)
def test_a_kill_in_place_of_the_replacing_leaves_nothing_that_dvc_hashes(
    outputs: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    before = _hashed(outputs)
    with monkeypatch.context() as patch:
        patch.setattr(os, "replace", _die)
        _killed(lambda: WRITES[name](outputs / name))
    assert len(list(outputs.iterdir())) == 2, "nothing was left: the kill came too early or too late"
    assert _hashed(outputs) == before
    # Nor anything that a stage takes for an output.
    assert list(outputs.glob(f"*{Path(name).suffix}")) == list(outputs.glob(f"there{Path(name).suffix}"))


def test_a_kill_within_a_write_leaves_nothing_that_dvc_hashes(outputs: Path) -> None:
    before = _hashed(outputs)

    def half() -> None:
        with whole(outputs / "there.json") as temporary:
            temporary.write_text("[")
            _die()

    _killed(half)
    assert _hashed(outputs) == before
    assert read_json(outputs / "there.json") == []


def test_git_does_not_see_it_either() -> None:
    assert ".unfinished-*" in (ROOT / ".gitignore").read_text().splitlines()


@pytest.mark.parametrize("folder", ["src/nids", "stages"])
def test_every_file_is_written_in_this_way(folder: str) -> None:
    # A method that is given a place to write to, or a file that is opened to be written.
    writes = re.compile(
        r"\.write_(text|bytes)\(|\.to_(csv|parquet|json)\((?!\)|\w+=)|\.(save_model|dump)\(|open\(.*[\"'][wax+]"
    )
    found = {path.name for path in (ROOT / folder).rglob("*.py") if writes.search(path.read_text())}
    # fetch.py writes into what `whole` gives.
    assert found == ({"files.py", "fetch.py"} if folder == "src/nids" else set())


@pytest.mark.parametrize("name", WRITES)
@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EFBIG, errno.EACCES, errno.EIO])
def test_what_the_disk_answers_names_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, number: int
) -> None:
    def answer(*_: object) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, "replace", answer)
    with pytest.raises(OSError, match=re.escape(os.strerror(number))) as caught:
        WRITES[name](tmp_path / name)
    assert caught.value.filename == str(tmp_path / name)
    assert list(tmp_path.iterdir()) == []


def test_a_full_disk_names_the_file_not_the_temporary_one(tmp_path: Path) -> None:
    def fill() -> None:
        with whole(tmp_path / "a.json") as temporary:
            temporary.symlink_to("/dev/full")
            temporary.write_text("x")

    with pytest.raises(OSError, match="No space left") as caught:
        fill()
    assert caught.value.filename == str(tmp_path / "a.json")


def test_a_disk_that_cannot_be_read_is_not_a_damaged_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_json(tmp_path / "a.json", [])
    write_frame(tmp_path / "a.parquet", FRAME)

    def answer(*_: object, **__: object) -> None:
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    monkeypatch.setattr(Path, "read_text", answer)
    monkeypatch.setattr(pd, "read_parquet", answer)
    for read, name in ((read_json, "a.json"), (read_frame, "a.parquet")):
        with pytest.raises(OSError, match="Input/output error") as caught:
            read(tmp_path / name)
        assert caught.value.filename == str(tmp_path / name)


def test_a_damaged_parquet_file_is_one(tmp_path: Path) -> None:
    """Though pyarrow calls some of these an OSError."""
    (tmp_path / "a.parquet").write_bytes(b"PAR1" + bytes(50) + b"PAR1")
    with pytest.raises(InputError, match=r"a\.parquet: damaged, or not the kind of file"):
        read_frame(tmp_path / "a.parquet")
