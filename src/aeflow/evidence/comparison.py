"""The comparison of methods in the configuration MAIN: one row for each, and the paper's beside them."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from aeflow.evidence.methods import CLASSIFIERS, MAIN, METHODS, RULES
from aeflow.evidence.tables import printed_scores

SHOWN = {
    "weighted_f1": "weighted F1",
    "macro_f1": "macro F1",
    **{f"recall_{name}": f"{name} recall" for name in ("R2L", "U2R", "Normal")},
}


def comparison(
    scores: pd.DataFrame, statistics: Mapping[str, Any], decision: Mapping[str, Any], paper: Mapping[str, Any]
) -> pd.DataFrame:
    """Return a row for each method, and one for the paper's own.

    ``scores`` are one configuration's rows of one test set, ``statistics`` is made of them. Columns:
    method; validation (macro recall on held-out attack types of the training set); for each of
    ``SHOWN`` its mean and standard deviation over seeds in percent; p_holm, of weighted F1 against
    AE-Flow. What is not known is NaN.
    """
    means, deviations = (getattr(scores.groupby("method")[list(SHOWN)], name)() for name in ("mean", "std"))
    against = statistics["weighted_f1"]["against_ae_flow"]
    rows: list[dict[str, Any]] = []
    for method, name in METHODS.items():
        row = {"method": name, "validation": 100 * decision[method][MAIN[0]]["macro_recall"][MAIN[1]]}
        for score in SHOWN:
            row |= {score: 100 * means.loc[method, score], f"{score}_std": 100 * deviations.loc[method, score]}
        rows.append(row | {"p_holm": against.get(method, {}).get("p_holm")})
    printed = printed_scores(paper)
    rows.append({"method": "The paper's", **{score: printed[score] for score in SHOWN}})
    return pd.DataFrame(rows).round(6)


def comparison_markdown(table: pd.DataFrame, n_seeds: int) -> str:
    """Return the comparison to read."""
    shown = pd.DataFrame({"method": table["method"], "validation": [_number(value) for value in table["validation"]]})
    for score, heading in SHOWN.items():
        shown[heading] = [
            _number(mean) if pd.isna(std) else f"{_number(mean)} ± {_number(std)}"
            for mean, std in zip(table[score], table[f"{score}_std"], strict=True)
        ]
    shown["p"] = ["" if pd.isna(p) else "< 0.001" if p < 0.001 else f"{p:.3f}" for p in table["p_holm"]]
    classifier, rule = MAIN
    seeds = f"mean ± standard deviation over {n_seeds} seeds" if n_seeds > 1 else "one seed"
    return (
        f"{CLASSIFIERS[classifier]} with the {RULES[rule]} on KDDTest+, in percent, {seeds}.\n\n"
        "Validation: macro recall on held-out attack types of KDDTrain+, where everything was chosen. p: of the "
        "difference in weighted F1 from AE-Flow, Wilcoxon's paired test over seeds, Holm-adjusted. The paper's: "
        "Voting, one run.\n\n"
        f"{shown.to_markdown(index=False, stralign='right', disable_numparse=True)}\n"
    )


def _number(value: float) -> str:
    return "" if pd.isna(value) else f"{value:.1f}"
