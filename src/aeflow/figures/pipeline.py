"""Fig. 2: the pipeline as DVC itself sees it."""

from pathlib import Path

import matplotlib.pyplot as plt
import networkx as nx
from dvc.repo import Repo
from matplotlib.figure import Figure

from aeflow.figures.style import INK, PALE


def stage_graph(repository: Path) -> nx.DiGraph:
    """Return the graph of dvc.yaml's stages, an arrow from each stage to those that use its outputs.

    The items of a matrix are one node, with ``items`` in the order of dvc.yaml. Arrows that others
    imply are left out.
    """
    with Repo(str(repository)) as repo:
        # DVC's arrows go from a stage to what it depends on.
        found = repo.index.graph.reverse()
    graph = nx.DiGraph()
    names = {stage: stage.addressing.partition("@") for stage in found}
    for stage in sorted(found, key=lambda stage: stage.addressing):
        name, _, item = names[stage]
        graph.add_node(name)
        graph.nodes[name].setdefault("items", []).extend([item] if item else [])
    graph.add_edges_from((names[a][0], names[b][0]) for a, b in found.edges)
    reduced = nx.transitive_reduction(graph)
    reduced.add_nodes_from(graph.nodes(data=True))
    return reduced


def pipeline(graph: nx.DiGraph) -> Figure:
    """Draw the stages from left to right, each as far left as its dependencies allow."""
    columns = [sorted(column) for column in nx.topological_generations(graph)]
    position = {
        name: (1.5 * i, 1.15 * ((len(column) - 1) / 2 - j)) for i, column in enumerate(columns) for j, name in enumerate(column)
    }
    figure, axes = plt.subplots(figsize=(1.35 * len(columns), 4.2))
    axes.set_axis_off()
    for a, b in sorted(graph.edges):
        axes.annotate(
            "",
            position[b],
            position[a],
            arrowprops={"arrowstyle": "-|>", "color": INK, "shrinkA": 30, "shrinkB": 32, "mutation_scale": 11},
        )
    for name, (x, y) in position.items():
        items = graph.nodes[name]["items"]
        text = "\n".join([name, *items])
        axes.text(
            x, y, text, ha="center", va="center", fontsize=9, linespacing=1.35,
            bbox={"boxstyle": "round,pad=0.5", "fc": PALE if items else "white", "ec": INK},
        )
    axes.set_xlim(-0.75, 1.5 * (len(columns) - 1) + 0.75)
    highest = max(len(column) for column in columns)
    axes.set_ylim(-0.62 * highest, 0.62 * highest)
    return figure
