"""The comparison of methods in the configuration MAIN: one row for each, and the paper's beside them."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from nids.detect import CLASSIFIERS, MAIN, RULES
from nids.judge.tables import number, printed_scores
from nids.methods import METHODS, STUDIED

# One thing after the other: (with it, before it).
STEPS = {
    "weights": ("class_weight_all", "raw"),
    "rows": ("ae_flow_all", "class_weight_all"),
    "undersampling": (STUDIED, "ae_flow_all"),
}


def shown(classes: Sequence[str]) -> dict[str, str]:
    """Return the scores of the comparison with their headings; of ``classes`` the recall."""
    return {
        "weighted_f1": "weighted F1",
        "macro_f1": "macro F1",
        **{f"recall_{name}": f"{name} recall" for name in classes},
    }


def comparison(
    scores: pd.DataFrame,
    statistics: Mapping[str, Any],
    decision: Mapping[str, Any],
    classes: Sequence[str],
    paper: Mapping[str, Any] | None,
) -> pd.DataFrame:
    """Return a row for each method, and one for the paper's own if it has numbers of this data set.

    ``scores`` are one configuration's rows of one test set, ``statistics`` is made of them. Columns:
    method; validation (macro recall on what is held out of the training set); for each of
    ``shown`` its mean and standard deviation over seeds in percent; p_holm, of weighted F1 against
    AE-Flow. What is not known is NaN.
    """
    names = list(shown(classes))
    means, deviations = (getattr(scores.groupby("method")[names], name)() for name in ("mean", "std"))
    against = statistics["weighted_f1"]["against_ae_flow"]
    rows: list[dict[str, Any]] = []
    for method, of in METHODS.items():
        row = {"method": of.name, "validation": 100 * decision[method][MAIN[0]]["macro_recall"][MAIN[1]]}
        for score in names:
            row |= {score: 100 * means.loc[method, score], f"{score}_std": 100 * deviations.loc[method, score]}
        rows.append(row | {"p_holm": against.get(method, {}).get("p_holm")})
    if paper is not None:
        printed = printed_scores(paper)
        rows.append({"method": "The paper's", **{score: printed[score] for score in names}})
    return pd.DataFrame(rows).round(6)


def comparison_markdown(
    table: pd.DataFrame, n_seeds: int, classes: Sequence[str], held_out: str, train: str, test: str
) -> str:
    """Return the comparison to read; held_out: what validation holds out; train, test: the titles of the sets."""
    readable = pd.DataFrame(
        {"method": table["method"], "validation": [_number(value) for value in table["validation"]]}
    )
    for score, heading in shown(classes).items():
        readable[heading] = [
            _number(mean) if pd.isna(std) else f"{_number(mean)} ± {_number(std)}"
            for mean, std in zip(table[score], table[f"{score}_std"], strict=True)
        ]
    readable["p"] = ["" if pd.isna(p) else "< 0.001" if p < 0.001 else number(p, 3) for p in table["p_holm"]]
    classifier, rule = MAIN
    printed = " The paper's: Voting, one run." if "The paper's" in set(table["method"]) else ""
    seeds = f"mean ± standard deviation over {n_seeds} seeds" if n_seeds > 1 else "one seed"
    return (
        f"{CLASSIFIERS[classifier]} and the {RULES[rule]} on {test}, in percent, {seeds}.\n\n"
        f"Validation: macro recall on {held_out} of {train}, where everything was chosen. p: of the "
        f"difference in weighted F1 from {METHODS[STUDIED].name}, Wilcoxon's paired test over seeds, Holm-adjusted."
        f"{printed}\n\n"
        f"{readable.to_markdown(index=False, stralign='right', disable_numparse=True)}\n"
    )


def _number(value: float) -> str:
    return "" if pd.isna(value) else number(value, 1)
