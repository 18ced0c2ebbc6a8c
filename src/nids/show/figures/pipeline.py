"""Fig. 2: the pipeline as DVC itself sees it."""

from pathlib import Path
from typing import Any

import matplotlib.pyplot as plt
import networkx as nx
from matplotlib.figure import Figure
from matplotlib.patches import FancyBboxPatch

from nids.show.figures.style import INK, PALE

WIDTH, HEIGHT, COLUMN, LANE, LINE = 1.2, 0.55, 1.6, 0.85, 0.2


def stage_graph(repository: Path, file: str) -> nx.DiGraph:
    """Return the graph of a file's scripts, an arrow from each one to those that use its outputs.

    file: relative to the repository: "dvc.yaml", say; stages of others are left out.
    Stages that run the same script are one node, named after it; ``runs`` is how many there are.
    Arrows that others imply are left out.
    """
    from dvc.repo import Repo

    with Repo(str(repository)) as repo:
        # DVC's arrows go from a stage to what it depends on.
        every = repo.index.graph.reverse()
    found = every.subgraph(stage for stage in every if stage.path_in_repo == file)
    graph = nx.DiGraph()
    for stage in sorted(found, key=lambda stage: stage.addressing):
        graph.add_node(_script(stage))
        graph.nodes[_script(stage)].setdefault("runs", []).append(stage.addressing)
    graph.add_edges_from((_script(a), _script(b)) for a, b in found.edges)
    reduced = nx.transitive_reduction(graph)
    reduced.add_nodes_from((name, {"runs": len(runs)}) for name, runs in graph.nodes(data="runs"))
    return reduced


def _script(stage: Any) -> str:
    """Return the name of the script that a DVC stage runs."""
    return Path(next(word for word in stage.cmd.split() if word.startswith("stages/"))).stem


def pipeline(graph: nx.DiGraph) -> Figure:
    """Draw the stages from left to right, each as far right as the stages that use it allow."""
    position, paths = _layout(graph)
    width = max(x for x, _ in position.values()) + WIDTH
    lanes = [y for _, y in position.values()]
    height = max(lanes) - min(lanes) + 1.0
    figure, axes = plt.subplots(figsize=(0.92 * width, 0.92 * height))
    axes.set_axis_off()
    axes.set_aspect("equal")
    axes.set_xlim(-WIDTH / 2 - 0.05, width - WIDTH / 2 + 0.05)
    axes.set_ylim(min(lanes) - 0.5, max(lanes) + 0.5)
    for path in paths:
        points = [position[path[0]], *(position[dummy] for dummy in path[1:-1]), position[path[-1]]]
        points[0] = points[0][0] + WIDTH / 2, points[0][1]
        points[-1] = points[-1][0] - WIDTH / 2, points[-1][1]
        axes.plot(*zip(*points[:-1], strict=True), color=INK, lw=1.2, solid_joinstyle="round", zorder=1)
        arrow = {"arrowstyle": "-|>", "color": INK, "lw": 1.2, "shrinkA": 0, "shrinkB": 0, "mutation_scale": 10}
        axes.annotate("", points[-1], points[-2], arrowprops=arrow)
    for name, runs in graph.nodes(data="runs"):
        x, y = position[name]
        corner = (x - WIDTH / 2, y - HEIGHT / 2)
        face = PALE if runs > 1 else "white"
        style = "round,pad=0,rounding_size=0.08"
        axes.add_patch(FancyBboxPatch(corner, WIDTH, HEIGHT, boxstyle=style, fc=face, ec=INK, zorder=2))
        axes.text(x, y + (LINE / 2 if runs > 1 else 0), name, ha="center", va="center", weight="bold", fontsize=9)
        if runs > 1:
            axes.text(x, y - LINE / 2, f"{runs} stages", ha="center", va="center", fontsize=8.5)
    return figure


def _layout(graph: nx.DiGraph) -> tuple[dict, list[list]]:
    """Return positions and, for each arrow, the nodes it passes; long arrows pass dummy nodes."""
    column = {}
    for i, generation in enumerate(nx.topological_generations(graph.reverse())):
        column.update(dict.fromkeys(generation, -i))
    first = min(column.values())
    layered = nx.DiGraph()
    paths = []
    for a, b in sorted(graph.edges):
        path = [a, *((a, b, i) for i in range(column[a] + 1, column[b])), b]
        column.update({node: i for i, node in enumerate(path, start=column[a])})
        nx.add_path(layered, path)
        paths.append(path)
    position: dict = {}
    for i in sorted(set(column.values())):
        nodes = [node for node in layered if column[node] == i]

        def lane(node: object) -> tuple[float, str]:
            before = [position[p][1] for p in layered.predecessors(node)]
            return (-sum(before) / len(before) if before else 0.0, str(node))

        for j, node in enumerate(sorted(nodes, key=lane)):
            position[node] = (COLUMN * (i - first), LANE * ((len(nodes) - 1) / 2 - j))
    return position, paths
