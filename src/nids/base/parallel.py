"""Independent fits side by side, one thread each."""

import os
import re
import warnings
from collections.abc import Iterable, Sequence
from importlib import import_module
from pathlib import Path, PurePath
from tempfile import TemporaryDirectory
from typing import Any

from joblib import Parallel, cpu_count, delayed
from joblib.externals.loky.process_executor import TerminatedWorkerError
from tqdm import tqdm

from aeflow.errors import InputError
from nids.base.quote import quoted

JOBS_VARIABLE = "AEFLOW_JOBS"
SCHEDULER_VARIABLE = "AEFLOW_SCHEDULER"
LESS_MEMORY = f"fewer workers at a time ({JOBS_VARIABLE}) need less of it"


def worker_count() -> int:
    """Return the number of worker processes: AEFLOW_JOBS, or one for each core.

    It is a setting of the machine, not of the experiment, so it is no parameter: results are
    the same bytes whatever it is.
    """
    value = os.environ.get(JOBS_VARIABLE, "")
    if not value:
        return cpu_count()
    if not re.fullmatch("0*[1-9][0-9]{0,5}", value):
        raise InputError(
            f"environment variable {JOBS_VARIABLE}: {quoted(value)} is no worker count; set it to 1 or more"
        )
    return int(value)


def in_parallel(function: str, arguments: Iterable[tuple[Any, ...]], progress: str) -> list[Any]:
    """Return the results of a function for each tuple of arguments, computed in worker processes.

    ``function`` is "module:name": the workers import it, so that this process stays light. They are those
    of the Dask cluster whose scheduler AEFLOW_SCHEDULER names, or else processes of this machine; a single
    call needs none. A bar named ``progress`` on stderr counts the results. The workers keep to one thread
    because stages/environment.yaml sets OMP_NUM_THREADS=1 for every stage.

    Raises InputError, with the fit, if a worker dies or its memory runs out.
    """
    calls = list(arguments)
    fits = [(_name(progress, i, len(calls), a), function, *a) for i, a in enumerate(calls)]
    scheduler = os.environ.get(SCHEDULER_VARIABLE, "")
    if scheduler and calls:
        from nids.base.cluster import on_cluster

        with on_cluster(scheduler) as (workers, on_worker):
            return _collect(workers, [delayed(on_worker)(_fit, *fit) for fit in fits], progress)
    # One line is enough where a worker crashes; set to anything, the variable brings Python's traceback back.
    os.environ.setdefault("PYTHONFAULTHANDLER", "")
    with TemporaryDirectory(ignore_cleanup_errors=True) as notes:
        workers = Parallel(n_jobs=min(worker_count(), max(len(calls), 1)), return_as="generator")
        try:
            return _collect(workers, [delayed(_noted)(notes, i, *fit) for i, fit in enumerate(fits)], progress)
        except TerminatedWorkerError as error:
            # All workers end with the one that died, so which one that was is not known.
            running = [fits[int(note)][0] for note in sorted(os.listdir(notes), key=int)]
            how = re.search(r"SIG\w+", str(error))
            raise dead(running or [progress], how[0] if how else "") from None


def call(function: str, *arguments: Any) -> Any:
    """Import the function named "module:name" and call it."""
    module, _, name = function.partition(":")
    return getattr(import_module(module), name)(*arguments)


def dead(fits: Sequence[str], how: str = "") -> InputError:
    """Return the error that says in which of the ``fits`` a worker died."""
    names = list(dict.fromkeys(fits))
    of_fits = " or ".join(names[:3]) + (f" or {len(names) - 3} more" if len(names) > 3 else "")
    return InputError(
        f"{of_fits}: a worker process died{f' ({how})' if how else ''}; memory may have run out, or a file that it "
        f"reads is damaged; {LESS_MEMORY}"
    )


def _name(progress: str, i: int, of: int, arguments: tuple[Any, ...]) -> str:
    """Return what the messages call a fit: its number, and those of its arguments that are short."""
    short = [str(a) for a in arguments if isinstance(a, str | int | PurePath) and not isinstance(a, bool)]
    return f"{progress}, fit {i + 1} of {of}" + (f" ({', '.join(short)})" if short else "")


def _fit(name: str, *function_and_arguments: Any) -> Any:
    """``call``. Raises InputError, with the fit's name, if memory runs out."""
    try:
        return call(*function_and_arguments)
    except MemoryError as error:
        raise InputError(f"{name}: memory ran out{f': {error}' if str(error) else ''}; {LESS_MEMORY}") from None


def _noted(notes: str, i: int, *fit: Any) -> Any:
    """``_fit``, with a file in the folder ``notes`` that stays if the worker dies."""
    note = Path(notes, str(i))
    note.touch()
    try:
        return _fit(*fit)
    finally:
        note.unlink()


def _collect(workers: Parallel, tasks: list[Any], progress: str) -> list[Any]:
    # joblib replaces a worker whose memory has grown, and says so; nothing is lost.
    warnings.filterwarnings("ignore", message="A worker stopped", category=UserWarning)
    return list(tqdm(workers(tasks), total=len(tasks), desc=progress, unit="fit", mininterval=1.0))
