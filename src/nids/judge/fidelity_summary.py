"""The fidelity figures of all runs in one summary, and the tables to read."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from nids.methods import METHODS, PRINTED, STUDIED

# The paper's methods, between the two ends of every scale.
MEASURED = {
    "real": "Real rows",
    **{method: METHODS[method].name for method in PRINTED if METHODS[method].sampler},
    "noise": "Real rows with noise",
}
# In which figures AE-Flow is compared with the other methods, and whether more is better.
COMPARED = {"c2st_auc": False, "coverage": True, "wasserstein": False}
# The figures of the table, their headings and their digits after the point.
SHOWN = {
    "c2st_auc": ("C2ST AUC", 3),
    "density": ("density", 3),
    "coverage": ("coverage", 3),
    "nearest": ("nearest train row", 3),
    "exact_copies": ("exact copies", 3),
    "wasserstein": ("Wasserstein-1", 3),
    "total_variation": ("total variation", 3),
    "correlation_difference": ("correlations", 3),
    "legal_when_drawn": ("legal when drawn", 3),
    "legal": ("legal", 3),
    "h_mean": ("mean of h", 2),
    "h_std": ("std of h", 2),
}


def fidelity_summary(runs: Mapping[str, Sequence[Mapping[str, Any]]], classes: Sequence[str]) -> dict[str, Any]:
    """Return for each class its ``methods``, ``left_alone``, ``targets`` and ``ae_flow_better``.

    ``runs`` holds for each method a list of ``{"seed", "fold", "classes": {class: {figure: value}}}``.

    - methods: ``{method: {figure: {"mean", "std"}}}``: the mean of all runs, and the standard
      deviation over the seeds of the means of their folds (0 for one seed).
    - left_alone: the methods that cannot grow the class on some part of its rows; they are in no table of it.
    - targets: of AE-Flow, ``{target: {"value", "at_least", "at_most", "met"}}``.
    - ae_flow_better: ``{method: {figure: bool}}``: whether its mean is better than the method's by
      more than the larger of the two standard deviations.
    """
    found = {}
    for name in classes:
        left_alone = [method for method, of in runs.items() if any(name not in run["classes"] for run in of)]
        methods = {method: _mean_and_std(of, name) for method, of in runs.items() if method not in left_alone}
        others = [method for method in methods if method not in ("real", "noise", STUDIED)]
        found[name] = {
            "methods": methods,
            "left_alone": left_alone,
            "targets": _targets(methods),
            "ae_flow_better": {
                method: {
                    figure: _better(methods[STUDIED][figure], methods[method][figure], more)
                    for figure, more in COMPARED.items()
                }
                for method in others
            },
        }
    return found


def _mean_and_std(runs: Sequence[Mapping[str, Any]], name: str) -> dict[str, dict[str, float]]:
    figures = pd.DataFrame([run["classes"][name] for run in runs])
    of_seeds = figures.groupby([run["seed"] for run in runs]).mean()
    return {
        str(figure): {
            "mean": round(float(of_seeds[figure].mean()), 4),
            "std": round(float(of_seeds[figure].std(ddof=1 if len(of_seeds) > 1 else 0)), 4),
        }
        for figure in figures.columns
    }


def _targets(methods: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    ours, real = ({key: value["mean"] for key, value in methods[method].items()} for method in (STUDIED, "real"))
    bounds: dict[str, tuple[float, float | None, float | None]] = {
        "mean of h on held-out rows": (ours["h_mean"], -0.1, 0.1),
        "standard deviation of h on held-out rows": (ours["h_std"], 0.9, 1.1),
        "legal records": (ours["legal"], 1.0, None),
        "coverage, over real rows'": (ours["coverage"] / real["coverage"], 0.85, None),
        "density, over real rows'": (ours["density"] / real["density"], 0.8, 1.2),
        "C2ST AUC": (ours["c2st_auc"], None, 0.75),
        "distance to the nearest train row, over held-out rows'": (
            ours["nearest"] / ours["held_out_nearest"],
            0.5,
            3.0,
        ),
        "exact copies": (ours["exact_copies"], None, 0.01),
    }
    return {
        target: {
            "value": round(value, 4),
            "at_least": low,
            "at_most": high,
            "met": (low is None or value >= low) and (high is None or value <= high),
        }
        for target, (value, low, high) in bounds.items()
    }


def _better(ours: Mapping[str, float], other: Mapping[str, float], more: bool) -> bool:
    lead = ours["mean"] - other["mean"] if more else other["mean"] - ours["mean"]
    return lead > max(ours["std"], other["std"])


def fidelity_markdown(found: Mapping[str, Any]) -> str:
    """Return the tables of all classes to read: every method, and AE-Flow against real rows and the other methods."""
    parts = [
        f"Fidelity of synthetic {' and '.join(found)} rows to real training rows that their generator has not seen.\n\n"
        "Means over seeds and folds; no row of a test set is used. docs/models.md says what the figures mean.\n"
    ]
    for name, of_class in found.items():
        table = pd.DataFrame(
            {
                heading: [_cell(figures.get(figure), digits) for figures in of_class["methods"].values()]
                for figure, (heading, digits) in SHOWN.items()
            },
            index=pd.Index([MEASURED[method] for method in of_class["methods"]], name=name),
        ).T.rename_axis(name)  # a Git host cuts a table of more than eight columns
        targets = pd.DataFrame(
            [
                (target, f"{of['value']:.3f}", _range(of["at_least"], of["at_most"]), "yes" if of["met"] else "no")
                for target, of in of_class["targets"].items()
            ],
            columns=[f"{METHODS[STUDIED].name} on {name}", "measured", "expected", "as expected"],
        )
        better = pd.DataFrame(
            [
                (MEASURED[method], *("yes" if of_method[figure] else "no" for figure in COMPARED))
                for method, of_method in of_class["ae_flow_better"].items()
            ],
            columns=[f"{METHODS[STUDIED].name} on {name} better than", *(SHOWN[figure][0] for figure in COMPARED)],
        )
        parts += [table.to_markdown(stralign="right", disable_numparse=True) + "\n"]
        parts += [f"{sentence}\n" for sentence in left_alone_sentences(name, of_class)]
        parts += [t.to_markdown(index=False, stralign="right", disable_numparse=True) + "\n" for t in (targets, better)]
    return "\n".join(parts)


def left_alone_sentences(name: str, of_class: Mapping[str, Any]) -> list[str]:
    """Return a sentence for each method that is not measured on a class."""
    return [
        f"{MEASURED[method]} cannot grow {name} on a part of its rows, and so is not measured on it."
        for method in of_class["left_alone"]
    ]


def _cell(figure: Mapping[str, float] | None, digits: int) -> str:
    return "" if figure is None else f"{figure['mean']:.{digits}f} ± {figure['std']:.{digits}f}"


def _range(low: float | None, high: float | None) -> str:
    if low is None or high is None:
        return f"at most {high}" if low is None else f"at least {low}"
    return f"{low} to {high}"
