"""`make verify` on the stub pipelines, committed as they are and then changed."""

import json
import shutil
from pathlib import Path

import pytest
from conftest import quick_path, succeed
from stub import ENCODE, VALIDATE, after, commit
from tools import verify


@pytest.fixture(scope="module")
def run_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return after(tmp_path_factory.mktemp("verify") / "aeflow", "--all-pipelines")


@pytest.fixture
def committed(run_once: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository in which both pipelines have run, with their locks committed; tests are in it."""
    folder = Path(shutil.copytree(run_once, tmp_path / "aeflow", symlinks=True))
    monkeypatch.chdir(folder)
    monkeypatch.setenv("PATH", quick_path())
    return folder


def _verify(*stages: str) -> object:
    """Return the exit code, or the message that stands for it."""
    with pytest.raises(SystemExit) as ended:
        verify.main(*stages)
    return ended.value.code


def _change(folder: Path, by: float) -> None:
    """Commit another version of an output, as another machine might have made it."""
    path = folder / "data/encoded/train.json"
    numbers = json.loads(path.read_text())
    path.unlink()  # a link into DVC's cache may be read-only
    path.write_text(json.dumps([number + by for number in numbers]))
    succeed(folder, "dvc", "commit", "--force", ENCODE)
    commit(folder)


def _rows(output: str) -> dict[str, list[str]]:
    """Return the cells of each row of the table that ends the output."""
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in output.splitlines() if line[:1] == "|"]
    return {row[0]: row[1:] for row in rows if not row[0].startswith(":")}


def test_what_comes_out_the_same_is_said_so(committed: Path, capsys: pytest.CaptureFixture[str]) -> None:
    locks = [committed / "dvc.lock", committed / "evidence/dvc.lock"]
    before = [lock.read_bytes() for lock in locks]
    assert _verify() == 0
    printed = capsys.readouterr().out
    assert _rows(printed) == {
        "stage": ["same hash", "within 1e-06", "different", "largest difference"],
        "fetch": ["1", "", "", ""],
        "encode": ["2", "", "", ""],
        VALIDATE: ["2", "", "", ""],
        "evidence/dvc.yaml:validate@baselines": ["2", "", "", ""],
    }
    assert printed.endswith("\nAll outputs, at worst: same hash.\n")
    assert [lock.read_bytes() for lock in locks] == before


@pytest.mark.parametrize(
    ("by", "code", "cells"),
    [
        (1e-9, 0, ["1", "1", "", "1e-09"]),
        (0.5, 1, ["1", "", "1", "0.5"]),
    ],
    ids=["rounding", "numbers"],
)
def test_what_differs_is_told_by_how_much(
    committed: Path, capsys: pytest.CaptureFixture[str], by: float, code: int, cells: list[str]
) -> None:
    _change(committed, by)
    assert _verify(ENCODE) == code
    rows = _rows(capsys.readouterr().out)
    assert set(rows) == {"stage", "fetch", "encode"}
    assert rows["encode"][:3] == cells[:3]
    assert float(cells[3]) / 1000 < float(rows["encode"][3]) <= float(cells[3])


def test_a_pipeline_that_fails_is_one_line(committed: Path) -> None:
    text = (committed / "params.yaml").read_text()
    (committed / "params.yaml").write_text(text.replace("latent_dim: 12", "latent_dim: 0"))
    commit(committed)
    assert _verify() == "error: the pipeline failed in a clone of the last commit; its message is above"


def test_a_committed_file_that_is_nowhere_is_asked_for(committed: Path) -> None:
    _change(committed, 0.5)
    for path in ("data/encoded", ".dvc/cache/files"):
        shutil.rmtree(committed / path)
    assert _verify(ENCODE) == (
        "error: data/encoded differs from the committed one, which is not in the cache; "
        "run `python -m tools.pull` and try again"
    )


def test_a_stage_that_no_committed_lock_has_is_named(committed: Path) -> None:
    (committed / "evidence/dvc.lock").unlink()
    commit(committed)
    assert _verify() == f"error: {VALIDATE}: no committed lock has it; run `dvc repro` and commit its lock"
