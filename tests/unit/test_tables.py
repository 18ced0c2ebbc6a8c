import math
from itertools import product
from typing import Any

import numpy as np
import pandas as pd
import pytest
from conftest import ROOT

from nids.base.yaml import read_yaml
from nids.detect import CLASSIFIERS, DECIDED, MAIN, PAPERS
from nids.judge import tables
from nids.judge.comparison import comparison, comparison_markdown, shown
from nids.judge.statistics import statistics
from nids.judge.summary import SUMMARISED, configuration, confusion, headline, mean_scores, recalls, summary
from nids.methods import METHODS, PRINTED
from nids.show.pages.cells import number as on_page

PAPER = read_yaml(ROOT / "data/paper.yaml")
CLASSES = ("Dos", "Normal", "Probe", "R2L", "U2R")
WATCHED = ("R2L", "U2R", "Normal")
SHOWN = shown(WATCHED)
TITLES = ("KDDTrain+", "KDDTest+")
OF_CLASSES = ("precision", "recall", "f1", "support")
OVERALL = (
    *(f"{average}_{score}" for average in ("weighted", "macro") for score in OF_CLASSES[:3]),
    *("accuracy", "mcc", "g_mean", "false_alarm_rate"),
)
OF_PROBABILITIES = (*(f"pr_auc_{name}" for name in CLASSES), "brier", "calibration_error")
DECISION = {
    method: {
        name: {"macro_recall": {"argmax": 0.3, "decided": (0.5 if name == MAIN[0] else 0.2) + i / 100}}
        for name in DECIDED
    }
    for i, method in enumerate(METHODS)
}


def _row(value: float) -> dict[str, float]:
    """Every overall score is ``value``; those of the classes are 0.00, 0.01, ... more, in their order."""
    of_classes = {f"{score}_{name}": value + i / 100 for score in OF_CLASSES for i, name in enumerate(CLASSES)}
    return dict.fromkeys(OVERALL, value) | of_classes


def _frame(seeds: int = 2) -> pd.DataFrame:
    """Scores of arg max on KDDTest+ are 0.4 and 0.6 by seed, and of the rule 0.3 and 0.5; elsewhere they are others."""
    rows = []
    for test, method, classifier, seed in product(("test", "test_21"), METHODS, CLASSIFIERS, range(seeds)):
        names = {"test": test, "method": method, "classifier": classifier, "seed": seed}
        value = 0.4 + 0.2 * seed - (0.25 if test == "test_21" else 0)
        rows.append(names | {"rule": "argmax"} | _row(value) | dict.fromkeys(OF_PROBABILITIES, value))
        if classifier in DECIDED:
            rows.append(names | {"rule": "decided"} | _row(value - 0.1))
    return pd.DataFrame(rows).sample(frac=1, random_state=0)


@pytest.fixture
def means() -> dict[str, Any]:
    return mean_scores(_frame(), "test", "argmax", CLASSES)


def test_means_are_over_the_seeds_of_one_test_set_and_rule(means: dict[str, Any]) -> None:
    assert list(means) == list(METHODS)
    for of_method in means.values():
        assert list(of_method) == list(CLASSIFIERS)
        for scores in of_method.values():
            assert set(scores) == {*OVERALL, *OF_CLASSES, "brier", "calibration_error"}
            assert [scores[name] for name in (*OVERALL, "brier")] == pytest.approx([0.5] * (len(OVERALL) + 1))
            for name in OF_CLASSES:
                assert list(scores[name]) == list(CLASSES)
                assert list(scores[name].values()) == pytest.approx([0.5, 0.51, 0.52, 0.53, 0.54])
    decided = mean_scores(_frame(), "test", "decided", CLASSES)
    assert list(decided["smote"]) == [name for name in CLASSIFIERS if name in DECIDED]
    assert decided["smote"]["voting"]["weighted_f1"] == pytest.approx(0.4)
    harder = mean_scores(_frame(), "test_21", "decided", CLASSES)
    assert harder["smote"]["voting"]["recall"]["U2R"] == pytest.approx(0.19)


def test_means_keep_methods_and_classifiers_apart() -> None:
    frame = _frame()
    frame.loc[(frame["method"] == "vae") & (frame["classifier"] == "lr"), "recall_R2L"] = 0.9
    found = mean_scores(frame, "test", "argmax", CLASSES)
    high = {(m, c) for m, of in found.items() for c, scores in of.items() if scores["recall"]["R2L"] > 0.8}
    assert high == {("vae", "lr")}


def test_a_configuration_has_a_row_for_each_method_and_seed() -> None:
    found = configuration(_frame(), "test_21", "xgb", "decided")
    assert len(found) == 2 * len(METHODS)
    assert found[["test", "classifier", "rule"]].drop_duplicates().to_numpy().tolist() == [
        ["test_21", "xgb", "decided"]
    ]
    assert not found.duplicated(["method", "seed"]).any()


def test_summary_has_the_promised_form(means: dict[str, Any]) -> None:
    found = summary(means)
    assert list(found) == list(METHODS)
    for of_method in found.values():
        assert list(of_method) == list(CLASSIFIERS)
        for scores in of_method.values():
            assert tuple(scores) == SUMMARISED
            assert scores["weighted_f1"] == pytest.approx(0.5)
            assert scores["recall"] == pytest.approx(dict(zip(CLASSES, (0.5, 0.51, 0.52, 0.53, 0.54), strict=True)))


def test_headline_has_every_method_in_the_papers_configuration() -> None:
    frame = _frame()
    papers = (frame["method"] == "ae_flow") & (frame["classifier"] == PAPERS[0])
    frame.loc[papers, "weighted_f1"] += 0.123456
    found = headline(mean_scores(frame, "test", PAPERS[1], CLASSES))
    assert found == {
        "F1": {**dict.fromkeys(METHODS, 0.5), "ae_flow": 0.6235},
        "macro_F1": dict.fromkeys(METHODS, 0.5),
    }


def test_the_plotted_recalls_are_of_the_papers_configuration() -> None:
    frame = _frame()
    papers = (frame["method"] == "ae_flow") & (frame["classifier"] == PAPERS[0])
    frame.loc[papers, f"recall_{CLASSES[0]}"] += 0.123456
    found = recalls(mean_scores(frame, "test", PAPERS[1], CLASSES), CLASSES).set_index("recall of")["recall"]
    assert len(found) == len(CLASSES) * len(METHODS)
    assert found[f"{CLASSES[0]}, AE-Flow"] == 0.6235
    assert found[f"{CLASSES[0]}, SMOTE"] == 0.5
    assert found[f"{CLASSES[1]}, AE-Flow"] == 0.51


def test_the_plotted_confusion_has_a_row_for_each_row_of_each_run() -> None:
    found = confusion([np.array([0, 1, 1]), np.array([2, 1, 1])], np.array([0, 1, 2]), ("a", "b", "c"))
    assert list(found.itertuples(index=False, name=None)) == [
        *(("a", "a"), ("b", "b"), ("c", "b")),
        *(("a", "c"), ("b", "b"), ("c", "b")),
    ]


def _comparison(seeds: int, printed: bool = True) -> tuple[pd.DataFrame, dict[str, Any]]:
    scores = configuration(_frame(seeds), "test", *MAIN).reset_index(drop=True)
    scores["weighted_f1"] += scores["method"].map({name: i / 1000 for i, name in enumerate(METHODS)})
    found = statistics(scores, tuple(SHOWN))
    return comparison(scores, found, DECISION, WATCHED, PAPER if printed else None), found


def test_comparison_has_a_row_for_each_method_and_the_papers() -> None:
    table, found = _comparison(6)
    assert table["method"].tolist() == [*(method.name for method in METHODS.values()), "The paper's"]
    assert list(table.columns) == [
        *("method", "validation"),
        *(column for score in SHOWN for column in (score, f"{score}_std")),
        "p_holm",
    ]
    rows = {row["method"]: row for row in table.to_dict("records")}
    # Seeds are 0.3, 0.5 ... 1.3; the standard deviation of 0 ... 5 is 1.8708.
    smote = rows["SMOTE"]
    assert smote["validation"] == pytest.approx(53)
    assert smote["weighted_f1"] == pytest.approx(80.3)
    assert smote["recall_R2L"] == pytest.approx(83)
    assert smote["recall_R2L_std"] == pytest.approx(37.4166, abs=1e-4)
    assert smote["p_holm"] == found["weighted_f1"]["against_ae_flow"]["smote"]["p_holm"] < 1
    assert math.isnan(rows["AE-Flow"]["p_holm"])
    known = {name: value for name, value in rows["The paper's"].items() if name != "method" and not math.isnan(value)}
    of_classes = (88.74, 83.67, 78.15, 50.17, 65.36)
    assert known == pytest.approx(
        {
            "weighted_f1": 80.5,
            "macro_f1": sum(of_classes) / 5,
            "recall_R2L": 34.5,
            "recall_U2R": 58.5,
            "recall_Normal": 95.19,
        }
    )


def test_comparison_to_read_has_what_is_known() -> None:
    table, _ = _comparison(6)
    table.loc[3, "p_holm"] = 0.0004
    text = comparison_markdown(table, 6, WATCHED, "held-out attack types", *TITLES)
    lines = [[cell.strip() for cell in line.strip("|").split("|")] for line in text.splitlines() if line[:1] == "|"]
    assert lines[0] == ["method", "validation", *SHOWN.values(), "p"]
    cells = {line[0]: line[1:] for line in lines[2:]}
    assert cells["SMOTE"][:2] == ["53.0", "80.3 ± 37.4"]
    assert cells["SMOTE"][-1] == "< 0.001"
    assert cells["Raw"][-1] == tables.number(table["p_holm"].iloc[0], 3)
    assert cells["AE-Flow"][-1] == ""
    assert cells["The paper's"] == ["", "80.5", "73.2", "34.5", "58.5", "95.2", ""]
    assert "XGBoost with density and the decision rule on KDDTest+, in percent" in text
    assert "over 6 seeds" in text
    one = comparison_markdown(_comparison(1)[0], 1, WATCHED, "held-out rows", *TITLES)
    assert "one seed" in one
    assert "±" not in one
    assert "nan" not in one + text
    assert "The paper's: Voting, one run." in one


def test_a_data_set_without_printed_numbers_is_compared_without_the_papers() -> None:
    table, _ = _comparison(1, printed=False)
    assert table["method"].tolist() == [method.name for method in METHODS.values()]
    text = comparison_markdown(table, 1, WATCHED, "held-out groups", "training", "harder test")
    assert "paper" not in text.lower().replace("(eq. 10)", "")
    assert "on harder test, in percent" in text
    assert "macro recall on held-out groups of training" in text


def test_the_papers_scores_are_those_of_its_method_after_balancing() -> None:
    found = tables.printed_scores(PAPER)
    assert found["weighted_f1"] == 80.5
    assert found["macro_f1"] == pytest.approx(73.218)
    assert {name: found[f"recall_{name}"] for name in CLASSES} == {
        name: PAPER["table3"]["after"]["recall"][name] for name in CLASSES
    }


COUNTS = {title: dict.fromkeys(CLASSES, 10.0) for title in TITLES}
TRAINING = {name: dict.fromkeys(CLASSES, 10.4) for name in ("raw", "balanced")}


def _table(name: str, means: dict[str, Any], printed: bool = True) -> pd.DataFrame:
    return tables.tables(COUNTS, TRAINING, means, CLASSES, PAPER if printed else None)[name]


def test_differences_are_ours_minus_the_papers(means: dict[str, Any]) -> None:
    table = _table("table5", means).set_index(["method", "class"])
    assert table.loc[[("AE-Flow", "R2L")]].to_numpy()[0].tolist() == pytest.approx([34.5, 53.0, 18.5])
    # The paper's own method stands beside both of ours.
    assert table["paper"][("AE-Flow (eq. 10)", "R2L")] == 34.5
    assert len(table) == 30


def test_each_table_has_the_papers_methods_and_a_score_of_voting(means: dict[str, Any]) -> None:
    means["smote"]["voting"]["f1"]["U2R"] = 0.25
    for name, score in tables.SCORE_OF_TABLE.items():
        ours = _table(name, means).set_index(["method", "class"])["ours"]
        assert list(ours.index.unique("method")) == [METHODS[method].name for method in PRINTED]
        assert ours["SMOTE", "U2R"] == (25.0 if score == "f1" else 54.0)


def test_table_3_takes_before_from_raw_and_after_from_ae_flow(means: dict[str, Any]) -> None:
    means["ae_flow"]["voting"]["precision"]["Dos"] = 0.9
    means["raw"]["voting"]["precision"]["Dos"] = 0.3
    table = _table("table3", means).set_index(["class", "score", "set"])
    assert table.loc[("Dos", "precision", "after"), "ours"] == 90.0
    assert table.loc[("Dos", "precision", "before"), "ours"] == 30.0
    assert table.loc[("Weighted avg", "f1", "after"), "paper"] == 80.5


def test_tables_of_rows_are_whole_numbers_with_totals_of_ours(means: dict[str, Any]) -> None:
    table = _table("table1", means).set_index(["set", "class"])
    assert table.loc[("KDDTest+", "Total"), "ours"] == 50
    assert table.loc[("KDDTest+", "Dos"), "difference"] == 10 - 7457
    balanced = _table("table2", means).set_index(["set", "class"])
    assert balanced.loc[[("balanced", "U2R")]].to_numpy().tolist() == [[11052, 10, 10 - 11052]]


def test_without_printed_numbers_ours_stand_alone_in_the_order_of_pages(means: dict[str, Any]) -> None:
    order = ("Normal", "Dos", "Probe", "R2L", "U2R")
    found = tables.tables({"a": COUNTS["KDDTrain+"], "b": COUNTS["KDDTest+"]}, TRAINING, means, order, None)
    assert list(found) == ["table1", "table2", "table3", "table4", "table5", "table6"]
    captions = tables.captions("a", "b")
    for name, table in found.items():
        assert list(table.columns[-2:]) != ["ours", "difference"]
        assert table.columns[-1] == "ours"
        assert "paper" not in table
        text = tables.to_markdown(name, table, captions[name])
        assert "(" not in text.replace("(XGBoost + LR)", "").replace("(eq. 10)", "")
        assert "paper" not in text
    assert found["table4"]["class"].head(5).tolist() == list(order)
    assert found["table1"]["set"].unique().tolist() == ["a", "b"]
    # The same numbers as beside the paper's.
    ours = _table("table4", means).set_index(["method", "class"])["ours"]
    pd.testing.assert_series_equal(
        found["table4"].set_index(["method", "class"])["ours"].sort_index(), ours.sort_index()
    )


def test_every_table_has_a_caption_with_the_titles_of_the_files() -> None:
    captions = tables.captions("left", "right")
    assert list(captions) == list(tables.ROWS)
    assert captions["table1"] == "Table 1. Rows of each class in left and right."


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
    lines = tables.to_markdown("table5", table, "Table 5.").splitlines()
    assert lines[0] == "Table 5."
    assert lines[2] == "Each cell: ours (the paper's, the difference)."
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if line.startswith("|")]
    assert cells[0] == ["method", "Dos", "U2R"]
    assert cells[2] == ["Raw", "60.00 (50.00, +10.00)", "7.50 (8.00, -0.50)"]
    assert cells[3][0] == "VAE"


@pytest.mark.parametrize(
    ("value", "text"), [(73.55, "73.6"), (100 * 0.7355, "73.6"), (18.25, "18.3"), (18.15, "18.2"), (-0.25, "-0.3")]
)
def test_a_number_is_rounded_as_it_reads_in_tables_and_on_pages(value: float, text: str) -> None:
    assert tables.number(value, 1) == text
    assert on_page(value, 1).replace("\N{MINUS SIGN}", "-") == text
