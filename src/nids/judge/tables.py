"""The paper's Tables 1-6: ours and, where the paper has numbers of the data set, its own and the difference.

Each table is a long frame: columns that name the number, then ``ours``, or ``paper``, ``ours`` and
``difference``, ours minus the paper's. Scores are percentages in [0, 100], counts are rows (their mean
over seeds).
"""

from collections.abc import Iterable, Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import pandas as pd

from nids.detect import PAPERS
from nids.methods import METHODS, PRINTED, STUDIED

SCORE_OF_TABLE = {"table4": "precision", "table5": "recall", "table6": "f1"}
WEIGHTED = "Weighted avg"
TOTAL = "Total"
# The column whose values become the rows of the table that people read.
ROWS = {
    "table1": "set",
    "table2": "class",
    "table3": "class",
    **dict.fromkeys(SCORE_OF_TABLE, "method"),
}
VALUES = ("paper", "ours", "difference")


def number(value: float, digits: int) -> str:
    """Return a number as text; halves go away from zero, as they read: 73.55 is 73.6, by whatever sum it was found."""
    # Of a product such as 100 * 0.7355 the last digits are noise.
    exact = Decimal(repr(round(float(value), 9)))
    return str(exact.quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP))


def captions(train: str, test: str) -> dict[str, str]:
    """Return the caption of each table; ``train`` and ``test`` are the titles of the files."""
    studied = METHODS[STUDIED].name
    return {
        "table1": f"Table 1. Rows of each class in {train} and {test}.",
        "table2": "Table 2. Rows of each class in the raw and in the balanced training set.",
        "table3": f"Table 3. Voting (XGBoost + LR) before and after balancing with {studied}, in percent.",
        "table4": "Table 4. Precision by Voting with each balancing method, in percent.",
        "table5": "Table 5. Recall by Voting with each balancing method, in percent.",
        "table6": "Table 6. F1 by Voting with each balancing method, in percent.",
    }


def tables(
    counts: Mapping[str, Mapping[str, float]],
    training: Mapping[str, Mapping[str, float]],
    means: Mapping[str, Any],
    classes: Sequence[str],
    paper: Mapping[str, Any] | None,
) -> dict[str, pd.DataFrame]:
    """Return Tables 1-6 by name.

    counts: ``{title: {class: rows}}`` of the training and the test file; training: the same of the "raw" and
    the "balanced" training set; means: by ``summary.mean_scores``; classes: in the order of the rows where
    the paper gives none; paper: data/paper.yaml, or None.
    """
    classifier, _ = PAPERS
    voting = {method: of_method[classifier] for method, of_method in means.items()}
    totals = {title: {**of, TOTAL: sum(of.values())} for title, of in counts.items()}
    before_after = {"before": voting["raw"], "after": voting[STUDIED]}
    found: dict[str, tuple[tuple[str, ...], dict[tuple[str, ...], float], int]] = {
        "table1": (("set", "class"), {(title, row): n for title, of in totals.items() for row, n in of.items()}, 0),
        "table2": (("set", "class"), {(name, row): n for name, of in training.items() for row, n in of.items()}, 0),
        "table3": (
            ("class", "score", "set"),
            {
                (row, score, name): 100 * (of[f"weighted_{score}"] if row == WEIGHTED else of[score][row])
                for name, of in before_after.items()
                for score in SCORE_OF_TABLE.values()
                for row in (*classes, WEIGHTED)
            },
            2,
        ),
        **{
            table: (
                ("method", "class"),
                {(METHODS[m].name, row): 100 * voting[m][score][row] for m in PRINTED for row in classes},
                2,
            )
            for table, score in SCORE_OF_TABLE.items()
        },
    }
    printed = {} if paper is None else _printed(paper)
    return {name: _frame(key, ours, printed.get(name), digits) for name, (key, ours, digits) in found.items()}


def _printed(paper: Mapping[str, Any]) -> dict[str, dict[tuple[str, ...], float]]:
    """Return the paper's numbers by the keys of ``tables``, in the paper's order."""
    return {
        **{
            table: {(name, row): n for name, of in paper[table].items() for row, n in of.items()}
            for table in ("table1", "table2")
        },
        "table3": {
            (row, score, name): value
            for name, of in paper["table3"].items()
            for score, values in of.items()
            for row, value in values.items()
        },
        **{
            table: {
                (METHODS[m].name, row): value for m in PRINTED for row, value in paper[table][METHODS[m].paper].items()
            }
            for table in SCORE_OF_TABLE
        },
    }


def _frame(
    names: Iterable[str],
    ours: Mapping[tuple[str, ...], float],
    printed: Mapping[tuple[str, ...], float] | None,
    digits: int,
) -> pd.DataFrame:
    keys = list(ours if printed is None else printed)
    frame = pd.DataFrame(keys, columns=list(names))
    values = [round(ours[key], digits) if digits else round(ours[key]) for key in keys]
    if printed is None:
        return frame.assign(ours=values)
    frame = frame.assign(paper=[printed[key] for key in keys], ours=values)
    return frame.assign(difference=(frame["ours"] - frame["paper"]).round(digits))


def weighted_from_paper(paper: Mapping[str, Any], support: Mapping[str, int]) -> dict[str, dict[str, float]]:
    """Return ``{method: {score: value}}`` in percent: the values behind Fig. 6, by eqs. 15-17.

    The paper draws them and prints none, so they are derived from its Tables 4-6.
    """
    total = sum(support.values())
    return {
        method: {
            score: sum(support[row] * value for row, value in paper[table][METHODS[method].paper].items()) / total
            for table, score in SCORE_OF_TABLE.items()
        }
        for method in PRINTED
    }


def voting_from_paper(paper: Mapping[str, Any]) -> dict[str, dict[str, float]]:
    """Return ``{method: {score: value}}`` in percent: what Table 3 prints of Voting before and after balancing."""
    return {
        method: {score: values[WEIGHTED] for score, values in paper["table3"][name].items()}
        for method, name in (("raw", "before"), (STUDIED, "after"))
    }


def printed_scores(paper: Mapping[str, Any]) -> dict[str, float]:
    """Return in percent what the paper's Table 3 prints of its method, and the macro F1 that follows from it."""
    after = paper["table3"]["after"]
    of_classes = {name: value for name, value in after["f1"].items() if name != WEIGHTED}
    return {
        "weighted_f1": after["f1"][WEIGHTED],
        "macro_f1": sum(of_classes.values()) / len(of_classes),
        **{f"recall_{name}": after["recall"][name] for name in of_classes},
    }


def to_markdown(name: str, table: pd.DataFrame, caption: str) -> str:
    """Return a table to read; with the paper's numbers, a cell holds these and the difference in brackets."""
    rows = ROWS[name]
    across = [column for column in table.columns if column not in (rows, *VALUES)]
    decimals = 0 if table["ours"].dtype.kind == "i" else 2
    if "paper" in table.columns:
        legend = "\n\nEach cell: ours (the paper's, the difference)."
        cells = [
            f"{ours:.{decimals}f} ({paper:.{decimals}f}, {difference:+.{decimals}f})"
            for paper, ours, difference in table[list(VALUES)].itertuples(index=False)
        ]
    else:
        legend = ""
        cells = [f"{ours:.{decimals}f}" for ours in table["ours"]]
    headings = table[across].agg(" ".join, axis=1)
    wide = pd.DataFrame({rows: table[rows], "heading": headings, "cell": cells})
    # Rows and columns in their order of appearance, which is the paper's.
    wide = wide.pivot(index=rows, columns="heading", values="cell").loc[table[rows].unique(), headings.unique()]
    # Numbers are kept as they are written here.
    return f"{caption}{legend}\n\n{wide.to_markdown(stralign='right', disable_numparse=True)}\n"
