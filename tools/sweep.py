"""`make sweep`: the grid of sweep.yaml as DVC experiments."""

import time
from pathlib import Path

from tqdm import tqdm

from aeflow.errors import InputError
from nids.base.section import load
from tools import task_queue
from tools.experiment import Experiment, grid
from tools.report import report
from tools.runner import POLL_SECONDS, Runner, count, start
from tools.settings import Sweep


def main(workers: str) -> None:
    settings = load(Path("tools/sweep.yaml"), Sweep)
    experiments = grid(settings.grid, settings.fixed, settings.target)
    failed = run(experiments, settings.target, count(workers))
    report(experiments, Path("sweep"))
    if failed:
        raise InputError(f"{failed} of {len(experiments)} experiments failed, see above; `make sweep` tries them again")


def run(experiments: list[Experiment], target: str, workers: int) -> int:
    """Run the experiments that are not there yet; return how many failed."""
    there = task_queue.finished()
    left = {experiment.name: experiment for experiment in experiments if experiment.name not in there}
    if len(left) < len(experiments):
        print(f"{len(experiments) - len(left)} of {len(experiments)} experiments are there already")
    if not left:
        return 0
    with task_queue.alone():
        task_queue.remove([task for name, task in task_queue.tasks().items() if name in left and task.failed])
    failed = 0
    with tqdm(total=len(left), desc="experiments", unit="exp", dynamic_ncols=True) as bar:
        runner = Runner(target, workers, bar)
        while left:
            with task_queue.alone():
                ended = runner.step(left)
            for name, succeeded in ended.items():
                del left[name]
                failed += not succeeded
            bar.update(len(ended))
            time.sleep(POLL_SECONDS)
    runner.end()
    return failed


if __name__ == "__main__":
    start(main)
