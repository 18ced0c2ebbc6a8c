"""Tables as plain values: what a page needs to show and to sort them, and how numbers are written."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from nids.judge.tables import number as judged
from nids.methods import STUDIED

Table = dict[str, Any]
Cell = dict[str, Any]
MISSING = "\N{EN DASH}"


def number(value: float, digits: int, signed: bool = False) -> str:
    """Return a number as text with a true minus sign; one that rounds to 0 has no sign."""
    rounded = Decimal(judged(value, digits)) or Decimal(0).scaleb(-digits)
    text = f"{rounded:{'+' if signed and rounded else ''},}"
    return text.replace("-", "\N{MINUS SIGN}")


def p_text(p: float) -> str:
    return "< 0.001" if p < 0.001 else number(p, 3)


def cell(text: str, value: float | str | None = None, *, small: str = "", fine: str = "", tone: str = "") -> Cell:
    """Return a cell: ``value`` is what it is sorted by (None: always last).

    small stands behind the text, fine below it; tone is a style of the page.
    """
    return {
        "text": text,
        "value": "" if value is None else value if isinstance(value, str) else repr(round(float(value), 6)),
        "small": small,
        "fine": fine,
        "tone": tone,
        "best": False,
    }


def words(text: str) -> Cell:
    """Return a cell of text, sorted by it."""
    return cell(text, text)


def whole(count: int) -> Cell:
    """Return a cell with a count."""
    return cell(f"{count:,}", float(count))


def share(value: float | None, digits: int = 1) -> Cell:
    """Return a fraction in percent, or an empty cell for None."""
    return cell(MISSING) if value is None else cell(number(100 * value, digits), 100 * value)


def column(title: str, *, numeric: bool = True, less_is_better: bool = False) -> dict[str, Any]:
    """Return a column's heading and how it is sorted at first: the best, or the first by name, on top."""
    return {
        "title": title,
        "numeric": numeric,
        "first": "ascending" if less_is_better or not numeric else "descending",
    }


def table(
    key: str,
    caption: str,
    columns: Sequence[dict[str, Any]],
    rows: Sequence[tuple[str, list[Cell]]],
    *,
    groups: Sequence[tuple[str, int]] = (),
    note: str = "",
    marked: str = STUDIED,
    tall: bool = False,
    fine_below: bool = False,
) -> Table:
    """Return a table.

    rows: a key and the cells of each; the rows whose key is ``marked`` stand out. groups: headings
    above the columns, each with the number of columns below it. tall: scrolls in its own frame.
    fine_below: the fine print stands below the numbers, not in a tooltip.
    """
    above = [title for title, span in groups for _ in range(span)] or [""] * len(columns)
    return {
        "kind": "table",
        "id": key,
        "caption": caption,
        "note": note,
        "groups": [{"title": title, "span": span} for title, span in groups],
        "columns": list(columns),
        "headings": [
            f"{title}: {c['title']}" if title else c["title"] for title, c in zip(above, columns, strict=True)
        ],
        "rows": [{"marked": name == marked, "cells": cells} for name, cells in rows],
        "tall": tall,
        "fine_below": fine_below,
    }


def mark_best(rows: Sequence[tuple[str, list[Cell]]], at: int, less_is_better: bool) -> None:
    """Mark the best cells of a column; cells that read the same are equally good."""
    cells = [cells[at] for _, cells in rows if cells[at]["value"] != ""]
    if cells:
        best = (min if less_is_better else max)(cells, key=lambda c: float(c["value"]))["text"]
        for c in cells:
            c["best"] = c["text"] == best


def listed(items: Sequence[str], last: str = "and") -> str:
    """Return "a", "a and b" or "a, b and c"."""
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} {last} {items[-1]}"


def counted(count: int, noun: str) -> str:
    """Return "1 seed" or "3 seeds"."""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"
