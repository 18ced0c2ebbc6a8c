"""Figs. 1-6, with the paper's numbers and without them."""

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import matplotlib.pyplot as plt
import networkx as nx
import numpy as np
import pytest
from matplotlib.axes import Axes
from matplotlib.colors import to_hex
from matplotlib.figure import Figure

from nids.detect import CLASSIFIERS
from nids.methods import METHODS, PRINTED
from nids.show.figures.architecture import ae_flow, autoencoder
from nids.show.figures.balance import shares
from nids.show.figures.comparison import before_and_after, methods
from nids.show.figures.pipeline import pipeline, stage_graph
from nids.show.figures.style import PALETTE, class_colours, to_png

ROOT = Path(__file__).parents[2]
CLASSES = ("benign", "flood", "botnet")
ROWS = {"raw": {"flood": 90, "benign": 900, "botnet": 10}, "balanced": {"flood": 90, "benign": 100, "botnet": 110}}
SUMMARY = {
    method: {
        classifier: {f"weighted_{score}": 0.5 + 0.01 * i + 0.02 * j for score in ("precision", "recall", "f1")}
        for j, classifier in enumerate(CLASSIFIERS)
    }
    for i, method in enumerate(PRINTED)
}
PAPERS = {method: {"precision": 91.0, "recall": 92.0, "f1": 93.0} for method in PRINTED}
MODEL = {"input": "cells", "encoder": [30, 16, 4], "decoder": [4, 16, 30], "coupling": "affine"}


@pytest.fixture(autouse=True)
def _closed() -> Iterator[None]:
    yield
    plt.close("all")


def _marks(axes: Axes, marker: str) -> list[tuple[float, float]]:
    """x and y of the points drawn with a marker."""
    lines = [line for line in axes.lines if line.get_marker() == marker]
    return [(float(x), float(y)) for line in lines for x, y in np.asarray(line.get_xydata(), dtype=float)]


def _row_names(figure: Figure) -> list[str]:
    return [label.get_text() for label in figure.axes[0].get_yticklabels()]


def _legend(figure: Figure) -> list[str]:
    return [text.get_text() for legend in figure.legends for text in legend.get_texts()]


def test_every_class_has_a_colour_by_its_place() -> None:
    assert class_colours(CLASSES) == dict(zip(CLASSES, PALETTE[:3], strict=True))
    assert len(set(PALETTE)) == len(PALETTE)
    many = class_colours([str(i) for i in range(len(PALETTE) + 2)])
    assert list(many.values()) == [*PALETTE, *PALETTE[:2]]


def test_shares_of_any_classes_in_the_order_asked_for() -> None:
    figure = shares(ROWS, CLASSES, None)
    assert _row_names(figure) == list(CLASSES)
    assert _legend(figure) == []
    for axes, percent in zip(figure.axes, ([90, 9, 1], [100 / 3, 30, 110 / 3]), strict=True):
        assert [bar.get_width() for bar in axes.patches] == pytest.approx(percent)  # type: ignore[attr-defined]
        assert [to_hex(bar.get_facecolor()) for bar in axes.patches] == list(class_colours(CLASSES).values())
        assert _marks(axes, "D") == []
        assert max(axes.get_xticks()) <= 100
    assert figure.axes[0].texts[0].get_text() == "90.00 %  (900 rows)"


def test_long_names_leave_the_shares_their_room() -> None:
    """The label of the longest bar ends in its panel, and thirty classes leave no empty rows above them."""
    names = [f"Web Attack - Sql Injection by a form {i}" for i in range(30)]
    rows = {"raw": dict.fromkeys(names, 40_000) | {names[0]: 2_273_097}, "balanced": dict.fromkeys(names, 50_000)}
    figure = shares(rows, names, None)
    figure.draw_without_rendering()
    left = figure.axes[0]
    renderer = figure.canvas.get_renderer()  # type: ignore[attr-defined]
    assert left.texts[0].get_window_extent(renderer).x1 <= left.get_window_extent(renderer).x1
    low, high = sorted(left.get_ylim())
    assert -1 < low < high < 30


def test_shares_beside_the_papers() -> None:
    figure = shares(ROWS, CLASSES, ROWS | {"raw": {"benign": 50, "flood": 30, "botnet": 20}})
    assert _legend(figure) == ["paper (Table 2)"]
    raw, balanced = ([x for x, _ in _marks(axes, "D")] for axes in figure.axes)
    assert raw == pytest.approx([50, 30, 20])
    assert balanced == pytest.approx([100 / 3, 30, 110 / 3])


@pytest.mark.parametrize("paper", [None, {method: PAPERS[method] for method in ("raw", "ae_flow")}])
def test_every_classifier_before_and_after_balancing(paper: dict[str, dict[str, float]] | None) -> None:
    figure = before_and_after(SUMMARY, "some test set", paper)
    assert _row_names(figure) == list(CLASSIFIERS.values())
    for axes, printed in zip(figure.axes, (91, 92, 93), strict=True):
        assert axes.get_xlabel() == "percent, some test set"
        rows = range(len(CLASSIFIERS))
        ours = [(50 + of + 2 * i, i) for i in rows for of in (0, 5)]
        assert np.array(_marks(axes, "o")) == pytest.approx(np.array(ours))
        assert _marks(axes, "D") == ([] if paper is None else [(printed, 4), (printed, 4)])
    names = [METHODS[method].name for method in ("raw", "ae_flow")]
    assert _legend(figure) == names + ([] if paper is None else [f"{name}, paper (Table 3)" for name in names])


@pytest.mark.parametrize("paper", [None, PAPERS])
def test_every_method_with_voting(paper: dict[str, dict[str, float]] | None) -> None:
    figure = methods(SUMMARY, "some test set", paper)
    assert _row_names(figure) == [METHODS[method].name for method in PRINTED]
    for axes, printed in zip(figure.axes, (91, 92, 93), strict=True):
        assert axes.get_xlabel() == "percent, some test set"
        assert np.array(_marks(axes, "o")) == pytest.approx(np.array([(58 + i, i) for i in range(len(PRINTED))]))
        assert _marks(axes, "D") == ([] if paper is None else [(printed, i) for i in range(len(PRINTED))])
    assert _legend(figure) == ([] if paper is None else ["paper (derived from its Tables 4-6)"])


def test_a_long_name_of_the_test_set_stays_below_its_panel() -> None:
    long = "UNSW-NB15 and CIC-IDS2017 (machine-learning form), 30% of the rows of each type"
    for figure in (methods(SUMMARY, long, None), before_and_after(SUMMARY, long, None)):
        figure.draw_without_rendering()
        boxes = [axes.xaxis.label.get_window_extent() for axes in figure.axes]
        assert all(left.x1 < right.x0 for left, right in pairwise(boxes))


@pytest.mark.parametrize("n_layers", [1, 2, 3, 6])
def test_the_model_is_drawn_with_its_layers(n_layers: int) -> None:
    model = MODEL | {"coupling_layers": n_layers}
    texts = [text.get_text() for text in autoencoder(model).axes[0].texts]
    assert {"x\n30 cells", "z\n4 dimensions", "x'\n30 cells", "Encoder E", "Decoder D"} <= set(texts)
    assert texts.count("16") == 2
    couplings = [text.get_text() for text in ae_flow(model).axes[0].texts if "coupling" in text.get_text()]
    assert couplings[-1] == f"{n_layers}: affine coupling (Real-NVP)"
    assert len(couplings) == min(n_layers, 3 if n_layers <= 3 else 2)


def test_the_paper_is_a_graph_of_its_own() -> None:
    graph = stage_graph(ROOT, "dvc.yaml")
    in_order = ("describe", "fetch", "encode", "oversample", "clean", "classify", "evaluate", "figures", "report")
    assert set(graph) == {*in_order, "undersample", "density", "model"}
    assert all(graph.has_edge(a, b) for a, b in pairwise(in_order))
    assert graph.nodes["oversample"]["runs"] == 2
    figure = pipeline(graph)
    assert {"fetch", "classify", "2 stages"} <= {text.get_text() for text in figure.axes[0].texts}
    assert to_png(figure) == to_png(pipeline(graph))


def test_the_evidence_is_a_graph_of_its_own() -> None:
    graph = stage_graph(ROOT, "evidence/dvc.yaml")
    assert {"validate", "repeat", "ablate", "score", "report"} <= set(graph)
    assert "encode" not in graph
    assert nx.is_directed_acyclic_graph(graph)
    assert to_png(pipeline(graph)).startswith(b"\x89PNG")
