"""The unit of work beyond one machine: one experiment, in a clone of its own, pushed when it is done.

A Dask worker is sent this file; it imports nothing of the project.
"""

import subprocess
import threading
from collections.abc import Sequence
from pathlib import Path

from dask.distributed import get_worker


def run(remote: str, commit: str, name: str, overrides: Sequence[str], target: str) -> str:
    """Run an experiment of ``commit``, unless the Git remote has it, and return what DVC printed.

    The data is pushed before the experiment's name: a name that is there is an experiment that is
    whole, at whatever point a worker is killed. Raises RuntimeError with the output of a command
    that fails.
    """
    clone = Path(get_worker().local_directory) / f"clone-{threading.get_ident()}"
    if not clone.is_dir():
        _output("git", "clone", "--quiet", remote, str(clone), folder=clone.parent)
    _output("git", "fetch", "--quiet", "origin", folder=clone)
    _output("git", "checkout", "--quiet", "--force", "--detach", commit, folder=clone)
    if name in _output("dvc", "exp", "list", "--name-only", "--rev", commit, "origin", folder=clone).split():
        return ""
    changes = [word for override in overrides for word in ("-S", override)]
    printed = _output("dvc", "exp", "run", "--pull", "-n", name, *changes, target, folder=clone)
    _output("dvc", "push", "--run-cache", "--with-deps", target, folder=clone)
    _output("dvc", "exp", "push", "--run-cache", "origin", name, folder=clone)
    return printed


def _output(*command: str, folder: Path) -> str:
    done = subprocess.run(command, cwd=folder, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
    if done.returncode:
        raise RuntimeError(f"{' '.join(command)}\n{done.stdout}")
    return done.stdout
