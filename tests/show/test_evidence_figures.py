from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from itertools import product
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from matplotlib.axes import Axes
from matplotlib.colors import to_hex
from matplotlib.figure import Figure

from nids.detect import CLASSIFIERS, DECIDED, DETECTOR, MAIN, PAPERS, RULES
from nids.judge.fidelity_summary import MEASURED
from nids.methods import METHODS
from nids.show.figures.ablation import ablation
from nids.show.figures.alarms import alarm_rates
from nids.show.figures.attacks import alarms, attacks
from nids.show.figures.calibration import calibration
from nids.show.figures.density import density
from nids.show.figures.encoding import encoding
from nids.show.figures.fidelity import PANELS, fidelity
from nids.show.figures.ranks import groups, ranks
from nids.show.figures.roc import DRAWN, MOST, roc
from nids.show.figures.rule import rule
from nids.show.figures.style import class_colours, to_png

TEST = "KDDTest+"
CLASSES, NORMAL, SMALL = ("Normal", "Dos", "Probe", "R2L", "U2R"), "Normal", ("R2L", "U2R")
ALONE = "httptunnel"
NAMES = [method.name for method in METHODS.values()]
PLACES = {method: i for i, method in enumerate(METHODS)}
# Attack type: class, whether it occurs in training, rows, share found.
TYPES = {
    "normal": ("Normal", True, 640, 0.95),
    "neptune": ("Dos", True, 4657, 0.9),
    "ftp_write": ("R2L", True, 4, 0.25),
    "mscan": ("Probe", False, 1000, 0.5),
    "xterm": ("U2R", False, 13, 0.0),
    "httptunnel": ("U2R", False, 100, 0.4),
}


@pytest.fixture(autouse=True)
def _closed() -> Iterator[None]:
    yield
    plt.close("all")


def _value(method: str, classifier: str, rule: str, seed: int) -> float:
    """A score in [0, 1] that differs between all of them; seeds 0 and 1 are 0.02 apart."""
    higher = 0.2 * (rule == "decided") + 0.02 * list(CLASSIFIERS).index(classifier)
    return 0.3 + 0.01 * PLACES[method] + higher + 0.02 * seed


def _scores(seeds: int, small: Sequence[str] = SMALL) -> pd.DataFrame:
    names = ("weighted_f1", "macro_f1", *(f"recall_{name}" for name in small), "false_alarm_rate", "brier")
    return pd.DataFrame(
        [
            {"test": test, "method": method, "classifier": classifier, "rule": rule, "seed": seed}
            | dict.fromkeys(names, _value(method, classifier, rule, seed) if test == "test" else 0.99)
            for test, method, classifier, rule in product(("test", "test_21"), METHODS, CLASSIFIERS, RULES)
            if rule == "argmax" or classifier in DECIDED
            for seed in range(seeds)
        ]
    )


def _attacks(seeds: int, types: Mapping[str, Any] = TYPES) -> pd.DataFrame:
    return pd.DataFrame(
        [
            {"method": method, "classifier": classifier, "rule": rule, "seed": seed, "attack": attack, "class": name}
            | {"seen": seen, "rows": n, "found": round(n * share) if (classifier, rule) == MAIN else 0}
            for method, classifier, rule, seed in product(METHODS, DECIDED, RULES, range(seeds))
            for attack, (name, seen, n, share) in types.items()
        ]
    )


def _ablation(seeds: int) -> pd.DataFrame:
    return pd.DataFrame(
        [
            {"oversampling": oversampling, "kmeans": kmeans, "oss": oss, "classifier": classifier, "seed": seed}
            | dict.fromkeys(("weighted_f1", "macro_f1"), 0.5 + i / 100 + 0.02 * seed + 0.2 * (classifier == "voting"))
            for i, (oversampling, kmeans, oss) in enumerate(
                product(("none", "smote", "ae_flow"), (False, True), (False, True))
            )
            for classifier in ("xgb", "voting")
            for seed in range(seeds)
        ]
    )


def _calibration() -> pd.DataFrame:
    """Two seeds; bin 9 has three times as many rows in the second as in the first, bin 0 none."""
    points = [(0, 9, 100, 0.95, 0.9), (1, 9, 300, 0.99, 0.7), (0, 5, 10, 0.55, 0.5), (1, 5, 10, 0.55, 0.5)]
    points += [(seed, 0, 0, 0.0, 0.0) for seed in (0, 1)]
    return pd.DataFrame(
        [
            {"method": method, "classifier": classifier, **dict(zip(columns, point, strict=True))}
            for columns in [("seed", "bin", "rows", "confidence", "accuracy")]
            for method, classifier, point in product(METHODS, ("voting", "xgb_density"), points)
        ]
    )


def _points(seeds: int) -> pd.DataFrame:
    """The more to the right in the order of the methods, the more false alarms; the detector is the first."""
    return pd.DataFrame(
        [
            {"method": method, "seed": seed, "auc": 0.9 + i / 1000, "auc_unseen": 0.8, "recall": 0.5 + i / 100}
            | {"false_alarm_rate": 0.01 * i + 0.02 * seed}
            for i, method in enumerate((DETECTOR, *METHODS))
            for seed in range(seeds)
        ]
    )


def _curves(seeds: int) -> pd.DataFrame:
    return pd.DataFrame(
        [
            {"method": method, "seed": seed, "false_alarms": rate, "found": min(1, rate + 0.1 * seed)}
            for method in (DETECTOR, *METHODS)
            for seed in range(seeds)
            for rate in (0.0, 0.2, 1.0)
        ]
    )


def _alarms(seeds: int) -> pd.DataFrame:
    """A row more of neptune raises an alarm with each method, the detector's first."""
    return pd.DataFrame(
        [
            {"method": method, "seed": seed, "attack": attack, "class": name, "seen": seen, "rows": 100, "found": i}
            for i, method in enumerate((DETECTOR, *METHODS))
            for seed in range(seeds)
            for attack, (name, seen, _, _) in TYPES.items()
            if name != NORMAL
        ]
    )


def _decision() -> dict[str, Any]:
    """Promised: 4% of each method's classifier MAIN with the decision rule."""
    rates = {name: {"argmax": 0.5, "decided": 0.04 if name == MAIN[0] else 0.5} for name in DECIDED}
    return {method: {name: {"false_alarm_rate": of} for name, of in rates.items()} for method in METHODS}


def _statistics(ranked: dict[str, float], p: float | None, critical: float | None) -> dict[str, Any]:
    of_score = {"ranks": ranked, "friedman_p": p, "critical_difference": critical}
    other = of_score | {"ranks": dict(zip(ranked, reversed(list(ranked.values())), strict=True))}
    return {
        "/".join(MAIN): {"weighted_f1": of_score, "macro_f1": other},
        "/".join(PAPERS): {"weighted_f1": other, "macro_f1": other},
    }


def _fidelity(*classes: str) -> dict[str, Any]:
    """C2ST AUC and the others: 0.5, 0.51, ... of the methods in order."""
    methods = {
        method: {key: {"mean": 0.5 + i / 100, "std": 0.1} for key in PANELS} for i, method in enumerate(MEASURED)
    }
    return {name: {"methods": methods} for name in classes}


@cache
def _rule(seeds: int) -> Figure:
    return rule(_scores(seeds), TEST, SMALL)


@cache
def _encoding(seeds: int) -> Figure:
    return encoding(_scores(seeds), TEST)


@cache
def _density(seeds: int) -> Figure:
    return density(_scores(seeds), TEST)


@cache
def _ablated(seeds: int) -> Figure:
    return ablation(_ablation(seeds), TEST)


def _draw_attacks(found: pd.DataFrame, alone: str | None = ALONE) -> Figure:
    return attacks(found, TEST, CLASSES, NORMAL, alone)


def _markers(axes: Axes) -> list[tuple[float, float, str, str]]:
    """x, y, edge and face of each point in order of drawing; bars and legends' empty lines left out."""
    lines = [line for line in axes.lines if line.get_marker() == "o"]
    return [
        (float(x), float(y), to_hex(line.get_markeredgecolor()), to_hex(line.get_markerfacecolor()))
        for line in lines
        for x, y in np.asarray(line.get_xydata(), dtype=float)
    ]


def _row_names(figure: Figure) -> list[str]:
    return [label.get_text() for label in figure.axes[0].get_yticklabels()]


def _half_bars(axes: Axes) -> list[float]:
    """Half the length of each error bar of ``axes``."""
    segments = [segment for bars in axes.collections for segment in bars.get_segments()]  # type: ignore[attr-defined]
    return [float(np.ptp(np.asarray(segment)[:, 0])) / 2 for segment in segments]


def _axes_with_title(figure: Figure, start: str) -> Axes:
    (axes,) = [axes for axes in figure.axes if axes.get_title("left").startswith(start)]
    return axes


def test_every_figure_is_drawn_from_one_seed_without_a_warning() -> None:
    for figure in (
        ranks(_statistics({method: 1.0 + i for i, method in enumerate(METHODS)}, None, None), TEST),
        _rule(1),
        _draw_attacks(_attacks(1)),
        _ablated(1),
        calibration(_calibration(), _scores(1), TEST, 5),
        _encoding(1),
        _density(1),
        roc(_curves(1), _points(1), TEST, 0.05),
        alarms(_alarms(1), TEST, CLASSES, ALONE),
        alarm_rates(_decision(), _points(1), TEST, 0.05),
        fidelity(_fidelity(*SMALL)),
    ):
        figure.set_dpi(20)
        assert to_png(figure).startswith(b"\x89PNG")


@pytest.mark.parametrize(
    ("seeds", "said"), [(1, "KDDTest+, one seed"), (2, "KDDTest+, mean and standard deviation of 2 seeds")]
)
def test_titles_say_which_test_set_and_how_many_seeds(seeds: int, said: str) -> None:
    for figure in (_rule(seeds), _encoding(seeds), _ablated(seeds)):
        assert figure.get_suptitle().endswith(said)


@pytest.mark.parametrize(
    ("draw", "title", "hollow", "filled"),
    [
        (_rule, "False-alarm", ("xgb_density", "argmax"), ("xgb_density", "decided")),
        (_rule, "Macro", ("xgb_density", "argmax"), ("xgb_density", "decided")),
        (_encoding, "Weighted", ("xgb", "argmax"), ("xgb_onehot", "argmax")),
        (_density, "Macro", ("xgb_onehot", "decided"), ("xgb_density", "decided")),
    ],
)
def test_dumbbells_join_the_two_configurations(
    draw: Any, title: str, hollow: tuple[str, str], filled: tuple[str, str]
) -> None:
    figure = draw(2)
    axes = _axes_with_title(figure, title)
    assert _row_names(figure) == NAMES
    found = _markers(axes)
    assert len(found) == 2 * len(METHODS)
    for method, (left, right) in zip(METHODS, zip(found[::2], found[1::2], strict=True), strict=True):
        colour = METHODS[method].colour
        for mark, ends, face in ((left, hollow, "#ffffff"), (right, filled, colour)):
            middle = 100 * np.mean([_value(method, *ends, seed) for seed in (0, 1)])
            assert mark[0] == pytest.approx(middle)
            assert mark[1:] == (PLACES[method], colour, face)
    # Two seeds 2 points apart: their standard deviation is 2 / sqrt(2).
    assert _half_bars(axes) == pytest.approx([2**0.5] * len(found))


def test_one_seed_has_no_spread() -> None:
    assert set(_half_bars(_rule(1).axes[0])) == {0}
    assert set(_half_bars(_ablated(1).axes[0])) == {0}


def test_false_alarms_are_the_promised_and_the_kept_ones() -> None:
    """The detector has no promise."""
    figure = alarm_rates(_decision(), _points(2), TEST, 0.05)
    (axes,) = figure.axes
    assert _row_names(figure) == NAMES
    found = _markers(axes)
    assert [mark[0] for mark in found[::2]] == pytest.approx([4] * len(METHODS))
    assert [mark[0] for mark in found[1::2]] == pytest.approx([i + 1 for i in range(1, len(METHODS) + 1)])
    assert [mark[2:] for mark in found[::2]] == [(METHODS[m].colour, "#ffffff") for m in METHODS]
    (budget,) = [line for line in axes.lines if line.get_linestyle() == "--"]
    assert set(np.asarray(budget.get_xdata()).tolist()) == {5}


def test_curves_and_points_are_means_over_the_seeds() -> None:
    figure = roc(_curves(2), _points(2), TEST, 0.05)
    (axes,) = figure.axes
    assert axes.get_xlim() == (0, MOST)
    lines = [line for line in axes.lines if len(np.asarray(line.get_xdata())) == 3]
    assert len(lines) == len(DRAWN) + 1
    for line in lines:
        assert np.asarray(line.get_xydata()) == pytest.approx(np.array([[0, 5], [20, 25], [100, 100]]))
    places = [[DETECTOR, *METHODS].index(method) for method in (DETECTOR, *DRAWN)]
    assert np.array([mark[:2] for mark in _markers(axes)]) == pytest.approx(np.array([(i + 1, 50 + i) for i in places]))
    legend = axes.get_legend()
    assert legend is not None
    names = ["Detector", *(METHODS[method].name for method in DRAWN)]
    assert [text.get_text() for text in legend.get_texts()] == [
        f"{name} (area {0.9 + i / 1000:.3f}; types that training lacks 0.800)"
        for name, i in zip(names, places, strict=True)
    ]


def test_alarms_of_types_have_the_detector_before_the_methods() -> None:
    figure = alarms(_alarms(2), TEST, CLASSES, ALONE)
    labels = [label.get_text() for axis in figure.axes[0].child_axes for label in axis.get_xticklabels()]
    assert labels == ["Detector", *NAMES]
    seen = next(axes for axes in figure.axes if axes.images)
    assert np.asarray(seen.images[0].get_array())[0] == pytest.approx(list(range(len(METHODS) + 1)))
    assert "normal (100)" not in [text.get_text() for axes in figure.axes for text in axes.get_yticklabels()]


def test_attack_types_stand_by_part_and_class_with_their_recall() -> None:
    figure = _draw_attacks(_attacks(2))
    seen, unseen, alone = (axes for axes in figure.axes if axes.images)
    names = [[label.get_text() for label in axes.get_yticklabels()] for axes in (seen, unseen, alone)]
    assert names == [["neptune (4,657)", "ftp_write (4)"], ["mscan (1,000)", "xterm (13)"], ["httptunnel (100)"]]
    assert alone.get_title("left") == "httptunnel by itself: 100 of 113 U2R rows, training lacks it"
    for axes, percent in ((seen, [90, 25]), (unseen, [50, 0]), (alone, [40])):
        array = np.asarray(axes.images[0].get_array())
        assert array == pytest.approx(np.repeat(percent, len(METHODS)).reshape(array.shape), abs=0.02)
    cells = [text.get_text() for text in seen.texts]
    assert cells[: len(METHODS)] == ["90"] * len(METHODS)
    assert cells[-2:] == ["Dos", "R2L"]


def test_columns_of_attack_types_are_the_methods_in_order_and_seeds_are_averaged() -> None:
    frame = _attacks(2)
    main = (frame["classifier"] == MAIN[0]) & (frame["rule"] == MAIN[1])
    mscan = main & (frame["attack"] == "mscan")
    frame.loc[mscan, "found"] = [100 * PLACES[m] // 2 + 20 * s for m, s in frame.loc[mscan, ["method", "seed"]].values]
    figure = _draw_attacks(frame.sample(frac=1, random_state=0))
    unseen = next(axes for axes in figure.axes if "lacks" in axes.get_title("left"))
    assert np.asarray(unseen.images[0].get_array())[0] == pytest.approx([5 * i + 1 for i in range(len(METHODS))])
    labels = [label.get_text() for axis in figure.axes[0].child_axes for label in axis.get_xticklabels()]
    assert labels == NAMES


def test_attack_types_have_two_parts_where_none_stands_by_itself() -> None:
    without = _attacks(1, {name: of for name, of in TYPES.items() if name != ALONE})
    for figure in (_draw_attacks(without), _draw_attacks(_attacks(1), alone=None)):
        titles = [axes.get_title("left") for axes in figure.axes if axes.images]
        assert titles == ["Types that occur in training", "Types that training lacks"]


def test_other_classes_have_their_names_and_colours_everywhere() -> None:
    classes = ("benign", "flood", "botnet")
    types = {"none": ("benign", True, 9, 1.0), "syn": ("flood", True, 70, 0.5), "mirai": ("botnet", True, 7, 0.5)}
    figure = attacks(_attacks(1, types), "test", classes, "benign", "mirai")
    flood, botnet = (axes for axes in figure.axes if axes.images)
    assert botnet.get_title("left") == "mirai by itself: 7 of 7 botnet rows, occurs in training"
    for axes, name in ((flood, "flood"), (botnet, "botnet")):
        assert [(text.get_text(), text.get_color()) for text in axes.texts][-1] == (name, class_colours(classes)[name])
    panels = rule(_scores(1, ["botnet"]), "test", ["botnet"]).axes
    assert [axes.get_title("left").split("\n")[0] for axes in panels] == [
        "Macro F1",
        "botnet recall",
        "False-alarm rate",
    ]
    assert fidelity(_fidelity("botnet")).axes[0].get_ylabel() == "botnet"


def test_fidelity_has_the_methods_between_real_rows_and_noise() -> None:
    figure = fidelity(_fidelity(*SMALL))
    assert len(figure.axes) == len(SMALL) * len(PANELS)
    assert _row_names(figure) == list(MEASURED.values())
    for axes in figure.axes:
        found = _markers(axes)
        assert [mark[0] for mark in found] == pytest.approx([0.5 + i / 100 for i in range(len(MEASURED))])
        assert found[list(MEASURED).index("ae_flow")][2] == METHODS["ae_flow"].colour


def test_a_method_that_is_not_measured_on_a_class_keeps_its_row() -> None:
    found = _fidelity("R2L", "U2R")
    found["U2R"] = {"methods": {method: of for method, of in found["U2R"]["methods"].items() if method != "smote"}}
    figure = fidelity(found)
    assert _row_names(figure) == list(MEASURED.values())
    for axes, methods in ((figure.axes[0], list(MEASURED)), (figure.axes[len(PANELS)], list(found["U2R"]["methods"]))):
        rows = {mark[1] for mark in _markers(axes)}
        assert rows == {list(MEASURED).index(method) for method in methods}


def test_ablation_shows_four_shared_cells_and_four_of_each_method() -> None:
    figure = _ablated(2)
    axes = _axes_with_title(figure, "Macro")
    assert _row_names(figure) == [
        "none of the three",
        "OSS",
        "K-means",
        "K-means + OSS",
        "oversampling",
        "oversampling + OSS",
        "oversampling + K-means",
        "oversampling + K-means + OSS",
    ]
    found = _markers(axes)
    # Voting's 70 percent, a point for each cell in the order of the frame, and a point for the mean of the two seeds.
    assert [mark[0] for mark in found] == pytest.approx([71 + i for i in range(12)])
    assert [round(mark[1]) for mark in found] == [0, 1, 2, 3, 4, 5, 6, 7, 4, 5, 6, 7]
    assert [mark[2] for mark in found] == [METHODS[m].colour for m in ("raw", "smote", "ae_flow") for _ in range(4)]
    assert _half_bars(axes) == pytest.approx([2**0.5] * 12)


def test_reliability_takes_the_rows_of_all_seeds_together() -> None:
    figure = calibration(_calibration(), _scores(2), TEST, 5)
    for classifier, axes in zip(("xgb_density", "voting"), figure.axes, strict=True):
        assert axes.get_title("left") == CLASSIFIERS[classifier]
        assert len(axes.collections) == 4
        for points in axes.collections:
            # Bin 9 by rows: (100 * 0.95 + 300 * 0.99) / 400, (100 * 0.9 + 300 * 0.7) / 400. No point for bin 0.
            assert np.asarray(points.get_offsets()) == pytest.approx(np.array([[55, 50], [98, 75]]))
        legend = axes.get_legend()
        assert legend is not None
        means = {m: np.mean([_value(m, classifier, "argmax", seed) for seed in (0, 1)]) for m in METHODS}
        assert [text.get_text() for text in legend.get_texts()] == [
            f"{METHODS[m].name} (Brier {means[m]:.3f})" for m in ("raw", "class_weight", "smote", "ae_flow")
        ]


@pytest.mark.parametrize(("classes", "start"), [(2, 45), (5, 15), (30, 100 / 30 - 5)])
def test_reliability_begins_below_the_least_that_the_largest_probability_can_be(classes: int, start: float) -> None:
    for axes in calibration(_calibration(), _scores(1), TEST, classes).axes:
        assert axes.get_xlim() == pytest.approx((start, 102))


@pytest.mark.parametrize("n", [1, 4])
def test_any_number_of_classes_has_panels_of_one_width(n: int) -> None:
    """Five beside each other at most: they stay readable on a page."""
    small = [f"Web Attack - Sql Injection {i}" for i in range(n)]
    figure = rule(_scores(1, small), TEST, small)
    assert len(figure.axes) == n + 2
    assert figure.get_figwidth() == pytest.approx(3.25 * min(n + 2, 5))
    titles = [axes.get_title("left") for axes in figure.axes]
    assert titles[1].split() == [*small[0].split(), "recall"]
    assert max(len(line) for title in titles for line in title.split("\n")) <= 28
    assert len(fidelity(_fidelity(*small)).axes) == n * len(PANELS)


def test_a_long_title_is_not_cut_off() -> None:
    long = "UNSW-NB15 and CIC-IDS2017 (machine-learning form), 30% of the rows of each type, stratified by label"
    for figure in (encoding(_scores(1), long), ablation(_ablation(1), long), rule(_scores(1), long, ["R2L"])):
        figure.draw_without_rendering()
        (title,) = [text for text in figure.texts if long in text.get_text()]
        assert title.get_window_extent().x1 <= figure.bbox.x1


def test_a_class_that_is_a_type_is_named_once() -> None:
    types = {name: (name, True, 10, 0.5) for name in ("benign", "flood", "botnet")}
    (axes,) = (axes for axes in attacks(_attacks(1, types), "test", list(types), "benign", None).axes if axes.images)
    assert not {"flood", "botnet"} & {text.get_text() for text in axes.texts}
    assert [label.get_text() for label in axes.get_yticklabels()] == ["flood (10)", "botnet (10)"]


def test_groups_are_the_largest_runs_within_the_critical_difference() -> None:
    assert groups([1.0, 2.0, 2.5, 5.0, 5.2], 1.6) == [(0, 2), (3, 4)]
    assert groups([1.0, 2.0, 3.0, 4.0], 2.0) == [(0, 1), (1, 2), (2, 3)]
    assert groups([1.0, 4.0], 2.0) == []
    assert groups([1.0, 1.0, 1.0], 0.5) == [(0, 2)]


@pytest.mark.parametrize(("p", "critical", "bars"), [(0.001, 1.5, len(METHODS) - 1), (0.2, 1.5, 1), (None, None, 0)])
def test_bars_need_a_difference_and_a_test(p: float | None, critical: float | None, bars: int) -> None:
    ranked = {method: 1.0 + i for i, method in enumerate(METHODS)}
    for axes in ranks(_statistics(ranked, p, critical), TEST).axes:
        assert len([line for line in axes.lines if line.get_linewidth() == 4]) == bars
        said = " ".join(text.get_text() for text in axes.texts) + axes.get_title("left")
        assert ("critical difference 1.50" in said) == (critical is not None)
        assert ("too few seeds" in said) == (p is None)


def test_ranks_stand_beside_their_methods_in_the_main_configuration() -> None:
    ranked = {method: 1.0 + i / 2 for i, method in enumerate(METHODS)}
    weighted, macro = ranks(_statistics(ranked, 0.01, 4.8), TEST).axes
    for axes, best in ((weighted, METHODS["raw"].name), (macro, [*METHODS.values()][-1].name)):
        assert f"{best}  1.0" in [text.get_text() for text in axes.texts]
        assert len(_markers(axes)) == len(METHODS)
    assert (1.0, 0.0, METHODS["raw"].colour, METHODS["raw"].colour) in _markers(weighted)
