"""An experiment: its name, its settings, and what it starts from."""

import hashlib
import itertools
import json
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from dvc.repo import Repo

from aeflow.errors import InputError
from nids.base.credentials import without_credentials
from nids.base.quote import one_line


@dataclass(frozen=True)
class Experiment:
    """Settings of params.yaml under a name: ``chosen`` differ between experiments, ``fixed`` do not."""

    name: str
    chosen: Mapping[str, Any]
    fixed: Mapping[str, Any]

    @property
    def overrides(self) -> list[str]:
        """What follows each -S of `dvc exp run`."""
        return [f"{key}={json.dumps(value)}" for key, value in {**self.fixed, **self.chosen}.items()]

    def __str__(self) -> str:
        values = (f"{last(key)}={short(value)}" for key, value in self.chosen.items())
        return f"{self.name} ({', '.join(values)})"


def grid(values: Mapping[str, list[Any]], fixed: Mapping[str, Any], target: str) -> list[Experiment]:
    """Return an experiment for each combination.

    The name is a hash of all that the results follow from: an experiment that has this name already
    need not run again.
    """
    origin = starting_point()
    found = []
    for combination in itertools.product(*values.values()):
        chosen = dict(zip(values, combination, strict=True))
        found.append(Experiment(f"sweep-{digest(origin, target, fixed, chosen)}", chosen, fixed))
    return found


def last(key: str) -> str:
    """Return a setting's name without its section."""
    return key.rpartition(".")[2]


def short(value: Any) -> str:
    """Return a setting to read."""
    return f"{value:.4g}" if isinstance(value, float) else str(value)


def starting_point() -> list[str]:
    """Return what experiments start from: HEAD, and its files with the workspace's changes.

    This folder is left out, as no stage reads it: a longer grid keeps the experiments of a shorter one.
    """
    # While DVC starts an experiment it holds this lock, and the workspace's changes are out of sight.
    with Repo(_wait_for_lock=True) as repo, repo.lock:
        tree = git("ls-tree", git("stash", "create") or "HEAD").splitlines()
    return [git("rev-parse", "HEAD"), *(entry for entry in tree if not entry.endswith("\ttools"))]


def digest(*parts: Any) -> str:
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:7]


def git(*arguments: str) -> str:
    """Return what a Git command prints; raises InputError with its error."""
    done = subprocess.run(["git", *arguments], check=False, capture_output=True, text=True)
    if done.returncode:
        raise InputError(f"git {arguments[0]}: {without_credentials(one_line(done.stderr))}")
    return done.stdout.strip()
