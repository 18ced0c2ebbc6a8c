"""The report from made-up results: what it says, and how it behaves in a browser."""

import json
import re
import shutil
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from conftest import ROOT, run
from markupsafe import escape

from aeflow.base.code import code_hash
from aeflow.base.files import read_yaml
from aeflow.base.params import load
from aeflow.evidence.fidelity_summary import SHOWN
from aeflow.evidence.methods import CLASSIFIERS, DECIDED, MAIN, METHODS, PAPERS, RULES, TESTS
from aeflow.evidence.tables import CAPTIONS as TABLES
from aeflow.figures.style import to_png
from aeflow.nsl_kdd.schema import CLASS_OF_ATTACK, CLASSES
from aeflow.report import answer, provenance
from aeflow.report.build import MADE_BY, build
from aeflow.report.figures import CAPTIONS as FIGURES
from aeflow.report.paper_tables import tone
from aeflow.report.render import to_html, to_markdown

CONFIGURATIONS = [(c, rule) for c in CLASSIFIERS for rule in (RULES if c in DECIDED else ["argmax"])]
SCORES = [
    *(f"{kind}_{score}" for kind in ("weighted", "macro") for score in ("precision", "recall", "f1")),
    *("accuracy", "mcc", "g_mean", "false_alarm_rate", "brier", "calibration_error"),
    *(f"{score}_{name}" for score in ("precision", "recall", "f1", "pr_auc") for name in CLASSES),
]
PROBABILITIES = [score for score in SCORES if score.startswith("pr_auc") or score in ("brier", "calibration_error")]
PRINTED = {"weighted_f1": 80.5, "macro_f1": 73.2, "recall_R2L": 34.5, "recall_U2R": 58.5, "recall_Normal": 95.2}
# Per method, what its weighted F1 is in every configuration; AE-Flow's is the highest.
LEVEL = {method: 0.70 + i / 100 for i, method in enumerate(METHODS)}


def _scores(seeds: int) -> pd.DataFrame:
    rng = np.random.default_rng(0)
    rows = []
    for test in TESTS:
        for method, level in LEVEL.items():
            for classifier, rule in CONFIGURATIONS:
                for seed in range(seeds):
                    values = dict(zip(SCORES, rng.normal(level - 0.05, 0.01, len(SCORES)), strict=True))
                    values |= {"weighted_f1": level + seed / 1000, "macro_f1": level - 0.1 + seed / 1000}
                    if rule == "decided":
                        values |= dict.fromkeys(PROBABILITIES, np.nan)
                    rows.append(
                        {"test": test, "method": method, "classifier": classifier, "rule": rule, "seed": seed, **values}
                    )
    return pd.DataFrame(rows)


def _attacks(seeds: int) -> pd.DataFrame:
    seen = {"smurf", "normal", "satan", "guess_passwd", "rootkit"}
    rows = [
        (method, classifier, rule, seed, attack, name, attack in seen, 10 + len(attack), 5 + seed)
        for method in METHODS
        for classifier in DECIDED
        for rule in RULES
        for seed in range(seeds)
        for attack, name in CLASS_OF_ATTACK.items()
    ]
    names = ["method", "classifier", "rule", "seed", "attack", "class", "seen", "rows", "found"]
    frame = pd.DataFrame(rows, columns=names)
    return frame.assign(rows=frame["rows"].mask(frame["attack"] == "httptunnel", 133))


def _ablation(seeds: int) -> pd.DataFrame:
    rows = []
    for oversampling, base in {"none": 0.7, "smote": 0.72, "ae_flow": 0.75}.items():
        for kmeans in (False, True):
            for oss in (False, True):
                for classifier in ("xgb", "voting"):
                    for seed in range(seeds):
                        values = dict.fromkeys(SCORES, base + 0.02 * kmeans - 0.01 * oss + seed / 1000)
                        keys = {"oversampling": oversampling, "kmeans": kmeans, "oss": oss}
                        rows.append({**keys, "classifier": classifier, "seed": seed, **values})
    return pd.DataFrame(rows)


def _statistics(scores: pd.DataFrame, p: float | None = 0.01, leads: dict[str, float] | None = None) -> dict[str, Any]:
    """Means from the scores; each lead over a method is ``leads``', or that of the means, at Holm's p."""
    found: dict[str, Any] = {}
    for classifier, rule in (MAIN, PAPERS):
        chosen = scores[
            (scores["test"] == "test") & (scores["classifier"] == classifier) & (scores["rule"] == rule)
        ].groupby("method")
        of: dict[str, Any] = {}
        for score in answer.GOALS:
            means = chosen[score].mean()
            lead = {m: (leads or {}).get(m, float(means["ae_flow"] - means[m])) for m in METHODS if m != "ae_flow"}
            of[score] = {
                "methods": {m: {"mean": float(means[m]), "std": 0.01, "low": 0.1, "high": 0.9} for m in METHODS},
                "against_ae_flow": {
                    m: {"difference": x, "low": x - 0.01, "high": x + 0.01, "p": p, "p_holm": p}
                    for m, x in lead.items()
                },
                "friedman_p": p,
                "ranks": {m: float(i) for i, m in enumerate(METHODS, start=1)},
                "critical_difference": None if p is None else 4.77,
            }
        found[f"{classifier}/{rule}"] = of
    return found


def _decision(best: str = "smote") -> dict[str, Any]:
    def of(method: str) -> dict[str, Any]:
        both = {"argmax": 0.4, "decided": 0.62 if method == best else 0.51}
        return {
            "multipliers": dict.fromkeys(CLASSES, 1.5),
            "macro_recall": both,
            "false_alarm_rate": {"argmax": 0.01, "decided": 0.049},
            "classes": dict.fromkeys(CLASSES, both),
        }

    return {method: dict.fromkeys(DECIDED, of(method)) for method in METHODS}


def _fidelity(collapsed: float = 1.0) -> dict[str, Any]:
    figures = [figure for figure in SHOWN if not figure.startswith("h_")]
    plain = {figure: {"mean": 0.5, "std": 0.01} for figure in figures}
    own = {"h_mean": {"mean": -0.004, "std": 0.01}, "h_std": {"mean": 0.97, "std": 0.01}}
    calm = {"collapsed": {"mean": 0.0, "std": 0.0}}
    methods = {
        "real": plain,
        "smote": plain,
        "ae_flow_paper": plain | own | {"collapsed": {"mean": collapsed, "std": 0.0}},
        "ae_flow": plain | own | calm,
        "noise": plain,
    }
    targets = {
        "mean of h on held-out rows": {"value": -0.004, "at_least": -0.1, "at_most": 0.1, "met": True},
        "C2ST AUC": {"value": 0.9, "at_least": None, "at_most": 0.75, "met": False},
        "legal records": {"value": 1.0, "at_least": 1.0, "at_most": None, "met": True},
    }
    better = {"smote": {"c2st_auc": True, "coverage": False, "wasserstein": True}}
    return {name: {"methods": methods, "targets": targets, "ae_flow_better": better} for name in ("R2L", "U2R")}


def _fits(seeds: int, collapsed: int = 1) -> dict[str, Any]:
    """``collapsed`` of AE-Flow's fits to R2L have collapsed, and all of eq. 10's."""
    return {
        "smote": {f"seed{seed}": {} for seed in range(seeds)},
        "vae": {f"seed{seed}": {"R2L": {"loss": 1.0}, "U2R": {"loss": 1.0}} for seed in range(seeds)},
        "ae_flow_paper": {
            f"seed{seed}": {name: {"collapsed": True} for name in ("R2L", "U2R")} for seed in range(seeds)
        },
        "ae_flow": {
            f"seed{seed}": {"R2L": {"collapsed": seed < collapsed}, "U2R": {"collapsed": False}}
            for seed in range(seeds)
        },
    }


def _png(text: str) -> bytes:
    figure, axes = plt.subplots(figsize=(8, 3))
    axes.text(0.5, 0.5, text, ha="center")
    content = to_png(figure)
    plt.close(figure)
    return content


@pytest.fixture(scope="module")
def pictures() -> dict[str, bytes]:
    return {name: _png(name) for name in FIGURES}


def _inputs(seeds: int, pictures: dict[str, bytes], **changes: Any) -> dict[str, Any]:
    scores = _scores(seeds)
    return {
        "scores": scores,
        "attacks": _attacks(seeds),
        "ablation": _ablation(seeds),
        "statistics": _statistics(scores, None if seeds < 5 else 0.01),
        "decision": _decision(),
        "fidelity": _fidelity(),
        "fits": _fits(seeds),
        "paper": {name: pd.read_csv(ROOT / f"metrics/tables/{name}.csv") for name in TABLES},
        "printed": PRINTED,
        "random_split": None,
        "figures": pictures,
        "dataset": "nsl-kdd",
        "false_alarm_rate": 0.05,
        "provenance": {
            "packages": {"numpy": "2.0"},
            "data": {"data/raw/train.txt": "ab" * 32},
            "params": "c",
            "code": "d",
        },
        **changes,
    }


def test_the_papers_configuration_has_its_own_sentence() -> None:
    scores = _scores(10)
    found = _statistics(scores, 0.01)["/".join(PAPERS)]
    (sentence,) = answer.in_the_papers(found)
    assert (
        "(Voting, arg max) AE-Flow, compared with class weights, random oversampling and SMOTE, is ahead in" in sentence
    )
    found["macro_f1"]["against_ae_flow"]["smote"]["p_holm"] = 0.05
    assert "is not ahead of all in" in answer.in_the_papers(found)[0]
    found["macro_f1"]["against_ae_flow"]["smote"]["p_holm"] = None
    assert answer.in_the_papers(found) == []


def test_every_part_is_made_by_a_stage() -> None:
    stages = read_yaml(ROOT / "dvc.yaml")["stages"]
    assert {stage for _, _, stage in MADE_BY} <= set(stages)
    for _, where, stage in MADE_BY:
        outputs = json.dumps({key: stages[stage].get(key, []) for key in ("outs", "metrics", "plots")})
        for path in where.split(", "):
            assert path.partition("*")[0] in outputs, f"{stage} does not make {path}"


def _in_main(scores: pd.DataFrame, **changes: Any) -> dict[str, Any]:
    return _statistics(scores, **changes)["/".join(MAIN)]


def test_first_paragraph_when_ahead() -> None:
    first, *others = answer.answer(_in_main(_scores(10)), 10)
    assert first.startswith("Yes: AE-Flow is ahead of class weights, random oversampling and SMOTE in weighted F1 (80.")
    assert "0.010" in first
    assert others[0].startswith("Balancing itself helps: ")
    assert others[1].startswith("Nothing else here")
    assert len([first, *others]) <= 4


def test_first_paragraph_when_not_ahead() -> None:
    leads = {"smote": -0.002, "random": 0.01}
    first, second, _, what_else = answer.answer(_in_main(_scores(10), leads=leads), 10)
    assert first.startswith("No: AE-Flow is not ahead of class weights, random oversampling and SMOTE")
    assert re.match(r"It is ahead of class weights in .*; behind SMOTE in weighted F1 \(.0\.2, p.=.0\.010\)", second)
    assert "SMOTE would have done the same or better" in what_else
    assert "behind it in at least one" in what_else


def test_a_lead_that_is_not_sure_is_no_lead() -> None:
    first, second, raw, what_else = answer.answer(_in_main(_scores(10), p=0.05), 10)
    assert first.startswith("No: ")
    assert second.startswith("It is not told apart from class weights in weighted F1 (+9.0")
    assert raw.startswith("Whether balancing helps at all stays open")
    assert all(answer.in_text(method) in what_else for method in METHODS if method != "ae_flow")


def test_one_score_is_not_enough() -> None:
    found = _in_main(_scores(10))
    found["macro_f1"]["against_ae_flow"]["smote"]["p_holm"] = 0.2
    first, second, *_ = answer.answer(found, 10)
    assert first.startswith("No: ")
    assert "ahead of class weights" in second
    assert re.search(r"not told apart from SMOTE in macro F1 \(\+7\.0, p.=.0\.200\)\.$", second)


@pytest.mark.parametrize(("seeds", "counted"), [(1, "1 seed,"), (3, "3 seeds,")])
def test_few_seeds_cannot_tell(seeds: int, counted: str) -> None:
    first, *others = answer.answer(_in_main(_scores(seeds), p=None), seeds)
    assert first.startswith("This run cannot tell")
    assert counted in first
    assert "80." in others[0]
    assert not re.search(r"\bp\b", " ".join(others))


def test_goals_are_met_by_what_is_measured_not_by_what_is_shown() -> None:
    values = dict.fromkeys(answer.GOALS, np.array([0.86, 0.859998]))
    found = answer.goals(values, PRINTED)
    assert found[0]["ours"] == "86.00"
    assert [goal["met"] for goal in found] == [False, True, True, True, False]
    assert answer.goals_sentence(found) == (
        "AE-Flow meets three of the five goals: Macro F1, R2L recall and U2R recall."
    )
    assert answer.goals_sentence([goal | {"met": False} for goal in found]) == "AE-Flow meets none of the five goals."
    assert answer.goals_sentence([goal | {"met": True} for goal in found]) == "AE-Flow meets all five goals."
    assert answer.goals({s: np.array([0.9]) for s in answer.GOALS}, PRINTED)[0]["std"] == ""


def test_the_choice_is_by_validation_not_by_test_scores() -> None:
    means = {method: {"weighted_f1": LEVEL[method], "macro_f1": 0.6} for method in METHODS}
    text = answer.choice_sentence(_decision("vae"), "xgb_onehot", means)
    assert text.startswith("Chosen on training rows alone, the method is VAE (")
    assert "AE-Flow 51.0%, place 2 of 11" in text
    assert "weighted F1 77.0%" in text
    assert "place" not in answer.choice_sentence(_decision("ae_flow"), "xgb_onehot", means)


@cache
def _two_seeds() -> dict[str, Any]:
    return _content()


def _content(**changes: Any) -> dict[str, Any]:
    return build(**_inputs(2, {name: b"\x89PNG" + bytes(20) for name in FIGURES}, **changes))


def _tables(content: dict[str, Any]) -> dict[str, Any]:
    return {b["id"]: b for section in content["sections"] for b in section["blocks"] if b["kind"] == "table"}


def _texts(content: dict[str, Any], kind: str) -> list[str]:
    return [b["text"] for section in content["sections"] for b in section["blocks"] if b["kind"] == kind]


def test_collapse_is_told_where_it_matters() -> None:
    content = _two_seeds()
    assert content["warnings"] == ["AE-Flow: 1 of 4 fits collapsed (R2L 1 of 2 and U2R 0 of 2)."]
    assert (
        "AE-Flow (eq. 10): 4 of 4 fits collapsed (R2L 2 of 2 and U2R 2 of 2); of the fits for fidelity, R2L 100% and "
        "U2R 100%."
    ) in _texts(content, "warning")
    calm = _content(fits=_fits(2, collapsed=0))
    assert calm["warnings"] == []
    assert any(text.startswith("No fit of AE-Flow collapsed (4 fits, ") for text in _texts(calm, "text"))
    assert any("misses 2 of 6 targets of fidelity: R2L: C2ST AUC and U2R: C2ST AUC." in t for t in _texts(calm, "text"))


def test_every_run_has_its_cell() -> None:
    scores = _scores(2)
    chosen = (scores["test"] == "test") & (scores["method"] == "vae") & (scores["classifier"] == "xgb_onehot")
    scores.loc[chosen & (scores["rule"] == "decided"), "recall_U2R"] = [0.31, 0.35]
    found = _tables(_content(scores=scores))
    titles = [column["title"] for column in found["main-table"]["columns"]]
    vae = next(row["cells"] for row in found["main-table"]["rows"] if row["cells"][0]["text"] == "VAE")
    cell = vae[titles.index("U2R")]
    assert (cell["text"], cell["small"], cell["fine"]) == ("33.0", "±2.8", "31.0 to 35.0")
    assert [row["cells"][0]["text"] for row in found["argmax-table"]["rows"]] == list(METHODS.values())
    assert len(found["classifiers-table"]["rows"]) == len(METHODS) * len(CONFIGURATIONS)
    assert len(found["decision-table"]["rows"]) == len(METHODS) * len(DECIDED)
    assert len(found["ablation-xgb"]["rows"]) == len(found["ablation-voting"]["rows"]) == 8
    assert all(row["marked"] == (row["cells"][0]["text"] == "AE-Flow") for row in found["main-table"]["rows"])


def test_httptunnel_and_unseen_types_stand_apart() -> None:
    found = _tables(_two_seeds())
    assert {row["cells"][0]["text"] for row in found["attacks-seen"]["rows"]} == {
        "smurf",
        "satan",
        "guess_passwd",
        "rootkit",
    }
    unseen = found["attacks-unseen"]["rows"]
    assert unseen[0]["cells"][0]["text"] == "httptunnel"
    assert len(unseen) == len(CLASS_OF_ATTACK) - 5
    alone = found["attacks-httptunnel"]["rows"][0]["cells"]
    assert alone[1]["text"] == "5.5"
    assert alone[2]["value"] == repr(round(100 * 5.5 / 133, 6))
    attacks = _attacks(2)
    without = _content(attacks=attacks[attacks["attack"] != "httptunnel"])
    assert "attacks-httptunnel" not in _tables(without)


def test_a_random_split_is_a_warning() -> None:
    split = {method: {"weighted_f1": 0.99, "macro_f1": 0.9} for method in METHODS}
    assert "random-split" not in _tables(_two_seeds())
    content = _content(random_split=split)
    assert any("99.0 to 99.0%" in text for text in _texts(content, "warning"))
    assert len(_tables(content)["random-split"]["rows"]) == len(METHODS)


@pytest.mark.parametrize(
    ("difference", "expected"), [(0.9, ""), (-0.9, ""), (1, "up1"), (-5, "down2"), (15, "up3"), (-44.5, "down3")]
)
def test_differences_are_coloured_by_sign_and_size(difference: float, expected: str) -> None:
    assert tone(difference, difference) == expected


def test_what_is_text_stays_text(pictures: dict[str, bytes]) -> None:
    evil = "<script>alert('x')</script> & | `"
    page = to_html(build(**_inputs(1, pictures, dataset=evil)))
    assert evil not in page
    assert str(escape(evil)) in page
    assert page.count("<script>") == 1
    assert "a\\|b \\<i>" in to_markdown(_two_seeds() | {"question": "a|b <i>"})


def test_the_markdown_has_the_answer_and_the_main_table() -> None:
    content = _two_seeds()
    text = to_markdown(content)
    lines = text.splitlines()
    assert lines[0].startswith("# ")
    assert content["answer"][0] in text
    rows = [line for line in lines if line.startswith("| ")]
    assert sum(line.startswith(f"| {name} |") for line in rows for name in METHODS.values()) == len(METHODS)
    heading = next(line for line in rows if line.startswith("| Method |"))
    assert heading.startswith("| Method | F1: Weighted | F1: Macro | Recall: Dos |")
    for row in rows[rows.index(heading) :]:
        assert row.count("|") == heading.count("|")


def test_the_same_results_give_the_same_bytes(pictures: dict[str, bytes]) -> None:
    first, second = (to_html(build(**_inputs(1, pictures))) for _ in range(2))
    assert first == second
    assert str(ROOT) not in first


def test_provenance_follows_its_sources(tmp_path: Path) -> None:
    params = load(ROOT / "params.yaml")
    assert provenance.data_hashes(params)["data/raw/test_21.txt"] == params.data.files.test_21.sha256
    changed = params.model_copy(update={"seeds": (7,)})
    assert provenance.params_hash(params) != provenance.params_hash(changed)
    assert provenance.package_versions("# a comment\n\nnumpy==0.1\n") == {"numpy": np.__version__}

    files = {"src/aeflow/a.py": "1", "src/aeflow/report/page.j2": "2", "stages/x.py": "3"}
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    before = code_hash(tmp_path)
    (tmp_path / "src/aeflow/__pycache__").mkdir()
    (tmp_path / "src/aeflow/__pycache__/a.pyc").write_text("compiled")
    assert code_hash(tmp_path) == before
    seen = {before}
    for name in files:
        (tmp_path / name).write_text("changed")
        seen.add(code_hash(tmp_path))
    (tmp_path / "stages/x.py").rename(tmp_path / "stages/y.py")
    assert len(seen | {code_hash(tmp_path)}) == 5


def test_the_stage_says_what_is_missing(tmp_path: Path) -> None:
    shutil.copy(ROOT / "params.yaml", tmp_path)
    done = run(tmp_path, "python", str(ROOT / "stages/report.py"), PYTHONPATH=str(ROOT / "src"))
    assert done.returncode == 1
    assert re.fullmatch(r"error: .*: no such file; run `dvc repro` to make it\n", done.stderr)


class Page:
    """An open page, and what its browser has said and asked for."""

    def __init__(self, browser: Any, address: str, **options: Any) -> None:
        self.page = browser.new_page(**{"viewport": {"width": 1280, "height": 800}, **options})
        self.said: list[str] = []
        self.requests: list[str] = []
        self.page.on("console", lambda message: self.said.append(message.text))
        self.page.on("pageerror", lambda error: self.said.append(str(error)))
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.page.goto(address)

    def column(self, table: str, at: int) -> list[str]:
        rows: list[str] = self.page.eval_on_selector_all(
            f"#{table} tbody tr", f"rows => rows.map(row => row.cells[{at}].dataset.value)"
        )
        return rows


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    executable = shutil.which("chromium")
    if executable is None:
        pytest.skip("chromium is not installed (Debian: apt-get install chromium)")
    from playwright.sync_api import sync_playwright

    options = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(
            executable_path=executable, args=[*options, "--disable-sync", "--no-first-run"]
        )
        yield started
        started.close()


@pytest.fixture(scope="module", params=[3, 1], ids=["3 seeds", "1 seed"])
def address(request: Any, pictures: dict[str, bytes], tmp_path_factory: pytest.TempPathFactory) -> str:
    path = tmp_path_factory.mktemp("report") / "report.html"
    split = {method: {"weighted_f1": 0.99, "macro_f1": 0.9} for method in METHODS}
    path.write_text(to_html(build(**_inputs(request.param, pictures, random_split=split))), encoding="utf-8")
    return path.as_uri()


def test_the_page_loads_whole_and_alone(browser: Any, address: str) -> None:
    opened = Page(browser, address)
    assert opened.said == []
    assert [url for url in opened.requests if not url.startswith("data:")] == [address]
    widths = opened.page.eval_on_selector_all("img", "images => images.map(image => image.naturalWidth)")
    assert len(widths) == len(FIGURES)
    assert all(widths)
    links = opened.page.eval_on_selector_all("nav a", "links => links.map(a => a.getAttribute('href').slice(1))")
    assert all(opened.page.locator(f"[id='{link}']").count() == 1 for link in links)
    ids = opened.page.eval_on_selector_all("[id]", "found => found.map(one => one.id)")
    assert len(ids) == len(set(ids))


def test_the_answer_and_the_goals_are_on_the_first_screen(browser: Any, address: str) -> None:
    opened = Page(browser, address)
    assert opened.page.locator("header").bounding_box()["y"] >= 0
    end = opened.page.evaluate("document.querySelector('header').getBoundingClientRect().bottom")
    assert end <= 800


SORT_ALL = """() => [...document.querySelectorAll('table')].flatMap((table) =>
    [...table.querySelectorAll('th[aria-sort]')].map((heading, at) => ({
        table: table.id,
        title: heading.textContent,
        numeric: 'numeric' in heading.dataset,
        sorted: Object.fromEntries([1, 2].map(() => {
            heading.querySelector('button').click();
            const values = [...table.tBodies[0].rows].map((row) => row.cells[at].dataset.value);
            return [heading.getAttribute('aria-sort'), values];
        })),
        others: table.querySelectorAll('th:not([aria-sort="none"])[aria-sort]').length,
    })))"""


def test_each_table_sorts_by_each_column_both_ways(browser: Any, address: str) -> None:
    columns = Page(browser, address).page.evaluate(SORT_ALL)
    assert len({column["table"] for column in columns}) > 25
    for column in columns:
        assert set(column["sorted"]) == {"ascending", "descending"}, column["title"]
        assert column["others"] == 1  # one heading alone says that the table is sorted by it
        up, down = column["sorted"]["ascending"], column["sorted"]["descending"]
        assert sorted(up) == sorted(down)
        up, down = ([value for value in values if value != ""] for values in (up, down))
        if column["numeric"]:
            assert [float(value) for value in up] == sorted(map(float, up)), column
            assert [float(value) for value in down] == sorted(map(float, down), reverse=True), column
        else:
            assert list(dict.fromkeys(up)) == list(dict.fromkeys(down))[::-1], column
    names = next(c["sorted"]["ascending"] for c in columns if c["table"] == "main-table" and "Method" in c["title"])
    assert (names[0], names[-1]) == ("ADASYN", "VAE")


def test_sorting_by_the_keyboard_is_numeric_and_stable_and_keeps_the_missing_last(browser: Any, address: str) -> None:
    opened = Page(browser, address)
    opened.page.evaluate(
        """() => {
            const rows = [...document.querySelectorAll('#main-table tbody tr')];
            ['9', '10', '', '-2.5', '10'].forEach((value, i) => { rows[i].cells[1].dataset.value = value; });
            rows.slice(5).forEach((row) => row.remove());
        }"""
    )
    button = opened.page.locator("#main-table th[aria-sort] button").nth(1)
    button.focus()
    opened.page.keyboard.press("Enter")
    assert opened.column("main-table", 1) == ["10", "10", "9", "-2.5", ""]
    names = [METHODS[method] for method in ("class_weight", "smotenc", "raw", "smote", "random")]
    assert opened.column("main-table", 0) == names
    opened.page.keyboard.press("Space")
    assert opened.column("main-table", 1) == ["-2.5", "9", "10", "10", ""]
    assert opened.column("main-table", 0)[2:4] == names[:2]


@pytest.mark.parametrize("width", [390, 1280])
def test_the_page_never_scrolls_sideways(browser: Any, address: str, width: int) -> None:
    opened = Page(browser, address, viewport={"width": width, "height": 844})
    assert opened.page.evaluate("document.documentElement.scrollWidth") <= width
    # Wide tables scroll in their own frame.
    scrolls = opened.page.eval_on_selector_all(".scroll", "f => f.some(one => one.scrollWidth > one.clientWidth)")
    assert scrolls


def test_dark_mode_is_dark_and_figures_stay_on_white(browser: Any, address: str) -> None:
    colours = {}
    for scheme in ("light", "dark"):
        opened = Page(browser, address, color_scheme=scheme)
        style = "selector => getComputedStyle(document.querySelector(selector)).backgroundColor"
        colours[scheme] = [opened.page.evaluate(style, selector) for selector in ("body", ".picture div")]
    page = {scheme: [int(n) for n in re.findall(r"\d+", of[0])] for scheme, of in colours.items()}
    assert max(page["dark"]) < 60
    assert min(page["light"]) > 200
    assert colours["dark"][1] == colours["light"][1] == "rgb(255, 255, 255)"


def test_in_print_tables_are_whole_and_light(browser: Any, address: str) -> None:
    opened = Page(browser, address, color_scheme="dark")
    opened.page.emulate_media(media="print")
    cut = opened.page.eval_on_selector_all(
        ".scroll", "f => f.filter(one => getComputedStyle(one).overflow !== 'visible')"
    )
    assert cut == []
    assert not opened.page.locator("nav").is_visible()
    assert opened.page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
