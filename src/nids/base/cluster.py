"""The workers of a Dask cluster, refused where they would compute something else."""

import os
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

from aeflow.errors import InputError
from nids.base.code import code_hash

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
    try:
        client = Client(address, timeout=10, set_as_default=False)
    except (OSError, ValueError) as error:
        raise InputError(f"scheduler {address}: {error}; start it with `dask scheduler`, or unset it") from None
    if not client.scheduler_info()["workers"]:
        client.close()
        raise InputError(f"scheduler {address}: no worker; start some with `dask worker {address} --nthreads 1`")
    return client


def identity() -> dict[str, str]:
    """Return what must be the same here and on a worker for the same results: the code and the pinned variables."""
    return {"code": _own_code()} | {name: os.environ.get(name, "") for name in PINNED}


def checked(expected: dict[str, str], function: Callable[..., Any], *arguments: Any) -> Any:
    """Call a function on a Dask worker. Raises InputError if ``identity`` is another one there."""
    from distributed import get_worker

    try:
        worker = get_worker()
    except ValueError:  # where the cluster has a single worker, joblib keeps to its own process
        return function(*arguments)
    for name, value in identity().items():
        if value != expected[name]:
            raise InputError(
                f"worker {worker.address}: {name} is {value!r} and not {expected[name]!r}; "
                "start it in a checkout of the same commit, with the variables that stages/environment.yaml sets"
            )
    if worker.state.nthreads != 1:  # fits set the process's random state and threads
        raise InputError(f"worker {worker.address}: {worker.state.nthreads} threads; start it with --nthreads 1")
    return function(*arguments)


@cache
def _own_code() -> str:
    return code_hash(Path(__file__).parents[3])
