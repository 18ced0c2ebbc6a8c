"""Tables 1-6: ours, and beside them the paper's where it has numbers of the data set."""

from collections.abc import Mapping

import pandas as pd

from nids.judge.tables import ROWS, VALUES
from nids.methods import METHODS, STUDIED
from nids.show.pages.cells import Cell, Table, cell, column, number, table, words

# From where on a difference is shown as small, middling or large: points, or percent of the paper's count.
_STEPS = (1, 5, 15)


def paper_tables(frames: Mapping[str, pd.DataFrame], captions: Mapping[str, str]) -> dict[str, Table]:
    """Return the tables by name, from the frames of metrics/tables.

    A cell has ours; with a column "paper" also the paper's below, and the difference, coloured by sign and size.
    """
    return {name: _paper_table(name, frame, captions[name]) for name, frame in frames.items()}


def _paper_table(name: str, frame: pd.DataFrame, caption: str) -> Table:
    down = ROWS[name]
    across = [title for title in frame.columns if title not in (down, *VALUES)]
    counts = frame["ours"].dtype.kind == "i"
    headings = frame[across].agg(" ".join, axis=1)
    by_cell = frame.assign(heading=headings).set_index([down, "heading"])
    rows = [
        (str(row), [words(str(row)), *(_cell(by_cell.loc[row, heading], counts) for heading in headings.unique())])
        for row in frame[down].unique()
    ]
    return table(
        name,
        caption,
        [
            column(down.capitalize(), numeric=False),
            # The names of classes are as the data have them.
            *(column(of if "class" in across else of[0].upper() + of[1:]) for of in headings.unique()),
        ],
        rows,
        marked=METHODS[STUDIED].name,
        fine_below=True,
    )


def _cell(of: pd.Series, counts: bool) -> Cell:
    digits = 0 if counts else 2
    ours = float(of["ours"])
    if "paper" not in of:
        return cell(number(ours, digits), ours)
    paper, difference = float(of["paper"]), float(of["difference"])
    return cell(
        number(ours, digits),
        ours,
        small=number(difference, digits, signed=True),
        fine=f"paper {number(paper, digits)}",
        tone=tone(difference, 100 * difference / paper if counts and paper else difference),
    )


def tone(difference: float, size: float) -> str:
    """Return "up1" to "up3" or "down1" to "down3" by sign and size, "" for a difference below the first step."""
    step = sum(abs(size) >= step for step in _STEPS)
    return f"{'up' if difference > 0 else 'down'}{step}" if step else ""
