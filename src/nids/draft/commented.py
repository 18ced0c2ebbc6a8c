"""YAML with comments, written line by line."""

import json
import re
import textwrap
from collections.abc import Iterable, Mapping

WIDTH = 100
# Texts of these characters need no quotes, unless YAML takes them for something else.
_PLAIN = re.compile(r"[A-Za-z_/](?:[\w ./()+-]*[\w./()+-])?", re.ASCII)
_WORDS = ("true", "false", "null", "yes", "no", "on", "off", "y", "n", "nan", "inf")


def scalar(text: str) -> str:
    """Return a text as a YAML scalar, in quotes where it needs them."""
    if _PLAIN.fullmatch(text) and text.casefold() not in _WORDS:
        return text
    return json.dumps(text, ensure_ascii=not text.isprintable())


def comment(text: str, indent: int = 0) -> list[str]:
    """Return a text as lines of comment."""
    shown = "".join(one if one.isprintable() else ascii(one)[1:-1] for one in text)
    margin = " " * indent + "# "
    return textwrap.wrap(shown, WIDTH, initial_indent=margin, subsequent_indent=margin, break_on_hyphens=False)


def pair(key: str, value: str, indent: int = 0) -> str:
    """Return the line of a key with a text; the value is quoted where it needs it."""
    return f"{' ' * indent}{scalar(key)}: {scalar(value)}"


def items(key: str, of_key: Mapping[str, str], indent: int) -> list[str]:
    """Return a list of texts, a line for each, with its comment above where that differs from the one before."""
    lines, before = [f"{' ' * indent}{key}:"], ""
    for text, reason in of_key.items():
        lines += comment(reason, indent + 2) if reason != before else []
        lines.append(f"{' ' * (indent + 2)}- {scalar(text)}")
        before = reason
    return lines


def sequence(key: str, texts: Iterable[str], indent: int) -> list[str]:
    """Return a list of texts in brackets, on as few lines as fit."""
    line, lines = f"{' ' * indent}{scalar(key)}: [", []
    several = list(texts)
    for i, text in enumerate(several):
        cell = scalar(text) + ("]" if i == len(several) - 1 else ",")
        if len(line) + len(cell) + 1 > WIDTH and i:
            lines.append(line.rstrip())
            line = " " * (indent + 2)
        line += cell + " "
    return [*lines, line.rstrip()]


def some(texts: Iterable[str], most: int = 12) -> str:
    """Return texts with commas, cut where there are many."""
    several = list(texts)
    return ", ".join(several[:most]) + (f" and {len(several) - most} more" if len(several) > most else "")
