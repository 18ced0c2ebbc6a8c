"""Seconds and peak memory of every stage of both pipelines, kept in metrics/bench.json."""

import networkx as nx
from dvc.repo import Repo

from tools import addresses
from tools.bench.measure import clone, keep, measure


def main() -> None:
    found: dict[str, dict[str, float]] = {}
    print(f"{'stage':<44}{'seconds':>9}{'peak MB':>9}")

    def add(name: str, figures: dict[str, float]) -> None:
        found[name] = figures
        print(f"{name:<44}{figures['seconds']:>9}{figures['peak_mb']:>9}", flush=True)

    with clone() as folder:
        with Repo(str(folder)) as repo:
            address_of = {stage: address for address, stage in addresses.stages(repo).items()}
            # wdir of every stage is the repository's root.
            commands = {address_of[stage]: stage.cmd for stage in nx.topological_sort(repo.index.graph.reverse())}
        for address, command in commands.items():
            add(address, measure(command, folder))
        runs = list(found.values())
        total = round(sum(of["seconds"] for of in runs), 1)
        add("all stages", {"seconds": total, "peak_mb": max(of["peak_mb"] for of in runs)})
        # What the stages made is not DVC's yet.
        measure("dvc commit --force --quiet", folder)
        for command in ("dvc repro", "dvc repro -P"):
            add(f"{command}, no-op", measure(f"{command} --quiet", folder))
    keep("bench", {"stages": found})


if __name__ == "__main__":
    main()
