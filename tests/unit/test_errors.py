"""What stops a stage is one line."""

import errno
import os
from collections.abc import Callable
from functools import partial

import pytest

from aeflow.errors import InputError
from nids.base.stage import run_stage


def _refuse() -> None:
    raise InputError("params.yaml: oss.n_seeds: 0 is too few; choose 1 or more")


def _refuse_with_a_password() -> None:
    raise InputError("https://user:pass%20w@rd@host/a: no answer; ask https://token@host or mail@host")


def _answer(number: int, file: str | None = "data/raw/train.txt") -> None:
    raise OSError(number, os.strerror(number), file)


def _fill_the_disk() -> None:
    with open("/dev/full", "w") as file:
        file.write("x")


def _take_all_memory() -> None:
    raise MemoryError("Unable to allocate 8.00 GiB for an array")


@pytest.mark.parametrize(
    ("main", "line"),
    [
        (_refuse, "params.yaml: oss.n_seeds: 0 is too few; choose 1 or more"),
        (_refuse_with_a_password, "https://host/a: no answer; ask https://host or mail@host"),
        (_fill_the_disk, "No space left on device; make room and run it again"),
        (
            partial(_answer, errno.ENOSPC),
            "data/raw/train.txt: No space left on device; make room and run it again",
        ),
        (partial(_answer, errno.EDQUOT), "data/raw/train.txt: Disk quota exceeded; make room and run it again"),
        (partial(_answer, errno.EROFS), "data/raw/train.txt: Read-only file system; mend this and run it again"),
        (partial(_answer, errno.EFBIG), "data/raw/train.txt: File too large; mend this and run it again"),
        (partial(_answer, errno.EACCES), "data/raw/train.txt: Permission denied; mend this and run it again"),
        (partial(_answer, errno.EIO), "data/raw/train.txt: Input/output error; mend this and run it again"),
        (
            _take_all_memory,
            "memory ran out: Unable to allocate 8.00 GiB for an array; fewer workers (AEFLOW_JOBS) leave more of it",
        ),
    ],
)
def test_what_the_user_can_mend_is_one_line(
    main: Callable[[], None], line: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as caught:
        run_stage(main)
    assert caught.value.code == 1
    assert caught.value.__suppress_context__
    assert capsys.readouterr().err == f"error: {line}\n"


def _divide() -> None:
    raise ZeroDivisionError


def _raise_no_answer_of_the_system() -> None:
    raise OSError("a library's own")


@pytest.mark.parametrize("main", [_divide, _raise_no_answer_of_the_system])
def test_other_errors_keep_their_traceback(main: Callable[[], None]) -> None:
    with pytest.raises((ZeroDivisionError, OSError)):
        run_stage(main)
