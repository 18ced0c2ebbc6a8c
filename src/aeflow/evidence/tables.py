"""The paper's Tables 1-6: each of its numbers, ours and the difference, ours minus the paper's.

Each table is a long frame: columns that name the number, then ``paper``, ``ours`` and
``difference``. Scores are percentages in [0, 100], counts are rows (their mean over seeds).
"""

from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd

from aeflow.evidence.methods import METHODS, PRINTED

SCORE_OF_TABLE = {"table4": "precision", "table5": "recall", "table6": "f1"}
WEIGHTED = "Weighted avg"
# The caption, and the column whose values become the rows of the table that people read.
CAPTIONS = {
    "table1": ("Table 1. Rows of each class in KDDTrain+ and KDDTest+.", "set"),
    "table2": ("Table 2. Rows of each class in the raw and in the balanced training set.", "class"),
    "table3": ("Table 3. Voting (XGBoost + LR) before and after balancing with AE-Flow, in percent.", "class"),
    "table4": ("Table 4. Precision by Voting with each balancing method, in percent.", "method"),
    "table5": ("Table 5. Recall by Voting with each balancing method, in percent.", "method"),
    "table6": ("Table 6. F1 by Voting with each balancing method, in percent.", "method"),
}


def table1(paper: Mapping[str, Any], train: Mapping[str, float], test: Mapping[str, float]) -> pd.DataFrame:
    """Rows of each class in KDDTrain+ and KDDTest+."""
    ours = {"KDDTrain+": train, "KDDTest+": test}
    return _frame(
        ("set", "class"),
        (
            ((name, row), printed, ours[name][row] if row != "Total" else sum(ours[name].values()))
            for name, counts in paper["table1"].items()
            for row, printed in counts.items()
        ),
        decimals=0,
    )


def table2(paper: Mapping[str, Any], raw: Mapping[str, float], balanced: Mapping[str, float]) -> pd.DataFrame:
    """Rows of each class in the raw and in the balanced training set."""
    ours = {"raw": raw, "balanced": balanced}
    return _frame(
        ("set", "class"),
        (
            ((name, row), printed, ours[name][row])
            for name, counts in paper["table2"].items()
            for row, printed in counts.items()
        ),
        decimals=0,
    )


def table3(paper: Mapping[str, Any], means: Mapping[str, Any]) -> pd.DataFrame:
    """Voting before (raw) and after balancing with AE-Flow."""
    ours = {"before": means["raw"]["voting"], "after": means["ae_flow"]["voting"]}
    return _frame(
        ("class", "score", "set"),
        (
            (
                (row, score, name),
                printed,
                100 * (ours[name][f"weighted_{score}"] if row == WEIGHTED else ours[name][score][row]),
            )
            for name, scores in paper["table3"].items()
            for score, values in scores.items()
            for row, printed in values.items()
        ),
        decimals=2,
    )


def table4_to_6(paper: Mapping[str, Any], means: Mapping[str, Any], table: str) -> pd.DataFrame:
    """Precision, recall or F1 of each class by Voting, for every balancing method."""
    score = SCORE_OF_TABLE[table]
    return _frame(
        ("method", "class"),
        (
            ((METHODS[method], row), printed, 100 * means[method]["voting"][score][row])
            for method in PRINTED
            for row, printed in paper[table][PRINTED[method]].items()
        ),
        decimals=2,
    )


def weighted_from_paper(paper: Mapping[str, Any], support: Mapping[str, int]) -> dict[str, dict[str, float]]:
    """Return ``{method: {score: value}}`` in percent: the values behind Fig. 6, by eqs. 15-17.

    The paper draws them and prints none, so they are derived from its Tables 4-6.
    """
    total = sum(support.values())
    return {
        method: {
            score: sum(support[row] * value for row, value in paper[table][PRINTED[method]].items()) / total
            for table, score in SCORE_OF_TABLE.items()
        }
        for method in PRINTED
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


def to_markdown(name: str, table: pd.DataFrame) -> str:
    """Return a table to read: one cell holds ours, and in brackets the paper's and the difference."""
    caption, rows = CAPTIONS[name]
    across = [column for column in table.columns if column not in (rows, "paper", "ours", "difference")]
    decimals = 0 if table["paper"].dtype.kind == "i" else 2
    cells = [
        f"{ours:.{decimals}f} ({paper:.{decimals}f}, {difference:+.{decimals}f})"
        for paper, ours, difference in table[["paper", "ours", "difference"]].itertuples(index=False)
    ]
    headings = table[across].agg(" ".join, axis=1)
    wide = pd.DataFrame({rows: table[rows], "heading": headings, "cell": cells})
    # Rows and columns in their order of appearance, which is the paper's.
    wide = wide.pivot(index=rows, columns="heading", values="cell").loc[table[rows].unique(), headings.unique()]
    return f"{caption}\n\nEach cell: ours (the paper's, the difference).\n\n{wide.to_markdown(stralign='right')}\n"


def _frame(names: tuple[str, ...], rows: Iterable[tuple[tuple[str, ...], float, float]], decimals: int) -> pd.DataFrame:
    records = [(*key, paper, round(ours, decimals) if decimals else round(ours)) for key, paper, ours in rows]
    frame = pd.DataFrame(records, columns=[*names, "paper", "ours"])
    return frame.assign(difference=(frame["ours"] - frame["paper"]).round(decimals))
