"""docs/sweeps.md, followed line by line: its commands as one script, in the order in which they stand."""

import os
import re
import signal
import socket
import subprocess
from contextlib import suppress
from pathlib import Path

import pytest
from conftest import ROOT
from experiment_helpers import write_settings
from stub import PATHS, after, commit, with_commands

COMMAND = re.compile(r"^(?:> *)? {4}((?:[A-Z_]+=\S+ )?(?:make|dvc|git|dask|kill) .*)$", re.MULTILINE)
NTH = "$(dvc exp list --name-only | grep ^{kind} | sed -n {n}p)"


def lines() -> list[str]:
    page = re.sub(r"\\\n\s*", "", (ROOT / "docs/sweeps.md").read_text())
    return [line.partition("  #")[0] for line in COMMAND.findall(page)]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A repository that has run, with the Makefile, an installed environment, and a short sweep and search."""
    folder = with_commands(after(tmp_path / "mine" / "aeflow", "--all-pipelines"))
    write_settings(folder, "sweep.yaml", grid={"ae_flow.latent_dim": [2, 3]}, fixed={"dataset": "demo"})
    write_settings(folder, "search.yaml", space={"ae_flow.noise": {"low": 0.1, "high": 1.0}}, trials=2)
    commit(folder)
    return folder


def test_the_page_can_be_followed(folder: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = str(free.getsockname()[1])
    # What stands for something that only the reader knows.
    own = {
        "sweep-605cd6c": NTH.format(kind="sweep", n=1),
        "sweep-1c0d6a2": NTH.format(kind="sweep", n=2),
        "search-2282055-7": NTH.format(kind="search", n=1),
        "-n NAME -S KEY=VALUE ...": "-n mine -S kmeans.n_clusters=7",
        "origin NAME": "origin mine",
        "8786": port,
        "dask scheduler": f"dask scheduler --port {port}",
    }
    # There is no `origin` to be renamed.
    commands = [line for line in lines() if not line.startswith("git remote rename")]
    assert len(commands) > 20
    script = "\n".join(commands)
    # A unit of work needs the remotes that the page sets up behind it, and changes the workspace.
    unit = [line for line in commands if "NAME" in line]
    assert len(unit) == 2
    for line in unit:
        script = script.replace(f"{line}\n", "")
    script = "\n".join([script, *unit])
    for theirs, mine in own.items():
        assert theirs in script
        script = script.replace(theirs, mine)
    path = os.pathsep.join([str(folder / ".venv/bin"), os.environ["PATH"]])
    # No pipe: what runs in the background would hold it open.
    with (folder.parent / "printed").open("w+") as printed:
        process = subprocess.Popen(
            ["bash", "-e", "-c", script],
            cwd=folder,
            env={**os.environ, **PATHS, "PATH": path},
            stdout=printed,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            assert process.wait(timeout=600) == 0, f"{script}\n{(folder.parent / 'printed').read_text()}"
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
    for file in ("sweep/table.csv", "search/table.csv", "compare/table.csv"):
        assert (folder / file).is_file()
