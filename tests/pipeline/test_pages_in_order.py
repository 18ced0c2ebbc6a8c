"""README.md and pages of docs/, followed line by line: the commands of a page as one script on the stub."""

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from conftest import ROOT
from stub import PATHS, VALIDATE, after, commit, with_commands

COMMAND = re.compile(r"^ {4}((?:[A-Z_]+=\S+ )?(?:make|source|dvc|git|rm|install) .*)$", re.MULTILINE)
# What stands for something that only the reader knows, that the stub has under another name, or that other tests run.
OWN = {
    "README.md": {
        "apply NAME": "apply $(dvc exp list --name-only | head -n 1)",
        "make sweep": "make --dry-run sweep",
        "make search": "make --dry-run search",
    },
    "CONTRIBUTING.md": {"make check": "make --dry-run check", "make test": "make --dry-run test"},
    "docs/reproducibility.md": {"'clean'": "encode", "'evidence/dvc.yaml:fidelity@ae_flow'": VALIDATE},
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A repository that has run, with the Makefile and an installed environment."""
    folder = with_commands(after(tmp_path / "aeflow", "--all-pipelines"))
    # What `make demo` prints.
    (folder / "metrics/tables").mkdir(parents=True)
    (folder / "metrics/tables/voting.md").write_text("a table")
    commit(folder)
    return folder


def follow(folder: Path, commands: list[str], own: dict[str, str]) -> str:
    """Run the commands one after the other, as in a shell, and return what they print."""
    script = "\n".join(commands)
    for theirs, mine in own.items():
        assert theirs in script
        script = script.replace(theirs, mine)
    environment = {**os.environ, **PATHS}
    done = subprocess.run(
        ["bash", "-e", "-c", script], cwd=folder, env=environment, text=True, capture_output=True, check=False
    )
    assert done.returncode == 0, f"{script}\n{done.stdout}\n{done.stderr}"
    return done.stdout


@pytest.mark.parametrize("page", OWN)
def test_a_page_can_be_followed(folder: Path, page: str) -> None:
    commands = [line.partition("  #")[0] for line in COMMAND.findall((ROOT / page).read_text(encoding="utf-8"))]
    assert len(commands) > 2
    # Before the first dvc command the page says how to put it on the path.
    assert "source .venv/bin/activate" in (ROOT / page).read_text().partition("\n    dvc ")[0]
    follow(folder, ["source .venv/bin/activate", *commands], OWN[page])


def test_one_cache_for_all_on_a_machine(tmp_path: Path) -> None:
    page = (ROOT / "docs/team.md").read_text(encoding="utf-8")
    *_, section = page.split("\n## ")
    commands = COMMAND.findall(section)
    assert len(commands) == 2
    first = after(tmp_path / "first")
    own = {"/srv/aeflow-cache": str(tmp_path / "cache")}
    activate = f"export PATH={Path(sys.executable).parent}:$PATH"
    follow(first, [activate, *commands, "dvc repro --force"], own)
    subprocess.run(["git", "clone", "--quiet", first, tmp_path / "second"], check=True)
    printed = follow(tmp_path / "second", [activate, *commands, "dvc repro"], own)
    assert "Running stage" not in printed


def test_the_sampler_of_the_readme_balances_a_frame() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    code = "\n".join(re.findall(r"^ {4}(from aeflow .*|balanced, .*)$", readme, re.MULTILINE))
    rng = np.random.default_rng(0)
    names: dict[str, Any] = {
        "frame": pd.DataFrame({"service": rng.choice(["ftp", "http"], 60), "bytes": rng.poisson(40, 60)}),
        "labels": np.repeat(["normal", "attack"], [45, 15]),
    }
    exec(compile(code, "README.md", "exec"), names)
    assert len(names["balanced"]) == len(names["labels"]) == 90
