"""The figures of a sweep or a search show every experiment where it belongs."""

import numpy as np
import pandas as pd
import pytest
from tools.figures import BEST, axis, parallel_coordinates, response


def _frame() -> pd.DataFrame:
    """Two settings of two values each, and the objective's mean: 0.65 at a = 4 and 0.55 at a = 8."""
    return pd.DataFrame(
        {
            "experiment": ["best", "second", "third", "worst"],
            "a": [4, 8, 4, 8],
            "b": ["x", "y", "y", "x"],
            "validation": [0.7, 0.65, 0.6, 0.45],
            "alarms": 0.05,
        }
    ).convert_dtypes()


def test_a_line_for_each_experiment_and_the_best_in_red_on_top() -> None:
    axes = parallel_coordinates(_frame(), ["a", "b"]).axes[0]
    lines = [line for line in axes.lines if np.size(line.get_xdata()) == 3]
    ends = [float(np.asarray(line.get_ydata())[-1]) for line in lines]
    assert ends == pytest.approx([0, 0.6, 0.8, 1])
    assert [str(line.get_color()) == BEST for line in lines] == [False, False, False, True]
    a, b, _ = (np.round(np.asarray([line.get_ydata() for line in lines])[:, i]) for i in range(3))
    assert list(a) == [1, 0, 1, 0]
    assert list(b) == [0, 1, 1, 0]
    places = np.asarray([line.get_ydata() for line in lines])[:, 0]
    assert len(set(places)) == 4, "lines through the same value lie side by side"
    assert [text.get_text() for text in axes.texts] == ["4", "8", "x", "y", "45.0", "51.2", "57.5", "63.8", "70.0"]


def test_the_response_is_the_mean_at_each_value() -> None:
    panels = response(_frame(), ["a", "b"]).axes
    assert [axes.get_xlabel() for axes in panels] == ["a", "b"]
    points, best, mean = (np.asarray(line.get_xydata()) for line in panels[0].lines)
    assert points == pytest.approx(np.array([[0, 70], [1, 65], [0, 60], [1, 45]]))
    assert best == pytest.approx(np.array([[0, 70]]))
    assert mean == pytest.approx(np.array([[0, 65], [1, 55]]))


def test_many_numbers_stand_where_they_are_and_wide_ones_on_a_logarithmic_scale() -> None:
    even = axis(pd.Series(np.arange(1.0, 12)))
    assert list(even.positions) == list(range(1, 12))
    wide = axis(pd.Series(10.0 ** np.arange(-4, 6)))
    assert wide.positions == pytest.approx(np.arange(-4, 6))
    assert next(iter(wide.ticks.values())) == "0.0001"
    assert not even.few
    assert not wide.few


def test_one_experiment_can_be_drawn() -> None:
    alone = _frame().head(1)
    lines = parallel_coordinates(alone, ["a"]).axes[0].lines
    assert list(np.asarray(lines[0].get_ydata())) == [0.5, 0.5]
    assert len(response(alone, ["a"]).axes) == 1
