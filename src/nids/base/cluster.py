"""The workers of a Dask cluster, refused where they would compute something else."""

import logging
import os
import signal
from _thread import interrupt_main
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from functools import cache, partial
from pathlib import Path
from threading import Event, Thread
from typing import Any

from joblib import Parallel, parallel_config

from aeflow.errors import InputError
from nids.base.code import code_hash
from nids.base.parallel import dead

POLL_SECONDS = 2.0

# What stages/environment.yaml sets for every stage, so that its outputs do not depend on the machine.
PINNED = (
    "PYTHONHASHSEED",
    "OMP_NUM_THREADS",
    "OPENBLAS_CORETYPE",
    "NPY_DISABLE_CPU_FEATURES",
    "ATEN_CPU_CAPABILITY",
    "ONEDNN_MAX_CPU_ISA",
    "MKL_CBWR",
)


def connect(address: str) -> Any:
    """Return a ``distributed.Client`` of the scheduler at ``address``.

    Raises InputError if the package is missing, nothing answers, or the cluster has no worker.
    """
    try:
        from distributed import Client
    except ImportError:
        raise InputError(
            f"a scheduler is set ({address}), but the package distributed is missing; pip install distributed"
        ) from None
    for library in ("distributed.client", "tornado.application", "asyncio"):
        logging.getLogger(library).setLevel(logging.CRITICAL)  # they print tracebacks of what becomes one line here
    try:
        client = Client(address, timeout=10, set_as_default=False)
    except (OSError, ValueError) as error:
        raise InputError(f"scheduler {address}: {error}; start it with `dask scheduler`, or unset it") from None
    if not _workers(client):
        client.close()
        raise InputError(f"scheduler {address}: no worker; start some with `dask worker {address} --nthreads 1`")
    return client


@contextmanager
def on_cluster(address: str) -> Iterator[tuple[Parallel, Callable[..., Any]]]:
    """Give the cluster's workers to joblib, and the ``checked`` through which they are to call a function.

    Raises InputError as ``connect`` does, and with the fits of the workers that are gone if results are lost with them.
    """
    from distributed import CancelledError, KilledWorker

    begun: dict[str, str] = {}  # by worker, its last fit
    lost, over = Event(), Event()
    with connect(address) as client, parallel_config("dask", client=client), _interruptible():
        topic = f"{client.id}-fits"
        client.subscribe_topic(topic, lambda event: begun.update([event[1]]))
        watch = Thread(target=_interrupt_if_all_are_lost, args=(client, lost, over), daemon=True)
        watch.start()
        try:
            yield Parallel(n_jobs=-1, return_as="generator"), partial(checked, identity(), topic)
        # Dask has tried a fit on several workers; data for others was on the one that died; or all are gone.
        except (KilledWorker, CancelledError, KeyboardInterrupt) as error:
            if isinstance(error, KeyboardInterrupt) and not lost.is_set():
                raise
            if client.status != "running":
                raise InputError(
                    f"scheduler {address}: it is gone; start it and its workers, and run it again"
                ) from None
            there = _workers(client)
            raise dead([fit for worker, fit in begun.items() if worker not in there] or [address]) from None
        finally:
            over.set()


@contextmanager
def _interruptible() -> Iterator[None]:
    """Let the main thread be interrupted, also where SIGINT is ignored, as in what a shell runs in the background."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _interrupt_if_all_are_lost(client: Any, lost: Event, over: Event) -> None:
    """Interrupt the main thread, as Dask itself would wait for others to come."""
    while not over.wait(POLL_SECONDS):
        if not _workers(client):
            lost.set()
            interrupt_main()
            return


def _workers(client: Any) -> Collection[str]:
    """Return the addresses of the workers; there are none if there is no scheduler."""
    try:
        return client.nthreads().keys() if client.status == "running" else ()
    except OSError:
        return ()


def identity() -> dict[str, str]:
    """Return what must be the same here and on a worker for the same results: the code and the pinned variables."""
    return {"code": _own_code()} | {name: os.environ.get(name, "") for name in PINNED}


def checked(expected: dict[str, str], topic: str, function: Callable[..., Any], fit: str, *arguments: Any) -> Any:
    """Call a function with a fit's name and arguments on a Dask worker, and tell under ``topic`` who begins which fit.

    Raises InputError if ``identity`` is another one there.
    """
    from distributed import get_worker

    try:
        worker = get_worker()
    except ValueError:  # where the cluster has a single worker, joblib keeps to its own process
        return function(fit, *arguments)
    worker.log_event(topic, (worker.address, fit))
    for name, value in identity().items():
        if value != expected[name]:
            raise InputError(
                f"worker {worker.address}: {name} is {value!r} and not {expected[name]!r}; "
                "start it in a checkout of the same commit, with the variables that stages/environment.yaml sets"
            )
    if worker.state.nthreads != 1:  # fits set the process's random state and threads
        raise InputError(f"worker {worker.address}: {worker.state.nthreads} threads; start it with --nthreads 1")
    return function(fit, *arguments)


@cache
def _own_code() -> str:
    return code_hash(Path(__file__).parents[3])
