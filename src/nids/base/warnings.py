"""Warnings as one line."""

import warnings
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def one_line_warnings() -> Iterator[None]:
    """Show warnings as one line on stderr, without the place in the code that raised them."""

    usual = warnings.formatwarning
    warnings.formatwarning = lambda message, *_, **__: f"warning: {message}\n"
    try:
        yield
    finally:
        warnings.formatwarning = usual
