import os
import signal
import time
from pathlib import Path

import pytest
from joblib import cpu_count

from aeflow.errors import InputError
from nids.base.parallel import JOBS_VARIABLE, in_parallel, worker_count

SLOW_FIRST = f"{__name__}:slow_first"
DIES = f"{__name__}:dies"
ROOM = f"{__name__}:no_room"


def slow_first(number: int, of: int) -> tuple[int, int]:
    time.sleep(0.3 if number == 0 else 0)
    return number, os.getpid()


def dies(how: int, path: Path, flag: bool, seed: int) -> None:
    """The second fit does."""
    if seed == 1:
        os.kill(os.getpid(), how)
    time.sleep(30)


def no_room(seed: int) -> None:
    raise MemoryError("Unable to allocate 8.00 GiB")


def test_worker_count_is_a_setting_of_the_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(JOBS_VARIABLE, raising=False)
    assert worker_count() == cpu_count()
    monkeypatch.setenv(JOBS_VARIABLE, "")
    assert worker_count() == cpu_count()
    monkeypatch.setenv(JOBS_VARIABLE, "3")
    assert worker_count() == 3


@pytest.mark.parametrize("value", ["0", "-1", "1.5", "two", " ", "²", "9999999"])
def test_what_is_no_worker_count_is_refused(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv(JOBS_VARIABLE, value)
    with pytest.raises(InputError, match=f"{value!r} is no worker count; set it to 1 or more"):
        worker_count()


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_results_are_in_the_order_of_arguments(monkeypatch: pytest.MonkeyPatch, jobs: str) -> None:
    """Though the first one ends last, where there is more than one worker."""
    monkeypatch.setenv(JOBS_VARIABLE, jobs)
    found = in_parallel(SLOW_FIRST, [(n, 5) for n in range(5)], progress="test")
    assert [number for number, _ in found] == [0, 1, 2, 3, 4]
    assert (len({process for _, process in found}) == 1) == (jobs == "1")


def test_nothing_to_do_gives_nothing() -> None:
    assert in_parallel(SLOW_FIRST, [], progress="test") == []


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGSEGV])
def test_a_dead_worker_is_one_line_that_names_its_fit(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], how: signal.Signals
) -> None:
    """Those of the workers that end with it are named too."""
    monkeypatch.setenv(JOBS_VARIABLE, "2")
    monkeypatch.setenv("PYTHONFAULTHANDLER", "")
    fits = [(int(how), Path("models/xgb.ubj"), True, seed) for seed in range(5)]
    with pytest.raises(InputError) as caught:
        in_parallel(DIES, fits, progress="classifiers, arm")
    message = str(caught.value)
    assert f"classifiers, arm, fit 2 of 5 ({int(how)}, models/xgb.ubj, 1)" in message
    assert (
        f": a worker process died ({how.name}); memory may have run out, or a file that it reads is damaged" in message
    )
    assert "fit 3 of 5" not in message
    assert "\n" not in message
    assert "Fatal Python error" not in capfd.readouterr().err
    # The workers of the next fits are others.
    assert in_parallel(SLOW_FIRST, [(1, 2), (2, 2)], progress="test")


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_memory_that_ran_out_is_one_line_that_names_the_fit(monkeypatch: pytest.MonkeyPatch, jobs: str) -> None:
    monkeypatch.setenv(JOBS_VARIABLE, jobs)
    with pytest.raises(
        InputError, match=r"^new rows, fit \d of 2 \(\d\): memory ran out: Unable to allocate 8.00 GiB; "
    ):
        in_parallel(ROOM, [(0,), (1,)], progress="new rows")
