"""Tables of the scores on the test sets: every number is the mean of the seeds' runs."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from nids.detect import CLASSIFIERS, DECIDED, RULES
from nids.judge.comparison import STEPS, shown
from nids.judge.statistics import bootstrap_interval
from nids.methods import METHODS, STUDIED
from nids.show.pages.answer import JUDGED, outcome
from nids.show.pages.cells import MISSING, Cell, Table, cell, column, listed, mark_best, number, p_text, table, words

# Test, method, classifier and rule of some rows of the scores.
Run = tuple[str, str, str, str]
Runs = Mapping[Run, pd.DataFrame]
_ABLATED = ("smote", STUDIED)
_STEPS = {
    "weights": "Every class weighs the same",
    "rows": "New rows of the small classes",
    "undersampling": "Large classes undersampled, no weights",
}
_OF_ATTACK = (("precision", "Precision"), ("f1", "F1"))


class Score(NamedTuple):
    """A column of a table of methods: a score, its heading, the heading above, whether less is better."""

    name: str
    title: str
    group: str
    less: bool = False


def all_scores(classes: Sequence[str], normal: str) -> list[Score]:
    """Return the columns of the whole table; of two classes also the scores of attacks against normal traffic."""
    attack = [name for name in classes if name != normal]
    of_attack = (
        [Score(f"{score}_{attack[0]}", title, attack[0]) for score, title in _OF_ATTACK] if len(attack) == 1 else []
    )
    return [
        Score("weighted_f1", "Weighted", "F1"),
        Score("macro_f1", "Macro", "F1"),
        *of_attack,
        *(Score(f"recall_{name}", name, "Recall") for name in classes),
        Score("false_alarm_rate", "False alarms", "Overall", less=True),
        Score("mcc", "MCC", "Overall"),
        Score("g_mean", "G\N{NON-BREAKING HYPHEN}mean", "Overall"),
    ]


def few_scores(classes: Sequence[str]) -> list[Score]:
    """Return the columns of the short table; of ``classes`` the recall."""
    return [
        Score("weighted_f1", "Weighted", "F1"),
        Score("macro_f1", "Macro", "F1"),
        *(Score(f"recall_{name}", name, "Recall") for name in classes),
    ]


def by_run(scores: pd.DataFrame) -> dict[Run, pd.DataFrame]:
    """Return the rows of each test, method, classifier and rule, in the order of the seeds."""
    groups = scores.sort_values("seed").groupby(["test", "method", "classifier", "rule"], sort=False)
    return {tuple(map(str, key)): rows for key, rows in groups}  # type: ignore[misc]


def spread(values: np.ndarray, *, percent: bool = True) -> Cell:
    """Return a cell with the mean of the runs' values, their standard deviation and the mean's interval.

    values: fractions, shape (seeds,); written in percent with one digit, or as they are with three.
    One run has neither deviation nor interval.
    """
    scale, digits = (100, 1) if percent else (1, 3)
    scaled = scale * np.asarray(values, dtype=float)
    mean = float(scaled.mean())
    if len(scaled) == 1:
        return cell(number(mean, digits), mean)
    low, high = bootstrap_interval(scaled)
    return cell(
        number(mean, digits),
        mean,
        small=f"±{number(float(scaled.std(ddof=1)), digits)}",
        fine=f"{number(low, digits)} to {number(high, digits)}",
    )


def methods_table(
    key: str,
    caption: str,
    runs: Runs,
    configuration: tuple[str, str],
    scores: Sequence[Score],
    statistics: Mapping[str, Any] | None,
) -> Table:
    """All methods in one configuration on the test set; with ``statistics``, tests against the studied one too."""
    rows = []
    for method, of in METHODS.items():
        frame = runs["test", method, *configuration]
        cells = [spread(frame[score.name].to_numpy(), percent=score.name != "mcc") for score in scores]
        rows.append((method, [words(of.name), *cells]))
    for at, score in enumerate(scores, start=1):
        mark_best(rows, at, score.less)
    columns = [column("Method", numeric=False), *(column(score.title, less_is_better=score.less) for score in scores)]
    above = [score.group for score in scores]
    groups = [("", 1), *((group, above.count(group)) for group in dict.fromkeys(above))]
    apart = ", MCC apart" if any(score.name == "mcc" for score in scores) else ""
    note = f"In percent{apart}. Bold: the best mean in its column."
    if len(runs["test", STUDIED, *configuration]) > 1:
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
            f"and below it {METHODS[STUDIED].name}'s lead in points; bold where p < 0.05."
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


def leads_table(key: str, caption: str, statistics: Mapping[str, Any], classes: Sequence[str]) -> Table:
    """The studied method's lead over each other one, its interval and p, in one configuration."""
    few = _few(classes)
    rows = []
    for method in statistics["weighted_f1"]["against_ae_flow"]:
        cells = [words(METHODS[method].name)]
        rows.append((method, cells + [change(statistics[score]["against_ae_flow"][method]) for score in few]))
    return table(
        key,
        caption,
        [column(f"{METHODS[STUDIED].name} minus", numeric=False), *map(column, few.values())],
        rows,
        note="In points: the mean difference of the paired runs, Holm's p behind it and its 95% bootstrap interval "
        "below; bold where p < 0.05.",
        fine_below=True,
    )


def steps_table(found: Mapping[str, Any], configuration: str, classes: Sequence[str]) -> Table:
    """What each step changes, one after the other; found: as metrics/evidence/steps.json."""
    few = _few(classes)
    rows = []
    for step, (after, before) in STEPS.items():
        cells = [words(_STEPS[step]), words(f"{METHODS[after].name} minus {METHODS[before].name}")]
        rows.append((step, cells + [change(found[score][step]) for score in few]))
    return table(
        "steps-table",
        f"What weights, rows and undersampling do, {configuration}",
        [column("Step", numeric=False), column("Methods", numeric=False), *map(column, few.values())],
        rows,
        note="In points: the mean difference of the paired runs, Holm's p over the steps behind it and its 95% "
        "bootstrap interval below; bold where p < 0.05.",
        fine_below=True,
    )


def change(found: Mapping[str, Any]) -> Cell:
    """Return a cell with a paired difference in points, its p and its interval."""
    low, high = (number(100 * found[end], 1, signed=True) for end in ("low", "high"))
    one = cell(
        number(100 * found["difference"], 1, signed=True),
        100 * found["difference"],
        small="" if found["p_holm"] is None else f"p {p_text(found['p_holm'])}",
        fine=f"{low} to {high}" if found["low"] < found["high"] else "",
    )
    one["best"] = outcome(found) in ("ahead", "behind")
    return one


def classifiers_table(runs: Runs, classes: Sequence[str], test: str) -> Table:
    """Every method with every classifier and rule on the test set; a classifier may have fewer runs."""
    few = _few(classes)
    rows = []
    for method, of in METHODS.items():
        for classifier in CLASSIFIERS:
            for rule in RULES if classifier in DECIDED else ["argmax"]:
                frame = runs.get(("test", method, classifier, rule))
                if frame is not None:
                    cells = [words(of.name), words(CLASSIFIERS[classifier]), words(RULES[rule])]
                    rows.append((method, cells + [spread(frame[score].to_numpy()) for score in few]))
    columns = [column(title, numeric=False) for title in ("Method", "Classifier", "Rule")]
    columns += [column(title) for title in few.values()]
    note = f"In percent.{_fewer_runs(runs)}"
    return table("classifiers-table", f"All classifiers on {test}", columns, rows, note=note, tall=True)


def _fewer_runs(runs: Runs) -> str:
    """Return a sentence on the classifiers that were not fitted with every seed."""
    of_classifier = {name: {len(rows) for (_, _, of, _), rows in runs.items() if of == name} for name in CLASSIFIERS}
    most = max(max(counts) for counts in of_classifier.values() if counts)
    fewer = [CLASSIFIERS[name] for name, counts in of_classifier.items() if counts and max(counts) < most]
    return f" {listed(fewer)}: the seeds of the paper's pipeline alone." if fewer else ""


def tests_table(runs: Runs, configuration: tuple[str, str], classes: Sequence[str], tests: Mapping[str, str]) -> Table:
    """All methods on each of ``tests``, titles by key."""
    few = {"weighted_f1": "Weighted F1", "macro_f1": "Macro F1", **{f"recall_{name}": name for name in classes}}
    columns = [column("Method", numeric=False), *(column(title) for _ in tests for title in few.values())]
    rows = [
        (
            method,
            [words(of.name)]
            + [spread(runs[test, method, *configuration][score].to_numpy()) for test in tests for score in few],
        )
        for method, of in METHODS.items()
    ]
    groups = [("", 1), *((title, len(few)) for title in tests.values())]
    note = f"In percent. Under {listed(list(classes))} the recall."
    return table("tests-table", "F1 and recall on each test set", columns, rows, groups=groups, note=note)


def probabilities_table(runs: Runs, classifier: str, classes: Sequence[str]) -> Table:
    """What the probabilities themselves are worth, without any rule, on the test set."""
    columns = [column("Method", numeric=False), *map(column, classes)]
    columns += [column(title, less_is_better=True) for title in ("Brier score", "Calibration error")]
    rows = []
    for method, of_method in METHODS.items():
        frame = runs["test", method, classifier, "argmax"]
        cells = [spread(frame[f"pr_auc_{of}"].to_numpy()) for of in classes]
        cells += [spread(frame[score].to_numpy(), percent=False) for score in ("brier", "calibration_error")]
        rows.append((method, [words(of_method.name), *cells]))
    for at in range(1, len(columns)):
        mark_best(rows, at, at > len(classes))
    return table(
        f"probabilities-{classifier}",
        f"{CLASSIFIERS[classifier]}: area under the precision-recall curve, Brier score and calibration error",
        columns,
        rows,
        groups=[("", 1), ("PR-AUC", len(classes)), ("Less is better", 2)],
        note="PR-AUC in percent. Bold: the best mean in its column.",
    )


def ablation_table(ablation: pd.DataFrame, classifier: str, classes: Sequence[str]) -> Table:
    """The eight cells of {over-sampling, K-means, one-sided selection}, for SMOTE and the studied method."""
    few = _few(classes)
    frames = dict(list(ablation[ablation["classifier"] == classifier].groupby(["oversampling", "kmeans", "oss"])))
    rows = []
    for parts in _cells():
        cells = [cell("on" if part else "off", "on" if part else "off", tone="" if part else "off") for part in parts]
        for score in few:
            for method in _ABLATED:
                of = frames[method if parts[0] else "none", *parts[1:]].sort_values("seed")
                cells.append(spread(of[score].to_numpy()))
        rows.append(("", cells))
    for at in range(3, 3 + len(_ABLATED) * len(few)):
        mark_best(rows, at, False)
    columns = [column(title, numeric=False) for title in ("Over-sampling", "K-means", "OSS")]
    columns += [column(METHODS[method].name) for _ in few for method in _ABLATED]
    return table(
        f"ablation-{classifier}",
        f"The parts of balancing, on and off, with {CLASSIFIERS[classifier]} and arg max",
        columns,
        rows,
        groups=[("", 3), *((title, len(_ABLATED)) for title in few.values())],
        note="In percent. Bold: the best mean in its column. OSS: one-sided selection. Without over-sampling the two "
        "methods are the same runs.",
    )


def ablation_effects(ablation: pd.DataFrame, classifier: str) -> str:
    """Return in a sentence what each part adds to the studied method's weighted F1, over the cells of the others."""
    means = (
        ablation[ablation["classifier"] == classifier].groupby(["oversampling", "kmeans", "oss"])["weighted_f1"].mean()
    )
    of = {parts: float(means[STUDIED if parts[0] else "none", *parts[1:]]) for parts in _cells()}
    texts = []
    names = (f"over-sampling with {METHODS[STUDIED].name}", "K-means undersampling", "one-sided selection")
    for i, name in enumerate(names):
        on, off = (np.mean([value for parts, value in of.items() if parts[i] == state]) for state in (True, False))
        texts.append(f"{name} {number(100 * float(on - off), 1, signed=True)}")
    return (
        f"With {CLASSIFIERS[classifier]}, switched on and averaged over the other two parts, weighted F1 changes by: "
        f"{', '.join(texts)} points."
    )


def _cells() -> list[tuple[bool, bool, bool]]:
    return [(o, k, s) for o in (False, True) for k in (False, True) for s in (False, True)]


def _few(classes: Sequence[str]) -> dict[str, str]:
    """Return the scores of the smaller tables with their headings."""
    return {
        score: title if score.startswith("recall_") else f"{title[0].upper()}{title[1:]}"
        for score, title in shown(classes).items()
    }
