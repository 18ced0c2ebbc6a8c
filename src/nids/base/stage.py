"""A stage as a process: its errors are one line."""

import errno
import os
import sys
from collections.abc import Callable
from typing import NoReturn

from aeflow.errors import InputError
from nids.base.credentials import without_credentials

FULL = (errno.ENOSPC, errno.EDQUOT)


def run_stage(main: Callable[..., None], *arguments: str) -> None:
    """Run the ``main`` of a stage; what its user can mend becomes one line on stderr and exit code 1.

    That is an InputError, a refusal of the operating system, with the file that it is about, or memory that ran out.
    """
    try:
        main(*arguments)
    except InputError as error:
        _stop(str(error))
    except MemoryError as error:
        _stop(f"memory ran out{f': {error}' if str(error) else ''}; fewer workers (AEFLOW_JOBS) leave more of it")
    except OSError as error:
        if error.errno is None:
            raise
        file = "" if error.filename is None else f"{error.filename}: "
        remedy = "make room" if error.errno in FULL else "mend this"
        _stop(f"{file}{os.strerror(error.errno)}; {remedy} and run it again")


def _stop(message: str) -> NoReturn:
    print(f"error: {without_credentials(message)}", file=sys.stderr)
    raise SystemExit(1) from None
