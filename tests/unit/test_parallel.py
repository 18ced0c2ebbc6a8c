import os
import time

import pytest
from joblib import cpu_count

from aeflow.errors import InputError
from nids.base.parallel import JOBS_VARIABLE, in_parallel, worker_count

SLOW_FIRST = f"{__name__}:slow_first"


def slow_first(number: int, of: int) -> tuple[int, int]:
    time.sleep(0.3 if number == 0 else 0)
    return number, os.getpid()


def test_worker_count_is_a_setting_of_the_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(JOBS_VARIABLE, raising=False)
    assert worker_count() == cpu_count()
    monkeypatch.setenv(JOBS_VARIABLE, "")
    assert worker_count() == cpu_count()
    monkeypatch.setenv(JOBS_VARIABLE, "3")
    assert worker_count() == 3


@pytest.mark.parametrize("value", ["0", "-1", "1.5", "two", " "])
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
