"""Independent fits side by side, one thread each."""

import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

from joblib import Parallel, cpu_count, delayed, parallel_config
from tqdm import tqdm

from aeflow.base.errors import InputError

JOBS_VARIABLE = "AEFLOW_JOBS"
SCHEDULER_VARIABLE = "AEFLOW_SCHEDULER"


def worker_count() -> int:
    """Return the number of worker processes: AEFLOW_JOBS, or one for each core.

    It is a setting of the machine, not of the experiment, so it is no parameter: results are
    the same bytes whatever it is.
    """
    value = os.environ.get(JOBS_VARIABLE, "")
    if not value:
        return cpu_count()
    if not value.isdecimal() or int(value) < 1:
        raise InputError(f"environment variable {JOBS_VARIABLE}: {value!r} is no worker count; set it to 1 or more")
    return int(value)


def in_parallel(function: Callable[..., Any], arguments: Iterable[tuple[Any, ...]], progress: str) -> list[Any]:
    """Return ``[function(*a) for a in arguments]``, computed in worker processes.

    They are those of the Dask cluster whose scheduler AEFLOW_SCHEDULER names, or else processes of
    this machine. A bar named ``progress`` on stderr counts the results. ``function`` imports what is
    heavy in its body, so that the parent process stays light. The workers keep to one thread
    because dvc.yaml sets OMP_NUM_THREADS=1 for every stage.
    """
    calls = list(arguments)
    scheduler = os.environ.get(SCHEDULER_VARIABLE, "")
    if scheduler and calls:
        with _cluster(scheduler, function) as (workers, on_worker):
            return _collect(workers, [delayed(on_worker)(*a) for a in calls], progress)
    workers = Parallel(n_jobs=min(worker_count(), max(len(calls), 1)), return_as="generator")
    return _collect(workers, [delayed(function)(*a) for a in calls], progress)


def _collect(workers: Parallel, tasks: list[Any], progress: str) -> list[Any]:
    return list(tqdm(workers(tasks), total=len(tasks), desc=progress, unit="fit", mininterval=1.0))


@contextmanager
def _cluster(address: str, function: Callable[..., Any]) -> Iterator[tuple[Parallel, Callable[..., Any]]]:
    from aeflow.base.cluster import checked, connect, identity

    with connect(address) as client, parallel_config("dask", client=client):
        yield Parallel(n_jobs=-1, return_as="generator"), partial(checked, identity(), function)
