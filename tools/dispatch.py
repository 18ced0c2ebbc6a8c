"""`make dispatch`: the grid of sweep.yaml on the workers of a Dask scheduler, each in a clone of its own."""

import subprocess
import sys
from collections import Counter
from pathlib import Path
from urllib.parse import urlsplit

from dask.distributed import Client, as_completed
from distributed.utils import import_file
from tqdm import tqdm

from aeflow.errors import InputError
from nids.base.credentials import without_credentials
from nids.base.files import write_text
from nids.base.section import load
from nids.base.stage import run_stage
from tools import log
from tools.experiment import Experiment, git, grid
from tools.report import report
from tools.settings import Sweep

FOLDER = Path("sweep")
UNIT = str(Path(__file__).with_name("unit.py"))
CONNECT_SECONDS = 10


def main(scheduler: str = "") -> None:
    if not scheduler:
        raise InputError("which Dask scheduler? make dispatch SCHEDULER=tcp://HOST:8786")
    settings = load(Path("tools/sweep.yaml"), Sweep)
    remote, commit = shared_commit()
    experiments = grid(settings.grid, settings.fixed, settings.target)
    try:
        client = Client(scheduler, timeout=CONNECT_SECONDS)
    except (OSError, ValueError) as error:
        raise InputError(f"no Dask scheduler answers at {scheduler!r}: {error}") from None
    with client:
        done = run(client, experiments, settings.target, remote, commit)
    if done:
        # Of the results `dvc exp show` needs the metrics alone, which it reads from the DVC remote.
        subprocess.run(["dvc", "exp", "pull", "--quiet", "--no-cache", "origin", *done], check=True)
        report(experiments, FOLDER)
    if len(done) < len(experiments):
        failed = len(experiments) - len(done)
        raise InputError(f"{failed} of {len(experiments)} experiments failed, see above; the next run tries them again")


def shared_commit() -> tuple[str, str]:
    """Return the URL of the Git remote and the commit that the workers' clones start from."""
    if git("status", "--porcelain", "--untracked-files=no"):
        raise InputError("the workspace has changes, which no clone has: commit and push them first")
    if "origin" not in git("remote").split():
        raise InputError("there is no Git remote `origin` through which the workers could share experiments")
    remote = git("remote", "get-url", "origin")
    url = urlsplit(remote)
    if url.password or (url.username and url.scheme != "ssh"):
        raise InputError(
            "the URL of the Git remote `origin` has a password, which every worker would get, and write to its log; "
            "take it out (git remote set-url origin URL) and give the machines keys, or Git's credential helper"
        )
    git("fetch", "--quiet", "origin")
    commit = git("rev-parse", "HEAD")
    if not git("branch", "--remotes", "--contains", commit):
        raise InputError(f"the Git remote `origin` does not have commit {commit[:7]}: push it first")
    return remote, commit


def run(client: Client, experiments: list[Experiment], target: str, remote: str, commit: str) -> list[str]:
    """Run the experiments; return the names of those that are in the Git remote then.

    Dask gives those of a worker that dies to another one.
    """
    client.upload_file(UNIT)
    # By the name that it has on the workers, where there is no `tools`.
    (unit,) = import_file(UNIT)
    futures = {
        client.submit(unit.run, remote, commit, one.name, one.overrides, target, key=one.name, pure=False): one
        for one in experiments
    }
    done, stages = [], Counter[str]()
    with tqdm(total=len(experiments), desc="experiments", unit="exp", dynamic_ncols=True) as bar:
        for future in as_completed(futures):
            experiment, error = futures[future], future.exception()
            if error is None:
                counts = log.stages(future.result())
                done.append(experiment.name)
                stages += counts
                bar.write(f"{experiment}: {log.in_words(counts) if any(counts.values()) else 'there already'}")
            else:
                path = FOLDER / f"{experiment.name}.log"
                write_text(path, without_credentials(f"{error}\n"))
                bar.write(f"error: {experiment}: {log.failure(str(error))}; log: {path}")
            bar.update()
    print(f"stages: {log.in_words(stages)}")
    return done


if __name__ == "__main__":
    run_stage(main, *sys.argv[1:])
