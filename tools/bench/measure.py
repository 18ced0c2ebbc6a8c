"""Commands in a scratch clone, their seconds and memory, and the file that keeps them."""

import json
import os
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psutil

ROOT = Path(__file__).parents[2]
SAMPLE_SECONDS = 0.05


@contextmanager
def clone() -> Iterator[Path]:
    """Give a clone of the last commit, in which nothing has run."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch) / "aeflow"
        subprocess.run(["git", "clone", "--quiet", str(ROOT), str(folder)], check=True)
        yield folder


def measure(command: str, folder: Path) -> dict[str, float]:
    """Run a shell command; return its seconds and the peak memory of it and its children, in MB."""
    start = time.perf_counter()
    with subprocess.Popen(command, shell=True, cwd=folder, stdout=subprocess.DEVNULL) as process:
        peak = 0
        while process.poll() is None:
            peak = max(peak, _resident(process.pid))
            time.sleep(SAMPLE_SECONDS)
    if process.returncode:
        raise SystemExit(f"failed: {command}")
    return {"seconds": round(time.perf_counter() - start, 1), "peak_mb": round(peak / 1e6)}


def keep(name: str, content: dict[str, Any]) -> None:
    """Write metrics/NAME.json, with the number of cores."""
    target = ROOT / f"metrics/{name}.json"
    target.write_text(json.dumps({"cpus": os.cpu_count(), **content}, indent=2) + "\n", encoding="utf-8")
    print(f"kept in {target.relative_to(ROOT)}")


def _resident(pid: int) -> int:
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
