from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from aeflow.base.files import read_yaml
from aeflow.evidence import tables
from aeflow.evidence.methods import CLASSIFIERS, METHODS
from aeflow.evidence.summary import SUMMARISED, headline, mean_scores, summary
from aeflow.nsl_kdd.schema import CLASSES

PAPER = read_yaml(Path(__file__).parents[1] / "data/paper.yaml")


def _scores(value: float) -> dict[str, Any]:
    by_class = {name: value + i / 100 for i, name in enumerate(CLASSES)}
    overall = ("weighted_precision", "weighted_recall", "weighted_f1", "macro_f1", "accuracy")
    return {
        "confusion": [[1]],
        **dict.fromkeys(overall, value),
        **{name: dict(by_class) for name in ("support", "precision", "recall", "f1")},
    }


@pytest.fixture
def means() -> dict[str, Any]:
    seeds = {"seed0": _scores(0.4), "seed1": _scores(0.6)}
    return mean_scores({method: dict.fromkeys(CLASSIFIERS, seeds) for method in METHODS})


def test_summary_is_the_mean_over_seeds_in_the_promised_form(means: dict[str, Any]) -> None:
    found = summary(means)
    assert list(found) == ["raw", "smote", "vae", "cgan", "ae_flow_paper", "ae_flow"]
    for of_method in found.values():
        assert list(of_method) == ["dt", "rf", "lr", "xgb", "voting"]
        for scores in of_method.values():
            assert tuple(scores) == SUMMARISED
            assert scores["weighted_f1"] == pytest.approx(0.5)
            assert scores["recall"] == pytest.approx(dict(zip(CLASSES, (0.5, 0.51, 0.52, 0.53, 0.54), strict=True)))
    assert headline(means)["U2R"] == 0.54


def test_differences_are_ours_minus_the_papers(means: dict[str, Any]) -> None:
    table = tables.table4_to_6(PAPER, means, "table5").set_index(["method", "class"])
    assert table.loc[[("AE-Flow", "R2L")]].to_numpy()[0].tolist() == pytest.approx([34.5, 53.0, 18.5])
    # The paper's own method stands beside both of ours.
    assert table["paper"][("AE-Flow (eq. 10)", "R2L")] == 34.5
    assert len(table) == 30


def test_table_3_takes_before_from_raw_and_after_from_ae_flow(means: dict[str, Any]) -> None:
    means["ae_flow"]["voting"]["precision"]["Dos"] = 0.9
    table = tables.table3(PAPER, means).set_index(["class", "score", "set"])
    assert table.loc[("Dos", "precision", "after"), "ours"] == 90.0
    assert table.loc[("Dos", "precision", "before"), "ours"] == 50.0
    assert table.loc[("Weighted avg", "f1", "after"), "paper"] == 80.5


def test_table_1_totals_are_ours() -> None:
    counts = dict.fromkeys(CLASSES, 10.0)
    table = tables.table1(PAPER, counts, counts).set_index(["set", "class"])
    assert table.loc[("KDDTest+", "Total"), "ours"] == 50
    assert table.loc[("KDDTest+", "Dos"), "difference"] == 10 - 7457


def test_markdown_has_the_papers_rows_and_columns() -> None:
    table = pd.DataFrame(
        [
            ("Raw", "Dos", 50.0, 60.0, 10.0),
            ("Raw", "U2R", 8.0, 7.5, -0.5),
            ("VAE", "Dos", 1.0, 1.0, 0.0),
            ("VAE", "U2R", 2.0, 3.0, 1.0),
        ],
        columns=["method", "class", "paper", "ours", "difference"],
    )
    lines = tables.to_markdown("table5", table).splitlines()
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if line.startswith("|")]
    assert cells[0] == ["method", "Dos", "U2R"]
    assert cells[2] == ["Raw", "60.00 (50.00, +10.00)", "7.50 (8.00, -0.50)"]
    assert cells[3][0] == "VAE"
