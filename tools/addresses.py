"""Stages by the addresses that DVC takes: NAME in dvc.yaml, FILE:NAME in another file."""

from pathlib import Path
from typing import Any

from dvc.repo import Repo
from dvc.stage import PipelineStage

from nids.base.yaml import read_yaml

# The paper's pipeline and the evidence's, in the order in which they run.
FILES = ("dvc.yaml", "evidence/dvc.yaml")


def address(file: str, name: str) -> str:
    """Return the address of a stage of one of ``FILES``."""
    return name if file == FILES[0] else f"{file}:{name}"


def stages(repo: Repo) -> dict[str, PipelineStage]:
    """Return the stages of ``FILES`` in their order."""
    of_file: dict[str, dict[str, PipelineStage]] = {file: {} for file in FILES}
    for stage in repo.index.stages:
        file = Path(stage.path).relative_to(repo.root_dir).as_posix()
        of_file[file][address(file, stage.name)] = stage
    return {where: stage for found in of_file.values() for where, stage in found.items()}


def locked(root: Path) -> dict[str, Any]:
    """Return the entries of the locks beside ``FILES``; a lock that is not there has none."""
    found: dict[str, Any] = {}
    for file in FILES:
        lock = (root / file).with_suffix(".lock")
        entries = read_yaml(lock)["stages"] if lock.is_file() else {}
        found |= {address(file, name): entry for name, entry in entries.items()}
    return found
