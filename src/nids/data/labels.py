"""The type of each row, as files have it, and its class."""

import re
from collections.abc import Iterable
from fnmatch import fnmatchcase

from aeflow.errors import InputError
from nids.base.quote import nearest, quoted
from nids.data.description import Label, names_a_file

# What becomes of a dash in UTF-8, in cp1252, in either read as the other, and where it was lost.
_DASH = re.compile(
    "\u00e2(?:\u20ac|\u0080)[\u201c\u201d\u0093\u0094]|\u00ef\u00bf\u00bd|\u00c2?[\u0096\u0097\u2010-\u2015]|\ufffd"
)


def type_of(text: str) -> str:
    """Return a type as it is compared: without blanks around it, and every kind of dash as "-"."""
    return " ".join(_DASH.sub("-", text).split())


class Classes:
    """The class of each type, by the patterns of ``label.classes``; without them each type is a class.

    Raises InputError for a type that is of no class, or of two.
    """

    def __init__(self, label: Label) -> None:
        self.label = label
        self.patterns = {pattern: name for name, of in (label.classes or {}).items() for pattern in of}

    def of(self, name: str) -> str | None:
        """Return the class of a type, None for one that is left out."""
        if any(fnmatchcase(name, pattern) for pattern in self.label.leave_out):
            return None
        if self.label.classes is None:
            try:
                return names_a_file(name)
            except ValueError as error:
                raise InputError(f"the type {quoted(name)} names no class: {error}; put it in label.classes") from None
        if name == self.label.empty and name in self.label.classes:
            return name
        found = {pattern: of for pattern, of in self.patterns.items() if fnmatchcase(name, pattern)}
        if len(set(found.values())) > 1:
            (first, a), (second, b) = list(found.items())[:2]
            raise InputError(
                f"label.classes: the type {quoted(name)} is of {a} by {quoted(first)} and of {b} by {quoted(second)}; "
                "let one of the two patterns match less"
            )
        if not found:
            known = [pattern for pattern in self.patterns if not set("*?[") & set(pattern)]
            raise InputError(
                f"unknown type {quoted(name)}{nearest(name, known)}; correct it, give it a class in label.classes, or "
                "list it in label.leave_out"
            )
        return next(iter(found.values()))

    def in_order(self, rows: dict[str, int], where: str) -> list[str]:
        """Return the classes in the order of pages: the description's, or normal traffic first, then the largest.

        rows: of the classes found; where: what messages call the set.

        Raises InputError for a class without rows, and if there is none of normal traffic or none of attacks.
        """
        if self.label.classes is not None:
            without = [name for name in self.label.classes if not rows.get(name)]
            if without:
                raise InputError(
                    f"{where}: no row of class {quoted(without[0])}; every class needs one; correct label.classes or "
                    "the files"
                )
            return list(self.label.classes)
        normal = self.label.normal
        if normal not in rows:
            raise InputError(
                f"{where}: no row is of {quoted(normal)}{nearest(normal, rows)} (label.normal); the column "
                f"{quoted(self.label.column)} has {_some(rows)}"
            )
        if len(rows) < 2:
            raise InputError(
                f"{where}: {quoted(self.label.column)} has {quoted(normal)} in every row; choose a column or "
                "files that have attacks too"
            )
        return [normal, *sorted(set(rows) - {normal}, key=lambda name: (-rows[name], name))]


def _some(names: Iterable[str]) -> str:
    several = list(names)
    return ", ".join(map(quoted, several[:6])) + (f" and {len(several) - 6} more" if len(several) > 6 else "")
