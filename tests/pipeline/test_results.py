"""The committed results belong to the committed code, data and parameters."""

import json
from pathlib import Path

import pytest
from conftest import ROOT, succeed
from tools.readme import with_tables

from nids.show.figures.pipeline import pipeline, stage_graph
from nids.show.figures.style import to_png


def test_the_lock_files_are_of_this_code() -> None:
    """Outputs may be missing in a fresh clone; what is there must be what the lock files say."""
    status = json.loads(succeed(ROOT, "dvc", "status", "--json"))
    for stage, changes in status.items():
        for change in changes:
            assert change != "changed command", f"{stage}: run `dvc repro`"
            if isinstance(change, dict):
                for kind, paths in change.items():
                    stale = {path: state for path, state in paths.items() if state not in ("deleted", "not in cache")}
                    assert not stale, f"{stage}: {kind} {stale}: run `make reproduce`"


def test_fig_2_is_of_this_graph() -> None:
    """DVC does not take dvc.yaml as a dependency, so nothing else would notice."""
    drawn = to_png(pipeline(stage_graph(ROOT, "dvc.yaml")))
    assert drawn == (ROOT / "plots/fig2.png").read_bytes(), "run `dvc repro --single-item --force figures`"


def test_the_readme_shows_the_committed_tables() -> None:
    text = (ROOT / "README.md").read_text()
    assert "<!-- end -->" in text
    assert with_tables(text) == text, "run `make readme`"


@pytest.mark.parametrize("path", sorted(Path(ROOT / "metrics").rglob("*.*")), ids=lambda path: path.name)
def test_results_hold_no_path_of_a_machine(path: Path) -> None:
    assert str(ROOT) not in path.read_text()
