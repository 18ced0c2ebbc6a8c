"""What comes from outside, in a message: on one line and not too long."""

import reprlib
from collections.abc import Iterable
from difflib import get_close_matches

_REPR = reprlib.Repr()
_REPR.maxstring = _REPR.maxother = _REPR.maxlong = 120


def quoted(value: object) -> str:
    """Return the repr of a value, cut where it is long."""
    return _REPR.repr(value)


def one_line(text: str) -> str:
    """Return a text on one line, cut where it is long; what cannot be printed is escaped."""
    # Cut before it is split, too: an error can carry a whole file.
    words = " ".join(text[:2000].split())
    shown = "".join(character if character.isprintable() else ascii(character)[1:-1] for character in words)
    return shown if len(shown) <= 300 else f"{shown[:300]}..."


def nearest(name: str, known: Iterable[str]) -> str:
    """Return a hint at the known name that is nearest to an unknown one, "" if none is near."""
    plain = {other.strip().casefold(): other for other in known}
    found = get_close_matches(name.strip().casefold(), plain, n=1, cutoff=0.6)
    return f" (nearest is {quoted(plain[found[0]])})" if found else ""
