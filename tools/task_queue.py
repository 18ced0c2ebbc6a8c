"""DVC's queue of experiments: its tasks, its workers, and tasks that have lost their worker.

Nothing tells DVC that a worker was killed: the task that it ran stays "Running" for good, and `dvc
queue start` does not run it again. So does a task whose message a worker read before it was whole.
If the experiment's process outlives its worker, `dvc queue kill` even makes "Success" of the task,
with no experiment to show. So what counts here is the experiment and its process.
"""

import fcntl
import io
import os
import shutil
import subprocess
import time
from collections.abc import Collection, Iterator
from contextlib import contextmanager, redirect_stdout
from dataclasses import dataclass
from pathlib import Path

import psutil
from dvc.exceptions import DvcException
from dvc.lock import LockError
from dvc.repo import Repo
from dvc.repo.experiments.executor.base import ExecutorInfo
from dvc.repo.experiments.queue.exceptions import CannotKillTasksError
from dvc.repo.experiments.utils import EXEC_TMP_DIR, get_exp_rwlock
from dvc.rwlock import RWLOCK_FILE, RWLockFileCorruptedError
from joblib import cpu_count

from aeflow.errors import InputError
from nids.base.parallel import JOBS_VARIABLE
from tools.experiment import Experiment

RUNNING, QUEUED, FAILED = "Running", "Queued", "Failed"
WORKER_LOGS = ".dvc/tmp/exps/celery/*.out"
START_SECONDS = 20


@dataclass(frozen=True)
class Task:
    """revision: its id. log, pid and code: of the experiment's process, once there is one, once it has ended."""

    revision: str
    status: str
    log: Path | None = None
    pid: int | None = None
    code: int | None = None

    @property
    def failed(self) -> bool:
        """Whether the experiment itself failed, not a worker or a lock."""
        return self.status == FAILED and (self.code or 0) > 0

    @property
    def lives(self) -> bool:
        """Whether the experiment's process is there; it may outlive its worker."""
        try:
            return self.code is None and any(self.revision in word for word in psutil.Process(self.pid).cmdline())
        except psutil.Error:
            return False

    @property
    def printed(self) -> str:
        return self.log.read_text(encoding="utf-8", errors="replace") if self.log else ""


@contextmanager
def alone() -> Iterator[None]:
    """Keep other sweeps and searches in this repository waiting: what they see is then what is."""
    with open(".dvc/tmp/experiments.lock", "w", encoding="utf-8") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def mend() -> None:
    """Remove the queue's list of locks if a kill has left half of it: no DVC command gets past that."""
    with Repo() as repo:
        try:
            with get_exp_rwlock(repo):
                pass
        except RWLockFileCorruptedError:
            Path(repo.tmp_dir, EXEC_TMP_DIR, RWLOCK_FILE).unlink(missing_ok=True)


def tasks() -> dict[str, Task]:
    """Return the tasks of `dvc queue status` by the names of their experiments."""
    with Repo() as repo:
        queue = repo.experiments.celery_queue
        # First, as `status` looks at them last: it would miss one that a worker takes meanwhile.
        found = {entry.name: Task(entry.stash_rev, QUEUED) for entry in queue.iter_queued()}
        for entry in queue.status():
            process = queue.proc.get(entry["rev"])
            of_process = (Path(process.stdout), process.pid, process.returncode) if process else ()
            found[entry["name"]] = Task(entry["rev"], entry["status"], *of_process)
        return found


def finished() -> set[str]:
    """Return the names that `dvc exp list` shows."""
    with Repo(_wait_for_lock=True) as repo:
        return {name for of_commit in repo.experiments.ls().values() for name, _ in of_commit}


def put(experiment: Experiment, target: str) -> None:
    """Do `dvc exp run --queue`, unless a worker is in the way; then the task will be missed, and put again."""
    try:
        with Repo(_wait_for_lock=True) as repo, redirect_stdout(io.StringIO()):
            repo.experiments.run(targets=[target], params=experiment.overrides, queue=True, name=experiment.name)
    except LockError:
        return
    except DvcException as error:
        reason = " ".join(str(error.__cause__ or error).split())
        raise InputError(f"{experiment} cannot be queued: {reason}") from None


def workers() -> list[psutil.Process]:
    """Return the queue workers of this repository that live."""
    here = Repo.find_root()
    found = []
    for process in psutil.process_iter():
        try:
            if "queue-worker" in process.cmdline() and Repo.find_root(process.cwd()) == here:
                found.append(process)
        except (psutil.Error, DvcException):
            continue
    return found


def start(count: int) -> None:
    """Do `dvc queue start`; the cores are shared among the workers."""
    jobs = {JOBS_VARIABLE: str(max(1, cpu_count() // count))}
    command = ["dvc", "queue", "start", "-j", str(count)]
    # Without DEVNULL the workers would keep this process's terminal or pipe open.
    subprocess.run(
        command, env={**jobs, **os.environ}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False
    )
    deadline = time.monotonic() + START_SECONDS
    while not workers() and time.monotonic() < deadline:
        time.sleep(0.1)


def stop() -> None:
    """End the workers if the queue has nothing more for them; of those that idle, some would stay for good."""
    if not any(task.status in (RUNNING, QUEUED) for task in tasks().values()):
        for worker in workers():
            worker.terminate()


def remove(dropped: Collection[Task]) -> set[str]:
    """Take tasks that have no process out of the queue; their experiments may be put into it again.

    A task that DVC takes for one that just begins stays; the next call tries again. Returns the revisions removed.
    """
    with Repo() as repo:
        queue, gone = repo.experiments.celery_queue, set[str]()
        for task in dropped:
            process = queue.proc.get(task.revision)
            if process and process.returncode is None:
                # Or DVC would send a signal to whatever has this process id now.
                process.returncode = -9
                queue.proc[task.revision] = process
            if task.status == RUNNING:
                try:
                    queue.kill([task.revision])
                except CannotKillTasksError:
                    continue
            gone.add(task.revision)
            info = Path(queue.get_infofile_path(task.revision))
            if info.is_file():
                shutil.rmtree(ExecutorInfo.load_json(str(info)).root_dir, ignore_errors=True)
        if gone:
            queue.remove(list(gone))
    return gone
