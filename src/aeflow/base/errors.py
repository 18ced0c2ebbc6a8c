"""Bad input as one clear line."""

import errno
import sys
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import NoReturn


class InputError(ValueError):
    """Input that the user can correct: says what is wrong, where, and what to do."""


def run_stage(main: Callable[..., None], *arguments: str) -> None:
    """Run the ``main`` of a stage; an InputError or a full disk becomes one line on stderr and exit code 1."""
    try:
        main(*arguments)
    except InputError as error:
        _stop(str(error))
    except OSError as error:
        if error.errno != errno.ENOSPC:
            raise
        _stop(f"{error.filename or 'an output'}: no space left on the disk; make room and run `dvc repro` again")


def _stop(message: str) -> NoReturn:
    print(f"error: {message}", file=sys.stderr)
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
