"""What experiments have found."""

import json
import time
from collections.abc import Sequence
from typing import Any

import dvc.api
import pandas as pd
from dvc.exceptions import DvcException

from nids.methods import METHODS, STUDIED
from tools.experiment import short

# The studied method in the main configuration on held-out attack types (stages/evidence/validate.py).
METRICS = f"data/validation/{METHODS[STUDIED].arm}.json"
OBJECTIVE, FALSE_ALARMS = "macro_recall", "false_alarm_rate"
# As `dvc exp show` names them.
SHOWN = {f"{STUDIED}.{name}": name for name in (OBJECTIVE, FALSE_ALARMS)}
ATTEMPTS = 10


def objective(name: str) -> float:
    """Return the OBJECTIVE of one experiment."""
    return float(json.loads(dvc.api.read(METRICS, rev=name))[STUDIED][OBJECTIVE])


def results(names: Sequence[str], keys: Sequence[str]) -> pd.DataFrame:
    """Return the experiments that are there, best first: their names, settings ``keys`` and both metrics."""
    columns = ["experiment", *keys, OBJECTIVE, FALSE_ALARMS]
    rows = [row for row in shown() if row["Experiment"] in set(names)]
    frame = pd.DataFrame(rows).rename(columns={"Experiment": "experiment", **SHOWN}).reindex(columns=columns)
    metrics = [OBJECTIVE, FALSE_ALARMS]
    # A failed experiment is shown too, without metrics.
    frame[metrics] = frame[metrics].apply(pd.to_numeric, errors="coerce")
    frame = frame.dropna(subset=metrics).convert_dtypes()
    return frame.sort_values(metrics, ascending=[False, True], ignore_index=True)


def shown() -> list[dict[str, Any]]:
    """Return the rows of `dvc exp show`."""
    for _ in range(ATTEMPTS):
        try:
            return dvc.api.exp_show()
        except DvcException as error:
            # It stumbles over the folder of an experiment that begins or ends meanwhile.
            last = error
            time.sleep(1)
    raise last


def to_markdown(frame: pd.DataFrame) -> str:
    """Return the results to read, in percent."""
    percent = {OBJECTIVE: "macro recall, %", FALSE_ALARMS: "false alarms, %"}
    readable = frame.assign(**{name: (100 * frame[name]).map("{:.1f}".format) for name in percent}).map(short)
    return readable.rename(columns=percent).to_markdown(index=False, disable_numparse=True, stralign="right") + "\n"
