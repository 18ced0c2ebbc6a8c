"""`make search`: Optuna chooses settings in the space of search.yaml, each trial is a DVC experiment.

A trial that is running in the study is an experiment to be brought to its end, whoever began it. So
processes that share a study, and one that starts after all others were killed, do the same.
"""

import time
from pathlib import Path

import optuna
from tqdm import tqdm

from aeflow.errors import InputError
from nids.base.section import load
from tools import task_queue
from tools.report import report
from tools.results import objective
from tools.runner import POLL_SECONDS, Runner, count, start
from tools.settings import Search
from tools.study import Study

FOLDER = Path("search")


def main(workers: str) -> None:
    settings = load(Path("tools/search.yaml"), Search)
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    study = Study(settings, FOLDER / "study.journal")
    run(study, settings, count(workers))
    experiments = study.ended()
    if not report(experiments, FOLDER):
        raise InputError(f"none of {len(experiments)} experiments succeeded, see above")


def run(study: Study, settings: Search, workers: int) -> None:
    """Run experiments until the study has all its trials."""
    with tqdm(total=settings.trials, desc="experiments", unit="exp", dynamic_ncols=True) as bar:
        runner = Runner(settings.target, workers, bar)
        while True:
            with task_queue.alone():
                study.ask(workers)
                left = study.running()
                bar.n = len(study.ended())
                bar.refresh()
                if not left:
                    break
                for name, succeeded in runner.step(left).items():
                    study.tell(name, objective(name) if succeeded else None)
            time.sleep(POLL_SECONDS)
    runner.end()


if __name__ == "__main__":
    start(main)
