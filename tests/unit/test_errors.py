"""What stops a stage is one line."""

import pytest

from aeflow.errors import InputError
from nids.base.stage import run_stage


def _refuse() -> None:
    raise InputError("params.yaml: oss.n_seeds: 0 is too few; choose 1 or more")


def _fill_the_disk() -> None:
    with open("/dev/full", "w") as file:
        file.write("x")


def _open_nothing() -> None:
    open("/dev/none").close()


@pytest.mark.parametrize(
    ("main", "line"),
    [
        (_refuse, "error: params.yaml: oss.n_seeds: 0 is too few; choose 1 or more\n"),
        (_fill_the_disk, "error: an output: no space left on the disk; make room and run `dvc repro` again\n"),
    ],
)
def test_what_the_user_can_mend_is_one_line(main: object, line: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        run_stage(main)  # type: ignore[arg-type]
    assert caught.value.code == 1
    assert caught.value.__suppress_context__
    assert capsys.readouterr().err == line


def test_other_errors_keep_their_traceback() -> None:
    with pytest.raises(FileNotFoundError):
        run_stage(_open_nothing)
