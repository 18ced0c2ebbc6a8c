"""`make bench`: seconds and peak memory of every stage, in a scratch clone, kept in metrics/bench.json.

Nothing here is a DVC output: times differ from run to run, results do not.
"""

import json
import os
import subprocess
import tempfile
import time
from pathlib import Path

import networkx as nx
import psutil
from dvc.repo import Repo

ROOT = Path(__file__).parents[1]
SAMPLE_SECONDS = 0.05


def measure(command: str, folder: Path) -> dict[str, float]:
    """Run a shell command; return its seconds and the peak memory of it and its children, in MB."""
    start = time.perf_counter()
    with subprocess.Popen(command, shell=True, cwd=folder, stdout=subprocess.DEVNULL) as process:
        peak = 0
        while process.poll() is None:
            peak = max(peak, resident(process.pid))
            time.sleep(SAMPLE_SECONDS)
    if process.returncode:
        raise SystemExit(f"failed: {command}")
    return {"seconds": round(time.perf_counter() - start, 1), "peak_mb": round(peak / 1e6)}


def resident(pid: int) -> int:
    """Return the bytes in memory of a process and all below it."""
    try:
        processes = [psutil.Process(pid), *psutil.Process(pid).children(recursive=True)]
    except psutil.NoSuchProcess:
        return 0
    total = 0
    for process in processes:
        try:
            total += process.memory_info().rss
        except psutil.NoSuchProcess:
            continue
    return total


def main() -> None:
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch) / "aeflow"
        subprocess.run(["git", "clone", "--quiet", str(ROOT), str(folder)], check=True)
        with Repo(str(folder)) as repo:
            stages = list(nx.topological_sort(repo.index.graph.reverse()))
        found = {}
        print(f"{'stage':<24}{'seconds':>9}{'peak MB':>9}")
        for stage in stages:
            found[stage.name] = measure(stage.cmd, folder)
            print(f"{stage.name:<24}{found[stage.name]['seconds']:>9}{found[stage.name]['peak_mb']:>9}")
        found["all stages"] = {
            "seconds": round(sum(figures["seconds"] for figures in found.values()), 1),
            "peak_mb": max(figures["peak_mb"] for figures in found.values()),
        }
        # What the stages made is not DVC's yet.
        measure("dvc commit --force --quiet", folder)
        found["dvc repro, no-op"] = measure("dvc repro --quiet", folder)
        for name in ("all stages", "dvc repro, no-op"):
            print(f"{name:<24}{found[name]['seconds']:>9}{found[name]['peak_mb']:>9}")
    target = ROOT / "metrics/bench.json"
    content = {"cpus": os.cpu_count(), "stages": found}
    target.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")
    print(f"kept in {target.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
