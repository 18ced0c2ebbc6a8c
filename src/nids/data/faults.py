"""What is wrong with a line of text that is no record, and what to do about it."""

import csv
import re
from collections.abc import Collection, Mapping, Sequence

import pyarrow as pa

from nids.base.quote import quoted

_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?|[+-]?inf(inity)?|nan", re.ASCII | re.IGNORECASE)

# A cell can be as long as a line.
csv.field_size_limit(2**22)


def cells_of(line: str, separator: str) -> list[str]:
    """Return the cells of a line."""
    return next(csv.reader([line], delimiter=separator), [])


def fault(
    line: str, separator: str, names: Sequence[str], types: Mapping[str, pa.DataType], missing: Collection[str]
) -> str:
    """Return what is wrong, from the line's number on: ": 3 columns ...", ", column x: ...".

    names: of all columns; types: of those that are read; missing: texts that are no value.
    """
    if not line.strip():
        return ": a line of blanks alone; delete it"
    try:
        cells = next(csv.reader([line], delimiter=separator, strict=True))
    except csv.Error:
        return ": a quote that is not closed on its line; close it or save the file without quotes"
    if len(cells) != len(names):
        found = f"{len(cells)} column{'s' if len(cells) > 1 else ''}"
        return f": {found} instead of {len(names)}{_of_width(line, cells, separator, names)}"
    if is_header(cells):
        return f": a header line ({quoted(cells[0])}, {quoted(cells[1])}, ...); delete it"
    for name, cell in zip(names, cells, strict=True):
        if types.get(name) == pa.float64() and cell not in missing and not is_number(cell):
            text = " or, if it means that there is no value, list it in read.missing" if len(cell) < 20 else ""
            return (
                f", column {name}: {quoted(cell)} is not a number; correct it{text}, or list the column in "
                "columns.categorical, columns.id or columns.drop"
            )
    return ": no record; fetch the file again"


def is_number(text: str) -> bool:
    """Return whether a text is a number, NaN and the infinite ones included; blanks around it do not count."""
    return _NUMBER.fullmatch(text.strip()) is not None


def is_header(cells: Sequence[str]) -> bool:
    """Return whether all cells are words, as in no record; the first, of a column without a name, may be empty."""
    words = [cell.strip(' "') for cell in cells]
    return len(words) > 1 and all(words[1:]) and not any(is_number(word) for word in words)


def is_record(cells: Sequence[str]) -> bool:
    """Return whether a third of the cells, or more, are numbers, as in no header line."""
    return 3 * sum(is_number(cell.strip(' "')) for cell in cells) >= len(cells)


def _of_width(line: str, cells: list[str], separator: str, names: Sequence[str]) -> str:
    other = next((mark for mark in ",;\t| " if mark != separator and line.count(mark) >= max(len(names) // 2, 1)), None)
    if len(cells) < len(names) // 2 and other is not None:
        return f": they are separated by {other!r}; set read.separator"
    if len(cells) == len(names) + 1 and not cells[-1]:
        return f": there is a {separator!r} at the end; delete it"
    return "; fetch the file again, or correct read.names where the file has no header line"
