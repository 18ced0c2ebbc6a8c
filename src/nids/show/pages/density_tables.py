"""AE-Flow's density: what it changes as two more features, and what it finds as a detector by itself."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from nids.detect import CLASSIFIERS, DETECTOR, MAIN, NOVEL, RULES, WITH_DENSITY
from nids.methods import METHODS, STUDIED
from nids.show.pages.answer import JUDGED, outcome
from nids.show.pages.cells import MISSING, Table, cell, column, counted, listed, number, table, words
from nids.show.pages.score_tables import Runs, change, spread

_COLUMNS = {
    "auc": ("Area under the curve", False),
    "auc_unseen": ("Area, unseen types", False),
    "false_alarm_rate": ("False alarms", True),
    "recall": ("Attacks found", False),
    "recall_unseen": ("Found of unseen types", False),
}


def density_sentence(found: Mapping[str, Any]) -> str:
    """Return in how many methods the density changes each score; found: as metrics/evidence/density.json."""
    parts = []
    for score, name in JUDGED.items():
        of_methods = found[score]
        lowest, highest = (
            number(100 * end(of["difference"] for of in of_methods.values()), 1, signed=True) for end in (min, max)
        )
        kinds = [outcome(of) for of in of_methods.values()]
        if "untested" in kinds:
            parts.append(f"{name} by {lowest} to {highest} points")
        else:
            clear = [f"higher with {kinds.count('ahead')}", f"lower with {kinds.count('behind')}"]
            parts.append(f"{name} by {lowest} to {highest} points, clearly {listed(clear)} of {len(kinds)} methods")
    return (
        f"{METHODS[STUDIED].name} also gives a density of normal traffic. Its two parts, the decoder's and the flow's, "
        f"as two more features of XGBoost one-hot change {'; '.join(parts)}."
    )


def density_table(found: Mapping[str, Any], runs: Runs) -> Table:
    """Each method without and with the density: scores, and the paired differences of ``found``."""
    rows = []
    for method, of in METHODS.items():
        cells = [words(of.name)]
        for score in JUDGED:
            for classifier in (WITH_DENSITY[MAIN[0]], MAIN[0]):
                cells.append(spread(runs["test", method, classifier, MAIN[1]][score].to_numpy()))
            cells.append(change(found[score][method]))
        rows.append((method, cells))
    titles = ("without", "with", "difference")
    return table(
        "density-table",
        f"XGBoost one-hot with the {RULES[MAIN[1]]}, without and with the density",
        [column("Method", numeric=False), *(column(title) for _ in JUDGED for title in titles)],
        rows,
        groups=[("", 1), *((name[0].upper() + name[1:], len(titles)) for name in JUDGED.values())],
        note="In percent, behind each mean the standard deviation over the seeds. Differences in points, behind them "
        "Holm's p of Wilcoxon's paired test, below their 95% bootstrap interval; bold where p < 0.05.",
        fine_below=True,
    )


def detection_table(points: pd.DataFrame, test: str) -> Table:
    """Attacks against normal traffic: the density by itself and each method's classifier; points: as data/scores."""
    rows = []
    for method in (DETECTOR, *METHODS):
        of_method = points[points["method"] == method]
        cells = [words(METHODS[method].name if method in METHODS else "Detector: the density by itself")]
        for score in _COLUMNS:
            values = of_method[score].to_numpy(np.float64)
            cells.append(cell(MISSING) if np.isnan(values).any() else spread(values, percent=not score.startswith("a")))
        rows.append((method, cells))
    seeds = counted(points["seed"].nunique(), "seed")
    return table(
        "detection-table",
        f"Attacks of any class against normal traffic, on {test}",
        [column("Method", numeric=False), *(column(title, less_is_better=less) for title, less in _COLUMNS.values())],
        rows,
        note=f"Shares in percent, mean of {seeds} and standard deviation. The detector raises an alarm where a row is "
        f"less likely than {number(100 * (1 - NOVEL), 0)}% of the normal training rows, the others where "
        f"{CLASSIFIERS[MAIN[0]]} and the {RULES[MAIN[1]]} take it for an attack. The area is that of their score, "
        "without a threshold.",
        fine_below=True,
    )
