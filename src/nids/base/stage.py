"""A stage as a process: its errors are one line."""

import errno
import sys
from collections.abc import Callable
from typing import NoReturn

from aeflow.errors import InputError


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
