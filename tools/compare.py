"""`make compare`: experiments beside the committed results, best first, and as parallel coordinates."""

import shutil
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import dvc.api
import pandas as pd
from dvc.exceptions import DvcException
from dvc.repo import Repo

from aeflow.errors import InputError
from nids.base.files import write_bytes, write_frame
from nids.base.stage import run_stage
from nids.methods import METHODS
from nids.show.figures.style import to_png
from tools.current import flat
from tools.experiment import last, short
from tools.figures import parallel_coordinates
from tools.results import COMMITTED, METRICS, OBJECTIVE, experiments, found

FOLDER = Path("compare")
NAMES = {key: method.name for key, method in METHODS.items()}
LEGEND = """
validation: macro recall on held-out attack types, by which to choose; alarms: the false alarms there;
F1, macro F1: Voting on the test set. In percent. Empty: the metric's stage did not run with these settings.
"""


def main(*names: str) -> None:
    with Repo(_wait_for_lock=True) as repo:
        chosen = list(names) or experiments(repo)
    if not chosen:
        raise InputError("no experiment starts from this commit; make one: dvc exp run -S KEY=VALUE, or make sweep")
    try:
        frame = found([COMMITTED, *chosen])
    except DvcException as error:
        raise InputError(f"{error}; `dvc exp list` names the experiments") from None
    table = beside(frame, flat(dvc.api.params_show("params.yaml", rev=COMMITTED)))
    if table.empty:
        raise InputError("no experiment has run validate or evaluate with other settings; docs/sweeps.md says how")
    width = shutil.get_terminal_size().columns
    for dataset, rows in table.groupby("dataset", sort=False):
        print(f"Data set {dataset}, best first\n\n{to_text(rows, width)}\n")
        metric = OBJECTIVE if rows[OBJECTIVE].notna().any() else "F1"
        drawn, keys = with_settings(rows[rows[metric].notna()])
        drawn["method"] = drawn["method"].map(NAMES)
        write_bytes(FOLDER / f"{dataset}.png", to_png(parallel_coordinates(drawn, keys, metric)))
    write_frame(FOLDER / "table.csv", with_settings(table)[0])
    print(f"{LEGEND.strip()}\n\nin {FOLDER}/: table.csv, and the parallel coordinates of each data set")
    print("To take one into the workspace: dvc exp apply EXPERIMENT")


def beside(frame: pd.DataFrame, committed: Mapping[str, Any]) -> pd.DataFrame:
    """Return the rows of ``results.found`` with other settings than the ``committed`` ones, and beside them the rows
    of the commit for the same methods, best first.

    New columns: ``dataset``, and ``changed``, the settings that differ, by their keys.
    """
    changed = [
        {key: value for key, value in settings.items() if key in committed and committed[key] != value}
        for settings in frame["settings"]
    ]
    table = frame.assign(
        dataset=[settings["dataset"] for settings in frame["settings"]], changed=pd.Series(changed, index=frame.index)
    )
    of_commit, differs = table["experiment"] == COMMITTED, table["changed"].map(bool)
    pairs = pd.MultiIndex.from_frame(table[["dataset", "method"]])
    kept = (differs & ~of_commit) | (of_commit & pairs.isin(pairs[differs]))
    # An experiment that changes nothing of a method says of it what another one has said.
    again = table[["method", "settings"]].astype(str).duplicated()
    return table[kept & ~again].sort_values([OBJECTIVE, "F1"], ascending=False, ignore_index=True)


def to_text(table: pd.DataFrame, width: int) -> str:
    """Return the rows of one data set in at most ``width`` columns; changes that take more are folded."""
    columns = {
        "experiment": table["experiment"].replace(COMMITTED, "committed"),
        "method": table["method"].map(NAMES),
        **{
            name.replace("_", " "): (100 * table[name]).map("{:.1f}".format, na_action="ignore").fillna("")
            for name in METRICS
            if table[name].notna().any()
        },
    }
    taken = sum(max(len(name), *values.map(len)) + 2 for name, values in columns.items())
    changes = [
        " ".join(f"{last(key)}={short(value)}" for key, value in of.items() if key != "dataset")
        for of in table["changed"]
    ]
    return pd.DataFrame({**columns, "changed": changes}).to_markdown(
        index=False,
        tablefmt="simple",
        disable_numparse=True,
        colalign=["left", "left", *["right"] * (len(columns) - 2), "left"],
        maxcolwidths=[*[None] * len(columns), max(width - taken, 20)],
    )


def with_settings(table: pd.DataFrame) -> tuple[pd.DataFrame, list[str]]:
    """Return the rows with a column for each setting in which rows of one method differ, and the axes to draw.

    These are the settings, and before them ``method`` if there are several.
    """
    of_row = pd.DataFrame([{key: _plain(value) for key, value in row.items()} for row in table["settings"]])
    varies = of_row.astype(str).groupby(table["method"].to_numpy()).nunique().max() > 1
    settings = of_row.loc[:, varies[of_row.columns]].astype(object).fillna("none").infer_objects()
    plain = table.drop(columns=["settings", "changed"]).reset_index(drop=True)
    methods = ["method"] if table["method"].nunique() > 1 else []
    return plain.join(settings.drop(columns="dataset", errors="ignore")), [
        *methods,
        *settings.columns.drop("dataset", errors="ignore"),
    ]


def _plain(value: Any) -> Any:
    """Return a list as text."""
    return short(value) if isinstance(value, list | tuple) else value


if __name__ == "__main__":
    run_stage(main, *sys.argv[1:])
