"""Tables of the scores on the test sets: every number is the mean of the seeds' runs."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from aeflow.evidence.methods import CLASSIFIERS, DECIDED, METHODS, RULES, TESTS
from aeflow.nsl_kdd.schema import CLASSES
from aeflow.report.answer import JUDGED, outcome
from aeflow.report.cells import MISSING, Cell, Table, cell, column, mark_best, number, p_text, spread, table, words

# Test, method, classifier and rule of some rows of the scores.
Run = tuple[str, str, str, str]
# The columns of the main table: score, heading, whether less is better.
_MAIN = (
    ("weighted_f1", "Weighted", False),
    ("macro_f1", "Macro", False),
    *((f"recall_{name}", name, False) for name in CLASSES),
    ("false_alarm_rate", "False alarms", True),
    ("mcc", "MCC", False),
    ("g_mean", "G\N{NON-BREAKING HYPHEN}mean", False),
)
_MAIN_GROUPS = [("", 1), ("F1", 2), ("Recall", len(CLASSES)), ("Overall", 3)]
# The scores of the smaller tables.
_FEW = {
    "weighted_f1": "Weighted F1",
    "macro_f1": "Macro F1",
    "recall_R2L": "R2L recall",
    "recall_U2R": "U2R recall",
    "recall_Normal": "Normal recall",
}
_ABLATED = ("smote", "ae_flow")


def by_run(scores: pd.DataFrame) -> dict[Run, pd.DataFrame]:
    """Return the rows of each test, method, classifier and rule, in the order of the seeds."""
    groups = scores.sort_values("seed").groupby(["test", "method", "classifier", "rule"], sort=False)
    return {tuple(map(str, key)): rows for key, rows in groups}  # type: ignore[misc]


def values(runs: Mapping[Run, pd.DataFrame], run: Run, score: str) -> np.ndarray:
    """Return a score of each seed, shape (seeds,)."""
    return runs[run][score].to_numpy(dtype=float)


def methods_table(
    key: str,
    caption: str,
    runs: Mapping[Run, pd.DataFrame],
    configuration: tuple[str, str],
    statistics: Mapping[str, Any] | None,
) -> Table:
    """All methods in one configuration on KDDTest+; with ``statistics``, tests against AE-Flow too."""
    columns = [column("Method", numeric=False), *(column(title, less_is_better=less) for _, title, less in _MAIN)]
    rows = []
    for method, name in METHODS.items():
        frame = runs["test", method, *configuration]
        cells = [spread(frame[score].to_numpy(), percent=score != "mcc") for score, _, _ in _MAIN]
        rows.append((method, [words(name), *cells]))
    for at, (_, _, less) in enumerate(_MAIN, start=1):
        mark_best(rows, at, less)
    groups = list(_MAIN_GROUPS)
    note = "In percent, MCC apart. Bold: the best mean in its column."
    if len(next(iter(runs.values()))) > 1:
        note += (
            " Behind each mean the standard deviation over the seeds, below it the 95% bootstrap interval of the mean."
        )
    if statistics is not None:
        groups.append(("Holm's p", len(JUDGED)))
        columns += [column(title, less_is_better=True) for title in ("Weighted F1", "Macro F1")]
        for method, cells in rows:
            cells += [_p_cell(statistics[score]["against_ae_flow"].get(method)) for score in JUDGED]
        note += (
            " Last columns: p of the paired Wilcoxon signed-rank test, Holm-adjusted over the methods, "
            "and below it AE-Flow's lead in points; bold where p < 0.05."
        )
    return table(key, caption, columns, rows, groups=groups, note=note, fine_below=True)


def _p_cell(comparison: Mapping[str, Any] | None) -> Cell:
    if comparison is None:
        return cell(MISSING)
    lead = number(100 * comparison["difference"], 1, signed=True)
    if comparison["p_holm"] is None:
        return cell("no test", fine=lead)
    found = cell(p_text(comparison["p_holm"]), comparison["p_holm"], fine=lead)
    found["best"] = outcome(comparison) in ("ahead", "behind")
    return found


def leads_table(key: str, caption: str, statistics: Mapping[str, Any]) -> Table:
    """AE-Flow's lead over each method, its interval and p, and the methods' mean ranks, in one configuration."""
    methods = [method for method in METHODS if method in statistics["weighted_f1"]["against_ae_flow"]]
    rows = []
    for method in methods:
        cells = [words(METHODS[method])]
        for score in _FEW:
            found = statistics[score]["against_ae_flow"][method]
            low, high = (number(100 * found[end], 1, signed=True) for end in ("low", "high"))
            one = cell(
                number(100 * found["difference"], 1, signed=True),
                100 * found["difference"],
                small="" if found["p_holm"] is None else f"p {p_text(found['p_holm'])}",
                fine=f"{low} to {high}" if found["low"] < found["high"] else "",
            )
            one["best"] = outcome(found) in ("ahead", "behind")
            cells.append(one)
        rows.append((method, cells))
    return table(
        key,
        caption,
        [column("AE-Flow minus", numeric=False), *(column(title) for title in _FEW.values())],
        rows,
        note="In points: the mean difference of the paired runs, Holm's p behind it and its 95% bootstrap interval "
        "below; bold where p < 0.05.",
        fine_below=True,
    )


def classifiers_table(runs: Mapping[Run, pd.DataFrame]) -> Table:
    """Every method with every classifier and rule on KDDTest+."""
    rows = []
    for method, name in METHODS.items():
        for classifier in CLASSIFIERS:
            for rule in RULES if classifier in DECIDED else ["argmax"]:
                frame = runs["test", method, classifier, rule]
                cells = [words(name), words(CLASSIFIERS[classifier]), words(RULES[rule])]
                rows.append((method, cells + [spread(frame[score].to_numpy()) for score in _FEW]))
    columns = [column(title, numeric=False) for title in ("Method", "Classifier", "Rule")]
    columns += [column(title) for title in _FEW.values()]
    return table("classifiers-table", "All classifiers on KDDTest+", columns, rows, note="In percent.", tall=True)


def tests_table(runs: Mapping[Run, pd.DataFrame], configuration: tuple[str, str]) -> Table:
    """All methods on each test set."""
    short = {"recall_R2L": "R2L", "recall_U2R": "U2R", "recall_Normal": "Normal"}
    columns = [column("Method", numeric=False)]
    columns += [column(short.get(score, title)) for _ in TESTS for score, title in _FEW.items()]
    rows = [
        (
            method,
            [words(name)]
            + [spread(runs[test, method, *configuration][score].to_numpy()) for test in TESTS for score in _FEW],
        )
        for method, name in METHODS.items()
    ]
    groups = [("", 1), *((name, len(_FEW)) for name in TESTS.values())]
    return table("tests-table", "F1 and recall on each test set", columns, rows, groups=groups, note="In percent.")


def probabilities_table(runs: Mapping[Run, pd.DataFrame], classifier: str) -> Table:
    """What the probabilities themselves are worth, without any rule, on KDDTest+."""
    columns = [column("Method", numeric=False), *(column(name) for name in CLASSES)]
    columns += [column(title, less_is_better=True) for title in ("Brier score", "Calibration error")]
    rows = []
    for method, name in METHODS.items():
        frame = runs["test", method, classifier, "argmax"]
        cells = [spread(frame[f"pr_auc_{of}"].to_numpy()) for of in CLASSES]
        cells += [spread(frame[score].to_numpy(), percent=False) for score in ("brier", "calibration_error")]
        rows.append((method, [words(name), *cells]))
    for at in range(1, len(columns)):
        mark_best(rows, at, at > len(CLASSES))
    return table(
        f"probabilities-{classifier}",
        f"{CLASSIFIERS[classifier]}: area under the precision-recall curve, Brier score and calibration error",
        columns,
        rows,
        groups=[("", 1), ("PR-AUC", len(CLASSES)), ("Less is better", 2)],
        note="PR-AUC in percent. Bold: the best mean in its column.",
    )


def ablation_table(ablation: pd.DataFrame, classifier: str) -> Table:
    """The eight cells of {over-sampling, K-means, one-sided selection}, for SMOTE and AE-Flow."""
    frames = dict(list(ablation[ablation["classifier"] == classifier].groupby(["oversampling", "kmeans", "oss"])))
    rows = []
    for parts in _cells():
        cells = [cell("on" if part else "off", "on" if part else "off", tone="" if part else "off") for part in parts]
        for score in _FEW:
            for method in _ABLATED:
                of = frames[method if parts[0] else "none", *parts[1:]].sort_values("seed")
                cells.append(spread(of[score].to_numpy()))
        rows.append(("", cells))
    for at in range(3, 3 + len(_ABLATED) * len(_FEW)):
        mark_best(rows, at, False)
    columns = [column(title, numeric=False) for title in ("Over-sampling", "K-means", "OSS")]
    columns += [column(METHODS[method]) for _ in _FEW for method in _ABLATED]
    return table(
        f"ablation-{classifier}",
        f"The parts of balancing, on and off, with {CLASSIFIERS[classifier]} and arg max",
        columns,
        rows,
        groups=[("", 3), *((title, len(_ABLATED)) for title in _FEW.values())],
        note="In percent. Bold: the best mean in its column. OSS: one-sided selection. Without over-sampling the two "
        "methods are the same runs.",
    )


def ablation_effects(ablation: pd.DataFrame, classifier: str) -> str:
    """Return in a sentence what each part adds to AE-Flow's weighted F1, over the four cells of the other two parts."""
    means = (
        ablation[ablation["classifier"] == classifier].groupby(["oversampling", "kmeans", "oss"])["weighted_f1"].mean()
    )
    of = {parts: float(means["ae_flow" if parts[0] else "none", *parts[1:]]) for parts in _cells()}
    texts = []
    for i, name in enumerate(("over-sampling with AE-Flow", "K-means undersampling", "one-sided selection")):
        on, off = (np.mean([value for parts, value in of.items() if parts[i] == state]) for state in (True, False))
        texts.append(f"{name} {number(100 * float(on - off), 1, signed=True)}")
    return (
        f"With {CLASSIFIERS[classifier]}, switched on and averaged over the other two parts, weighted F1 changes by: "
        f"{', '.join(texts)} points."
    )


def _cells() -> list[tuple[bool, bool, bool]]:
    return [(o, k, s) for o in (False, True) for k in (False, True) for s in (False, True)]
