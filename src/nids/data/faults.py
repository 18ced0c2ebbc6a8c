"""What is wrong with a line of text that is no record, and what to do about it."""

import re

import numpy as np
import pandas as pd

from nids.base.quote import quoted
from nids.data.description import Description, Kind
from nids.data.legal import ILLEGAL, illegal_cells

_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?", re.ASCII | re.IGNORECASE)
_AGAIN = "correct the cell or fetch the file again"


def fault(line: str, first: bool, dataset: Description) -> str:
    """Return what is wrong, from the row's number on: ": an empty line; delete it", ", column x: ...".

    ``line`` has surrogates for bytes that are not UTF-8; ``first``: whether it is the first of its file.
    """
    cells = line.split(",")
    if not line:
        return ": an empty line; delete it"
    if any("\udc80" <= character <= "\udcff" for character in line):
        return ": bytes that are not UTF-8; save the file as UTF-8"
    if _is_header(cells):
        return f": a header line ({quoted(cells[0])}, {quoted(cells[1])}, ...); delete it"
    if len(cells) != len(dataset.read.names):
        found = f"{len(cells)} column{'s' if len(cells) > 1 else ''}"
        return f": {found} instead of {len(dataset.read.names)}{_of_width(line, cells, first, dataset)}"
    for name, cell in zip(dataset.read.names, cells, strict=True):
        kind = "category" if name == dataset.label.column else dataset.kinds[name]
        if wrong := _of_cell(cell, kind):
            return f", column {name}: {quoted(cell)} {wrong}"
    return ": no record; fetch the file again"


def _is_header(cells: list[str]) -> bool:
    """Return whether all cells are words, as in no record; the first, of a column without a name, may be empty."""
    words = [cell.strip(' "') for cell in cells]
    return len(words) > 1 and all(words[1:]) and not any(_NUMBER.fullmatch(word) for word in words)


def _of_width(line: str, cells: list[str], first: bool, dataset: Description) -> str:
    names = dataset.read.names
    other = next((mark for mark in (";", "\t", "|", " ") if line.count(mark) >= len(names) // 2), None)
    if other is not None:
        return f": they are separated by {other!r}; save the file with commas"
    if len(cells) == len(names) + 1 and not cells[-1]:
        return ": there is a comma at the end; delete it"
    missing = names[len(cells) :]
    if not first or not missing or not set(missing) <= set(dataset.columns.drop):
        return "; fetch the file again"
    # Then the others are there, and in KDD99 each type has a point behind it.
    found = cells[names.index(dataset.label.column)]
    points = found.endswith(".") and found.removesuffix(".") in dataset.class_of
    form = f" and {quoted(found)} has a point behind it, as in files of KDD99" if points else ""
    without = ", ".join(quoted(name) for name in missing)
    return (
        f": {without} at the end {'is' if len(missing) == 1 else 'are'} missing{form}; "
        f"fetch the file of {dataset.name}, or describe this one as a data set without {without}"
    )


def _of_cell(cell: str, kind: Kind) -> str:
    """Return what is wrong with a cell, "" if nothing."""
    if cell and cell != cell.strip():
        return f"has blanks around it; {_AGAIN}"
    if '"' in cell:
        return "has a quote; save the file without quotes"
    if not cell.isprintable():
        return f"has a character that cannot be printed; {_AGAIN}"
    if kind == "category":
        return "" if cell else f"is empty; {_AGAIN}"
    if not _NUMBER.fullmatch(cell) or not np.isfinite(float(cell)):
        return f"is not a finite number; {_AGAIN}"
    illegal = illegal_cells(pd.DataFrame({"cell": [float(cell)]}), {"cell": kind}).any(axis=None)
    return f"{ILLEGAL[kind]}; {_AGAIN}" if illegal else ""
