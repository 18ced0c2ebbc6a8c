"""The paper's Tables 1-6 beside ours."""

from collections.abc import Mapping

import pandas as pd

from aeflow.evidence.tables import CAPTIONS
from aeflow.report.cells import Table, cell, column, number, table, words

# From where on a difference is shown as small, middling or large: points, or percent of the paper's count.
_STEPS = (1, 5, 15)


def paper_tables(frames: Mapping[str, pd.DataFrame]) -> list[Table]:
    """Return the tables; each cell has ours, below it the paper's and the difference, coloured by sign and size."""
    return [_paper_table(name, frame) for name, frame in frames.items()]


def _paper_table(name: str, frame: pd.DataFrame) -> Table:
    caption, down = CAPTIONS[name]
    across = [title for title in frame.columns if title not in (down, "paper", "ours", "difference")]
    counts = frame["paper"].dtype.kind == "i"
    headings = frame[across].agg(" ".join, axis=1)
    rows = []
    for row in frame[down].unique():
        of_row = frame.assign(heading=headings)[frame[down] == row].set_index("heading")
        cells = [words(str(row))]
        for heading in headings.unique():
            paper, ours, difference = (float(of_row[which][heading]) for which in ("paper", "ours", "difference"))
            digits = 0 if counts else 2
            one = cell(
                number(ours, digits),
                ours,
                small=number(difference, digits, signed=True),
                fine=f"paper {number(paper, digits)}",
                tone=tone(difference, 100 * difference / paper if counts and paper else difference),
            )
            cells.append(one)
        rows.append((str(row), cells))
    return table(
        name,
        caption,
        [column(down, numeric=False), *(column(heading) for heading in headings.unique())],
        rows,
        marked="AE-Flow",
        fine_below=True,
    )


def tone(difference: float, size: float) -> str:
    """Return "up1" to "up3" or "down1" to "down3" by sign and size, "" for a difference below the first step."""
    step = sum(abs(size) >= step for step in _STEPS)
    return f"{'up' if difference > 0 else 'down'}{step}" if step else ""
