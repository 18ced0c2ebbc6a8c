"""Bad input as one clear line."""

import warnings
from collections.abc import Iterator
from contextlib import contextmanager


class InputError(ValueError):
    """Input that the user can correct: says what is wrong, where, and what to do."""


@contextmanager
def one_line_warnings() -> Iterator[None]:
    """Show warnings as one line on stderr, without the place in the code that raised them."""

    usual = warnings.formatwarning
    warnings.formatwarning = lambda message, *_, **__: f"warning: {message}\n"
    try:
        yield
    finally:
        warnings.formatwarning = usual
