"""`make verify`: run both pipelines in a scratch clone of the last commit, and compare their outputs with its locks.

Ends with a table, and with exit code 1 if an output differs by more than the tolerance.
"""

import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from dvc.api import DVCFileSystem
from dvc_data.index import DataIndexDirError

from tools import addresses
from tools.differences import difference

# Of two numbers, |a - b| / max(1, |b|): more than rounding adds up to, less than a printed digit.
TOLERANCE = 1e-6
SAME, NEAR, DIFFERENT = "same hash", f"within {TOLERANCE:g}", "different"


def main(*stages: str) -> None:
    """Verify the given stages, such as "encode" or "evidence/dvc.yaml:ablate", and all that they depend on, or all."""
    root = Path.cwd()
    with tempfile.TemporaryDirectory() as scratch:
        clone = Path(scratch) / "aeflow"
        subprocess.run(["git", "clone", "--quiet", str(root), str(clone)], check=True)
        committed = addresses.locked(clone)
        # Nothing is taken from a cache: this clone has none.
        command = ["dvc", "repro", "--force", "--no-run-cache", *(stages or ["--all-pipelines"])]
        run = subprocess.run(command, cwd=clone, check=False)
        if run.returncode:
            raise SystemExit("error: the pipeline failed in a clone of the last commit; its message is above")
        made = addresses.locked(clone)
        reference = DVCFileSystem(str(root), rev="HEAD")
        rows = [_row(stage, committed.get(stage), made[stage], reference, clone) for stage in _ran(clone, stages)]
    print(pd.DataFrame(rows).to_markdown(index=False, colalign=("left", *["right"] * 4), disable_numparse=True))
    worst = DIFFERENT if any(row[DIFFERENT] for row in rows) else NEAR if any(row[NEAR] for row in rows) else SAME
    print(f"\nAll outputs, at worst: {worst}.")
    raise SystemExit(worst == DIFFERENT)


def _ran(clone: Path, stages: tuple[str, ...]) -> list[str]:
    """Return the addresses of the stages and of all that they depend on, in the order of FILES."""
    import networkx as nx
    from dvc.repo import Repo

    with Repo(str(clone)) as repo:
        there = addresses.stages(repo)
        chosen = [there[stage] for stage in stages or there]
        needed = set(chosen).union(*(nx.descendants(repo.index.graph, stage) for stage in chosen))
        return [where for where, stage in there.items() if stage in needed]


def _row(
    stage: str, committed: dict[str, Any] | None, made: dict[str, Any], reference: DVCFileSystem, clone: Path
) -> dict[str, Any]:
    if committed is None:
        raise SystemExit(f"error: {stage}: no committed lock has it; run `dvc repro` and commit its lock")
    found: list[float] = []
    hashes = {out["path"]: out["md5"] for out in committed["outs"]}
    for out in made["outs"]:
        if out["md5"] == hashes.get(out["path"]):
            found += [0.0] * out.get("nfiles", 1)
        else:
            found += _differences(out["path"], reference, clone)
    counts = Counter(SAME if apart == 0 else NEAR if apart <= TOLERANCE else DIFFERENT for apart in found)
    largest = max(found, default=0.0)
    return {
        "stage": stage,
        **{kind: counts[kind] or "" for kind in (SAME, NEAR, DIFFERENT)},
        "largest difference": "" if largest == 0 else "more than numbers" if np.isinf(largest) else f"{largest:.2g}",
    }


def _files(path: Path) -> list[Path]:
    return [path] if path.is_file() else [file for file in path.rglob("*") if file.is_file()]


def _differences(out: str, reference: DVCFileSystem, clone: Path) -> list[float]:
    """Return for each file of an output how far it is from the committed one."""
    ours = {file.relative_to(clone).as_posix(): file for file in _files(clone / out)}
    try:
        theirs = set(reference.find(out)) if reference.isdir(out) else {out}
        return [
            difference(name, ours[name].read_bytes(), reference.read_bytes(name))
            if name in ours and reference.exists(name)
            else np.inf
            for name in sorted(theirs | set(ours))
        ]
    except (FileNotFoundError, DataIndexDirError):
        raise SystemExit(
            f"error: {out} differs from the committed one, which is not in the cache; "
            "run `python -m tools.pull` and try again"
        ) from None


if __name__ == "__main__":
    main(*sys.argv[1:])
