"""Independent fits side by side, one thread each."""

import os
import warnings
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from importlib import import_module
from typing import Any

from joblib import Parallel, cpu_count, delayed, parallel_config
from tqdm import tqdm

from aeflow.errors import InputError

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


def in_parallel(function: str, arguments: Iterable[tuple[Any, ...]], progress: str) -> list[Any]:
    """Return the results of a function for each tuple of arguments, computed in worker processes.

    ``function`` is "module:name": the workers import it, so that this process stays light. They are those
    of the Dask cluster whose scheduler AEFLOW_SCHEDULER names, or else processes of this machine; a single
    call needs none. A bar named ``progress`` on stderr counts the results. The workers keep to one thread
    because stages/environment.yaml sets OMP_NUM_THREADS=1 for every stage.
    """
    calls = list(arguments)
    scheduler = os.environ.get(SCHEDULER_VARIABLE, "")
    if scheduler and calls:
        with _cluster(scheduler) as (workers, on_worker):
            return _collect(workers, [delayed(on_worker)(function, *a) for a in calls], progress)
    workers = Parallel(n_jobs=min(worker_count(), max(len(calls), 1)), return_as="generator")
    return _collect(workers, [delayed(call)(function, *a) for a in calls], progress)


def call(function: str, *arguments: Any) -> Any:
    """Import the function named "module:name" and call it."""
    module, _, name = function.partition(":")
    return getattr(import_module(module), name)(*arguments)


def _collect(workers: Parallel, tasks: list[Any], progress: str) -> list[Any]:
    # joblib replaces a worker whose memory has grown, and says so; nothing is lost.
    warnings.filterwarnings("ignore", message="A worker stopped", category=UserWarning)
    return list(tqdm(workers(tasks), total=len(tasks), desc=progress, unit="fit", mininterval=1.0))


@contextmanager
def _cluster(address: str) -> Iterator[tuple[Parallel, Callable[..., Any]]]:
    from nids.base.cluster import checked, connect, identity

    with connect(address) as client, parallel_config("dask", client=client):
        yield Parallel(n_jobs=-1, return_as="generator"), partial(checked, identity(), call)
