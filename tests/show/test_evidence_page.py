"""plots/evidence.html and REPORT.md from made-up results: what they say."""

import json
import re
from collections.abc import Iterator
from functools import cache
from typing import Any

import numpy as np
import pandas as pd
import pytest
from conftest import ROOT
from markupsafe import escape

from nids.base.yaml import read_yaml
from nids.data.dataset import in_memory
from nids.detect import CLASSIFIERS, DECIDED, MAIN, PAPERS
from nids.judge.comparison import STEPS
from nids.judge.statistics import bootstrap_interval
from nids.methods import METHODS
from nids.show.pages import answer, density_tables, score_tables
from nids.show.pages.cells import MISSING, number
from nids.show.pages.collapse import collapse_sentences
from nids.show.pages.evidence import MADE_BY, build
from nids.show.pages.render import to_html, to_markdown
from show.page_inputs import (
    CONFIGURATIONS,
    DEMO,
    DESCRIBED,
    LEVEL,
    NSL_KDD,
    dataset_of,
    decision_of,
    density_of,
    evidence_inputs,
    fidelity_of,
    fits_of,
    points_of,
    quick_intervals,
    scores_of,
    statistics_of,
    steps_of,
    tables_of,
    texts_of,
    two_classes,
    with_sections,
)


@pytest.fixture(autouse=True, scope="module")
def quick() -> Iterator[None]:
    with quick_intervals():
        yield


def test_a_cell_has_mean_deviation_and_interval() -> None:
    values = np.array([0.31, 0.35, 0.36])
    low, high = bootstrap_interval(100 * values)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(score_tables, "bootstrap_interval", bootstrap_interval)
        cell = score_tables.spread(values)
    assert (cell["text"], cell["small"], cell["fine"]) == ("34.0", "±2.6", f"{low:.1f} to {high:.1f}")
    assert score_tables.spread(values[:1])["small"] == ""


@cache
def _ten() -> pd.DataFrame:
    return scores_of(10)


def _in_main(**changes: Any) -> dict[str, Any]:
    return statistics_of(_ten(), **changes)["/".join(MAIN)]


def _content(**changes: Any) -> dict[str, Any]:
    return build(**evidence_inputs(2, **changes))


@cache
def _two_seeds() -> dict[str, Any]:
    return _content()


def test_the_papers_configuration_has_its_own_sentence() -> None:
    found = statistics_of(_ten(), 0.01)["/".join(PAPERS)]
    (sentence,) = answer.in_the_papers(found)
    assert (
        "(Voting, arg max) AE-Flow is better than class weights, random oversampling and SMOTE in weighted" in sentence
    )
    found["macro_f1"]["against_ae_flow"]["smote"]["p_holm"] = 0.05
    assert "is not clearly better than class weights" in answer.in_the_papers(found)[0]
    found["macro_f1"]["against_ae_flow"]["smote"]["p_holm"] = None
    assert answer.in_the_papers(found) == []


def test_every_part_is_made_by_a_stage() -> None:
    stages = read_yaml(ROOT / "evidence/dvc.yaml")["stages"]
    for _, where, address in MADE_BY:
        file, _, stage = address.partition(":")
        assert file == "evidence/dvc.yaml"
        made = stages[stage].get("do", stages[stage])
        outputs = json.dumps({key: made.get(key, []) for key in ("outs", "metrics", "plots")})
        for path in where.split(", "):
            assert path in outputs, f"{stage} does not make {path}"


def test_first_paragraph_when_ahead() -> None:
    first, second, *others = answer.answer(_in_main(), 10)
    assert first == "Yes: AE-Flow is better than simpler methods in all six comparisons."
    assert second.startswith("It is better than class weights, random oversampling and SMOTE in weighted F1 (80.")
    assert "0.010" in second
    assert others[0].startswith("Balancing itself helps: ")
    assert others[1].startswith("No other method here does as well: ")
    assert len(others) == 2


def test_first_paragraph_when_not_ahead() -> None:
    leads = {"smote": -0.002, "random": 0.01}
    first, second, _, what_else = answer.answer(_in_main(leads=leads), 10)
    assert first == (
        "Not clearly: of six comparisons with simpler methods, AE-Flow is better in four and worse in two."
    )
    assert re.match(
        r"It is better than class weights in .*; worse than SMOTE in weighted F1 \(.0\.2, p.=.0\.010\)", second
    )
    assert "SMOTE does as well or better" in what_else
    assert "worse than it in at least one" in what_else


def test_a_lead_that_is_not_sure_is_no_lead() -> None:
    first, second, raw, what_else = answer.answer(_in_main(p=0.05), 10)
    assert first == "No: of six comparisons with simpler methods, AE-Flow is not clearly different in six."
    assert second.startswith("It is not clearly different from class weights in weighted F1 (+9.0")
    assert raw.startswith("Whether balancing helps at all stays open")
    assert all(answer.in_text(method) in what_else for method in METHODS if method != "ae_flow")


def test_one_score_is_not_enough() -> None:
    found = _in_main()
    found["macro_f1"]["against_ae_flow"]["smote"]["p_holm"] = 0.2
    first, second, *_ = answer.answer(found, 10)
    assert first.startswith("Not clearly: ")
    assert first.endswith("better in five and not clearly different in one.")
    assert "better than class weights" in second
    assert re.search(r"not clearly different from SMOTE in macro F1 \(\+7\.0, p.=.0\.200\)\. Differences", second)


def test_a_lead_in_one_of_six_is_hardly_one() -> None:
    found = _in_main(p=0.5)
    found["macro_f1"]["against_ae_flow"]["smote"]["p_holm"] = 0.01
    assert answer.answer(found, 10)[0].startswith("Not clearly: of six comparisons")


@pytest.mark.parametrize(("seeds", "counted"), [(1, "1 seed,"), (3, "3 seeds,")])
def test_few_seeds_cannot_tell(seeds: int, counted: str) -> None:
    first, *others = answer.answer(_in_main(p=None), seeds)
    assert first.startswith("This run cannot tell")
    assert counted in first
    assert "80." in others[0]
    assert not re.search(r"\bp\b", " ".join(others))


def test_the_choice_is_by_validation_not_by_test_scores() -> None:
    means = {method: {"weighted_f1": LEVEL[method], "macro_f1": 0.6} for method in METHODS}
    text = answer.choice_sentence(decision_of("vae"), "xgb_onehot", means, "KDDTest+", "held-out rows")
    assert f"It is highest for VAE (62.0%); AE-Flow has place 2 of {len(METHODS)} (51.0%)." in text
    assert text.endswith("weighted F1 and macro F1 are 77.0% and 60.0% for VAE, 80.0% and 60.0% for AE-Flow.")
    assert "macro recall on held-out rows" in text
    assert "place" not in answer.choice_sentence(decision_of("ae_flow"), "xgb_onehot", means, "KDDTest+", "groups")


def test_collapse_is_told_where_it_matters() -> None:
    content = _two_seeds()
    assert content["warnings"] == ["AE-Flow: 1 of 4 fits collapsed (R2L 1 of 2)."]
    assert (
        "AE-Flow (eq. 10): 4 of 4 fits collapsed (R2L 2 of 2 and U2R 2 of 2); of the fits for fidelity, R2L 100% and "
        "U2R 100%."
    ) in texts_of(content, "warning")
    missed = (
        "Of 6 figures of AE-Flow 2 are not as expected of rows like the real ones: R2L: C2ST AUC and U2R: C2ST AUC."
    )
    assert any(missed in text for text in texts_of(content, "text"))
    ours, _, calm = collapse_sentences(fits_of(2, collapsed=0), fidelity_of())
    assert ours == []
    assert calm == ["No fit of AE-Flow collapsed (4 fits, and those for fidelity)."]


def test_every_run_has_its_cell() -> None:
    scores = scores_of(2)
    chosen = (scores["test"] == "test") & (scores["method"] == "vae") & (scores["classifier"] == MAIN[0])
    scores.loc[chosen & (scores["rule"] == "decided"), "recall_U2R"] = [0.31, 0.35]
    found = tables_of(_content(scores=scores))
    titles = [column["title"] for column in found["main-table"]["columns"]]
    vae = next(row["cells"] for row in found["main-table"]["rows"] if row["cells"][0]["text"] == "VAE")
    cell = vae[titles.index("U2R")]
    assert (cell["text"], cell["small"], cell["fine"]) == ("33.0", "±2.8", "31.0 to 35.0")
    names = [method.name for method in METHODS.values()]
    assert [row["cells"][0]["text"] for row in found["argmax-table"]["rows"]] == names
    assert titles[3:8] == list(NSL_KDD.shown)
    assert len(found["classifiers-table"]["rows"]) == len(METHODS) * len(CONFIGURATIONS)
    assert len(found["decision-table"]["rows"]) == len(METHODS) * len(DECIDED)
    assert len(found["ablation-voting"]["rows"]) == 8
    assert all(row["marked"] == (row["cells"][0]["text"] == "AE-Flow") for row in found["main-table"]["rows"])


def test_a_classifier_may_have_fewer_seeds() -> None:
    scores = scores_of(2)
    plain = scores["classifier"].isin(["dt", "rf"])
    wider = scores["method"] == "adasyn"
    runs = score_tables.by_run(scores[~plain | ((scores["seed"] == 0) & ~wider)])
    found = score_tables.classifiers_table(runs, NSL_KDD.watched, "KDDTest+")
    assert found["note"] == "In percent. DT and RF: the seeds of the paper's pipeline alone."
    assert len(found["rows"]) == len(METHODS) * len(CONFIGURATIONS) - 2


def test_what_the_density_changes_is_said_and_shown() -> None:
    found = density_of(0.01, {"raw": 0.02, "vae": -0.005})
    found["macro_f1"]["smote"]["p_holm"] = 0.2
    n = len(METHODS)
    said = density_tables.density_sentence(found).replace("\N{MINUS SIGN}", "-")
    assert f"weighted F1 by -0.5 to +2.0 points, clearly higher with {n - 1} and lower with 1 of {n} methods" in said
    assert f"macro F1 by -0.5 to +2.0 points, clearly higher with {n - 2} and lower with 1 of {n} methods" in said
    assert "clearly" not in density_tables.density_sentence(density_of(None))
    content = _content(density=found)
    assert density_tables.density_sentence(found) in content["answer"]
    rows = {row["cells"][0]["text"]: row["cells"][1:] for row in tables_of(content)["density-table"]["rows"]}
    assert list(rows) == [method.name for method in METHODS.values()]
    scores = scores_of(2).query("test == 'test' and method == 'raw' and rule == 'decided'")
    for at, classifier in enumerate(("xgb_onehot", "xgb_density")):
        mean = 100 * scores[scores["classifier"] == classifier]["weighted_f1"].mean()
        assert rows["Raw"][at]["text"] == number(mean, 1)
    assert (rows["Raw"][2]["text"], rows["Raw"][2]["best"]) == ("+2.0", True)
    assert not rows["SMOTE"][5]["best"]


def test_the_detector_stands_above_the_methods() -> None:
    rows = tables_of(_two_seeds())["detection-table"]["rows"]
    assert [row["cells"][0]["text"] for row in rows] == [
        "Detector: the density by itself",
        *(method.name for method in METHODS.values()),
    ]
    # An area is no percentage.
    assert [cell["text"] for cell in rows[0]["cells"][1:]] == ["0.900", "0.800", "6.0", "70.5", "50.0"]
    without = tables_of(_content(points=points_of(2, unseen=False)))["detection-table"]["rows"]
    for row in without:
        assert row["cells"][2]["text"] == row["cells"][5]["text"] == MISSING


def test_the_shown_type_and_unseen_types_stand_apart() -> None:
    found = tables_of(_two_seeds())
    assert {row["cells"][0]["text"] for row in found["attacks-seen"]["rows"]} == {
        "smurf",
        "satan",
        "guess_passwd",
        "rootkit",
    }
    unseen = found["attacks-unseen"]["rows"]
    assert unseen[0]["cells"][0]["text"] == "httptunnel"
    assert len(unseen) == len(NSL_KDD.class_of) - 5
    alone = found["attacks-alone"]["rows"][0]["cells"]
    assert alone[1]["text"] == "5.5"
    assert alone[2]["value"] == repr(round(100 * 5.5 / 133, 6))
    assert any("mostly that of one attack: httptunnel is 133 of its" in text for text in texts_of(_two_seeds(), "text"))
    none = with_sections(DESCRIBED["nsl-kdd"], show={"alone": None})
    assert "attacks-alone" not in tables_of(_content(dataset=in_memory(none, NSL_KDD.found, NSL_KDD.tests)))


def test_a_random_split_is_a_warning() -> None:
    content = _two_seeds()
    assert any("99.0 to 99.0%" in text for text in texts_of(content, "warning"))
    assert len(tables_of(content)["random-split"]["rows"]) == len(METHODS)


def test_what_is_text_stays_text() -> None:
    evil = "<script>alert('x')</script> & | `"
    page = to_html(_two_seeds() | {"setting": evil})
    assert evil not in page
    assert str(escape(evil)) in page
    assert page.count("<script>") == 1
    assert "a\\|b \\<i>" in to_markdown(_two_seeds() | {"title": "a|b <i>"})


def test_the_markdown_begins_with_the_answer_and_its_table_is_narrow() -> None:
    content = _two_seeds()
    lines = to_markdown(content).splitlines()
    assert lines[0] == "# Does balancing with AE-Flow help?"
    asked, first = [line for line in lines[1:] if line][:2]
    assert asked == content["question"]
    assert first == content["answer"][0]
    rows = [line for line in lines if line.startswith("| ")]
    assert sum(line.startswith(f"| {of.name} |") for line in rows for of in METHODS.values()) == len(METHODS)
    heading = next(line for line in rows if line.startswith("| Method |"))
    assert heading.startswith("| Method | F1: Weighted | F1: Macro | Recall: R2L | Recall: U2R | Recall: Normal |")
    for row in rows:
        assert row.count("|") == heading.count("|") <= 9


def test_the_markdown_is_narrow_whatever_the_classes() -> None:
    balance = {"new_rows": dict.fromkeys(("R2L", "U2R", "Probe", "Dos"), 1), "kept_rows": {"Normal": 1}}
    described = with_sections(DESCRIBED["nsl-kdd"], balance=balance)
    changed = in_memory(described, NSL_KDD.found, NSL_KDD.tests)
    assert len(changed.watched) == 5
    page = build(**evidence_inputs(2, changed))
    rows = [line for line in to_markdown(page).splitlines() if line.startswith("|")]
    assert rows
    assert {row.count("|") for row in rows} == {9}


def test_results_on_another_data_set_are_none_of_the_paper() -> None:
    page = build(**evidence_inputs(2, DEMO))
    banner = "These are results on demo data. They are no results of the paper."
    assert page["banner"] == banner
    assert to_html(page).count(banner) == 1
    assert f"**{banner}**" in to_markdown(page)
    assert "KDDT" not in re.sub('base64,[^"]*', "", to_html(page))
    assert _two_seeds()["banner"] == ""


def test_of_two_classes_the_attacks_have_precision_and_f1() -> None:
    """One-vs-normal, as studies of two classes print it; with more classes macro F1 stands for them."""
    page = build(**evidence_inputs(2, two_classes()))
    table = tables_of(page)["main-table"]
    titles = [column["title"] for column in table["columns"]]
    assert titles[3:7] == ["Precision", "F1", "benign", "attack"]
    assert [group["title"] for group in table["groups"]][:4] == ["", "F1", "attack", "Recall"]
    assert [group["span"] for group in table["groups"]][:4] == [1, 2, 2, 2]
    assert "Precision" not in [column["title"] for column in tables_of(_two_seeds())["main-table"]["columns"]]


def test_a_false_alarm_budget_on_rows_drawn_at_random_is_said_to_be_optimistic() -> None:
    page = build(**evidence_inputs(2, two_classes()))
    assert page["warnings"][-1] == two_classes().optimistic
    assert "are optimistic" in to_html(page)
    assert "**Warning:** Every class of attacks has one type" in to_markdown(page)
    assert "macro recall on held-out rows of the training rows" in to_html(page)
    grouped = build(**evidence_inputs(2, two_classes(held_out="groups")))
    assert "optimistic" not in to_html(grouped)
    assert "macro recall on held-out groups of the training rows" in to_html(grouped)


def test_thirty_classes_with_long_names_are_all_there() -> None:
    """Two of them were too small for a method."""
    names = ["BENIGN", *(f"Web Attack - Sql Injection {i}" for i in range(29))]
    dataset = dataset_of({name: 50_000 if i < 17 else 60 * i for i, name in enumerate(names)})
    assert len(dataset.minority) == 13
    alone = {"smote": {"seed0": {names[-1]: "2 rows, and 6 are needed", names[-2]: "1 row"}, "seed1": {}}}
    page = build(**evidence_inputs(2, dataset, left_alone=alone))
    found = tables_of(page)
    titles = [column["title"] for column in found["main-table"]["columns"]]
    assert titles[3:33] == names
    assert page["warnings"][-2:] == [
        f"SMOTE leaves {names[-1]} as it is in 1 of 2 runs: 2 rows, and 6 are needed.",
        f"SMOTE leaves {names[-2]} as it is in 1 of 2 runs: 1 row.",
    ]
    assert len(found["data-files"]["columns"]) == 32
    assert len(found["attacks-seen"]["rows"]) == 29
    rows = [line for line in to_markdown(page).splitlines() if line.startswith("|")]
    assert {row.count("|") for row in rows} == {9}
    assert to_html(page).count(names[7]) > 10


def test_the_same_results_give_the_same_bytes() -> None:
    first, second = to_html(_two_seeds()), to_html(_content())
    assert first == second
    assert str(ROOT) not in first


def test_steps_are_told_one_after_the_other() -> None:
    said = answer.rows_sentence(steps_of(0.0004))
    assert said == (
        "Where no row is left out and every class weighs the same, AE-Flow's rows change weighted F1 by +2.0 points "
        "(p\N{NO-BREAK SPACE}<\N{NO-BREAK SPACE}0.001) and macro F1 by +2.0 points "
        "(p\N{NO-BREAK SPACE}<\N{NO-BREAK SPACE}0.001): AE-Flow on all rows against class weights on all rows."
    )
    assert "(p" not in answer.rows_sentence(steps_of(None))
    content = _content(steps=steps_of(0.0004))
    assert said in content["answer"]
    rows = [[of["text"] for of in row["cells"]] for row in tables_of(content)["steps-table"]["rows"]]
    assert [row[1] for row in rows] == [f"{METHODS[a].name} minus {METHODS[b].name}" for a, b in STEPS.values()]
    assert [row[2] for row in rows] == ["+1.0", "+2.0", "+3.0"]


def test_false_alarms_on_the_test_set_stand_beside_those_promised() -> None:
    scores = evidence_inputs(3)["scores"]
    chosen = (scores["test"] == "test") & (scores["method"] == "raw") & (scores["classifier"] == MAIN[0])
    scores.loc[chosen & (scores["rule"] == "decided"), "false_alarm_rate"] = [0.1, 0.11, 0.12]
    content = _content(scores=scores)
    rows = [[of["text"] for of in row["cells"]] for row in tables_of(content)["decision-table"]["rows"]]
    (raw,) = [row for row in rows if row[:2] == [METHODS["raw"].name, CLASSIFIERS[MAIN[0]]]]
    assert raw[-3:] == ["1.0", "4.9", "11.0"]
