"""What experiments have found: each method's metrics, where they belong to the experiment's settings."""

import json
from collections.abc import Iterable, Sequence
from typing import Any

import pandas as pd
from dvc.output import Output
from dvc.repo import Repo

from nids.methods import METHODS, STUDIED
from tools.current import Current
from tools.experiment import short

# By which everything is chosen, on held-out attack types: macro recall, and the share of false alarms.
OBJECTIVE, FALSE_ALARMS = "validation", "alarms"
# Then those of the test set, in the paper's configuration.
METRICS = (OBJECTIVE, FALSE_ALARMS, "F1", "macro_F1")
# The commit that experiments start from.
COMMITTED = "HEAD"


def experiments(repo: Repo) -> list[str]:
    """Return the names of the experiments that start from the last commit."""
    return [name for of_commit in repo.experiments.ls().values() for name, _ in of_commit]


def found(names: Iterable[str]) -> pd.DataFrame:
    """Return the results of experiments and other revisions, a row for each method that one has results of.

    Columns: ``experiment``, ``method``, ``settings``, a dict of what the results follow from, and METRICS in
    [0, 1]. A metric whose stage did not run with the settings, the code or the data of the revision is missing.
    """
    rows = []
    with Repo(_wait_for_lock=True) as repo:
        for name in names:
            with repo.switch(name):
                rows += [{"experiment": name, **row} for row in _of_revision(repo)]
    return pd.DataFrame(rows, columns=["experiment", "method", "settings", *METRICS])


def objective(name: str) -> float:
    """Return the OBJECTIVE of the studied method in one experiment."""
    return float(_studied([name])[OBJECTIVE].iloc[0])


def results(names: Sequence[str], keys: Sequence[str]) -> pd.DataFrame:
    """Return the experiments that are there, best first: their names, settings ``keys``, and of the studied method
    OBJECTIVE and FALSE_ALARMS.
    """
    with Repo(_wait_for_lock=True) as repo:
        there = set(experiments(repo))
    frame = _studied([name for name in names if name in there])
    chosen = pd.DataFrame([{key: settings[key] for key in keys} for settings in frame["settings"]], columns=list(keys))
    table = pd.concat([frame[["experiment"]], chosen, frame[[OBJECTIVE, FALSE_ALARMS]]], axis=1).convert_dtypes()
    return table.sort_values([OBJECTIVE, FALSE_ALARMS], ascending=[False, True], ignore_index=True)


def to_markdown(frame: pd.DataFrame) -> str:
    """Return the results to read, in percent."""
    percent = {OBJECTIVE: "macro recall, %", FALSE_ALARMS: "false alarms, %"}
    readable = frame.assign(**{name: (100 * frame[name]).map("{:.1f}".format) for name in percent}).map(short)
    return readable.rename(columns=percent).to_markdown(index=False, disable_numparse=True, stralign="right") + "\n"


def _studied(names: Sequence[str]) -> pd.DataFrame:
    frame = found(names)
    return frame[(frame["method"] == STUDIED) & frame[OBJECTIVE].notna()].reset_index(drop=True)


def _of_revision(repo: Repo) -> list[dict[str, Any]]:
    current = Current(repo)
    rows: dict[str, dict[str, Any]] = {}
    for stage in repo.index.stages:
        files = [out for out in stage.outs if out.metric]
        if not files or not current(stage):
            continue
        settings = current.settings(stage)
        for out in files:
            for metric, of_methods in _content(repo, out).items():
                for method, value in of_methods.items():
                    row = rows.setdefault(method, {"method": method, "settings": {}})
                    row[metric] = value
                    row["settings"] |= {key: of for key, of in settings.items() if _concerns(key, method)}
    return [rows[method] for method in METHODS if method in rows]


def _content(repo: Repo, out: Output) -> dict[str, dict[str, float]]:
    try:
        return json.loads(repo.dvcfs.read_text(repo.dvcfs.from_os_path(out.fs_path)))
    except FileNotFoundError:  # of a stage that this cache has never had
        return {}


def _concerns(key: str, method: str) -> bool:
    """Return whether the method's results depend on a setting: on its own, and on most of those that all share."""
    section, _, rest = key.partition(".")
    row = METHODS[method]
    if section in {one.arm for one in METHODS.values()}:
        return section == row.arm and (row.arm == method or rest.partition(".")[0] == method)
    return row.undersampled or section not in ("kmeans", "oss")
