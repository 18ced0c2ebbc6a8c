"""Experiments brought to their end through DVC's queue, whatever happens to its workers."""

import sys
import time
from collections import Counter
from collections.abc import Callable, Mapping

from tqdm import tqdm

from aeflow.errors import InputError
from nids.base.stage import run_stage
from tools import log, task_queue
from tools.experiment import Experiment, starting_point
from tools.task_queue import QUEUED, RUNNING, Task

POLL_SECONDS = 2.0
INTERRUPTED = "The queue's workers go on: the same command goes on with them, `dvc queue stop --kill` ends them."
# A task that runs without a process for longer will not end.
SILENT_SECONDS = 60.0
# Workers that were started so often since an experiment ended will not do it.
STARTS = 5


def count(workers: str) -> int:
    """Return the number of workers that a command was given."""
    if not workers.isdecimal() or int(workers) < 1:
        raise InputError(f"WORKERS: {workers!r} is no worker count; set it to 1 or more")
    return int(workers)


def start(main: Callable[..., None]) -> None:
    """Run ``main`` with the command's arguments; Ctrl-C ends the display alone."""
    try:
        run_stage(main, *sys.argv[1:])
    except KeyboardInterrupt:
        print(f"\n{INTERRUPTED}", file=sys.stderr)
        raise SystemExit(130) from None


class Runner:
    """Runs experiments up to the stage ``target`` with so many workers, and writes above ``bar`` what happens.

    ``stages`` counts how the stages of the experiments that have ended came about.
    """

    def __init__(self, target: str, workers: int, bar: tqdm) -> None:
        self.stages: Counter[str] = Counter()
        self._target, self._workers, self._bar = target, workers, bar
        self._origin = starting_point()
        self._starts = 0
        self._silent_since: dict[str, float] = {}

    def step(self, left: Mapping[str, Experiment]) -> dict[str, bool]:
        """Do what the experiments need next; return those that have ended, and whether each succeeded.

        New ones, those of an interrupted sweep and those whose worker died go on in the same way: what
        is neither there nor in the queue is put into it, and missing workers are started.
        """
        task_queue.mend()
        tasks = task_queue.tasks()
        # Asked for after the tasks: if one has succeeded, its experiment is there.
        there = task_queue.finished()
        ended = {name: name in there for name in left if name in there or (name in tasks and tasks[name].failed)}
        for name, succeeded in ended.items():
            self._tell(left[name], tasks.get(name), succeeded)
            self._starts = 0
        self._keep_going({name: left[name] for name in left if name not in ended}, tasks)
        return ended

    def end(self) -> None:
        """End workers that have nothing more to do, and print the counts of stages."""
        with task_queue.alone():
            task_queue.stop()
        print(f"stages: {log.in_words(self.stages)}")

    def _tell(self, experiment: Experiment, task: Task | None, succeeded: bool) -> None:
        printed = task.printed if task else ""
        if succeeded:
            self.stages += log.stages(printed)
            self._bar.write(f"{experiment}: {log.in_words(log.stages(printed))}")
        else:
            self._bar.write(f"error: {experiment}: {log.failure(printed)}; log: dvc queue logs {experiment.name}")

    def _keep_going(self, left: Mapping[str, Experiment], tasks: Mapping[str, Task]) -> None:
        workers = len(task_queue.workers())
        lost = [name for name in left if name in tasks and self._lost(name, tasks[name], workers)]
        gone = task_queue.remove([tasks[name] for name in lost])
        for name in lost:
            if tasks[name].revision in gone:
                self._bar.write(f"{left[name]} has lost its worker and runs again")
        running = [name for name in left if name in tasks and tasks[name].status == RUNNING and name not in lost]
        self._bar.set_postfix_str(f"{len(running)} running")
        new = [experiment for name, experiment in left.items() if name not in tasks]
        if new and starting_point() != self._origin:
            raise InputError("the workspace has changed: what is left would not run as its name says; start again")
        if len(running) < len(left) and workers < min(self._workers, len(left)):
            self._starts += 1
            if self._starts > STARTS:
                raise InputError(f"queue workers end at once, see {task_queue.WORKER_LOGS}; left: {', '.join(left)}")
            task_queue.start(self._workers)
        for experiment in new:
            task_queue.put(experiment, self._target)

    def _lost(self, name: str, task: Task, workers: int) -> bool:
        if task.status == QUEUED:
            return False
        if task.status != RUNNING:
            return True  # it has ended, with neither an experiment nor an error of its own
        if task.lives:
            self._silent_since.pop(name, None)
            return False
        # Without a process it begins, or is being collected, or nobody runs it.
        silent = time.monotonic() - self._silent_since.setdefault(name, time.monotonic())
        return workers == 0 or silent > SILENT_SECONDS
