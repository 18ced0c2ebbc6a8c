"""Bad input as one clear line."""

import sys
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager


class InputError(ValueError):
    """Input that the user can correct: says what is wrong, where, and what to do."""


def run_stage(main: Callable[..., None], *arguments: str) -> None:
    """Run the ``main`` of a stage; an InputError becomes one line on stderr and exit code 1."""
    try:
        main(*arguments)
    except InputError as error:
        print(f"error: {error}", file=sys.stderr)
        raise SystemExit(1) from None


@contextmanager
def one_line_warnings() -> Iterator[None]:
    """Show warnings as one line on stderr, without the place in the code that raised them."""

    usual = warnings.formatwarning
    warnings.formatwarning = lambda message, *_, **__: f"warning: {message}\n"
    try:
        yield
    finally:
        warnings.formatwarning = usual
