"""The content of the report as plain values, section by section; templates only lay it out."""

from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd

from aeflow.evidence.methods import CLASSIFIERS, MAIN, METHODS, PAPERS, RULES
from aeflow.report import answer, attack_tables, decision_tables, fidelity_tables, score_tables
from aeflow.report.cells import cell, column, counted, number, p_text, table, words
from aeflow.report.figures import figure
from aeflow.report.paper_tables import paper_tables

# What the report shows, where it is, and the stage that makes it.
MADE_BY = (
    ("Data files, checksums verified", "data/raw", "fetch"),
    ("New rows of the minority classes", "data/synthetic", "oversample"),
    ("Fidelity of the generators", "data/fidelity", "fidelity"),
    ("Undersampled training sets", "data/cleaned", "clean"),
    ("Fitted classifiers", "data/classifiers", "classify"),
    ("Ablation", "data/ablation", "ablation"),
    ("Decision rule and validation", "data/decision", "decide"),
    ("Scores of all runs", "data/evaluation", "evaluate"),
    ("Tables 1-6, statistics, fidelity, diagnostics", "metrics", "tables"),
    ("Figures", "plots/*.png", "figures"),
    ("This report", "plots/report.html, REPORT.md", "report"),
)
Block = dict[str, Any]


def build(
    *,
    scores: pd.DataFrame,
    attacks: pd.DataFrame,
    ablation: pd.DataFrame,
    statistics: Mapping[str, Any],
    decision: Mapping[str, Any],
    fidelity: Mapping[str, Any],
    fits: Mapping[str, Any],
    paper: Mapping[str, pd.DataFrame],
    printed: Mapping[str, float],
    random_split: Mapping[str, Any] | None,
    figures: Mapping[str, bytes],
    dataset: str,
    false_alarm_rate: float,
    provenance: Mapping[str, Any],
) -> dict[str, Any]:
    """Return all that the templates show.

    scores, attacks, ablation: a row for each run, as in data/evaluation; statistics, decision,
    fidelity, fits (of diagnostics) and random_split: as in metrics/; paper: ``{name: frame}`` of
    metrics/tables; printed: the paper's scores in percent, by ``tables.printed_scores``; figures:
    PNG files by name; false_alarm_rate: the decision rule's budget; provenance: "packages",
    "data", "params" and "code".
    """
    runs = score_tables.by_run(scores)
    seeds = scores["seed"].nunique()
    means = _means(scores)
    main = statistics["/".join(MAIN)]
    goals = answer.goals({s: score_tables.values(runs, ("test", "ae_flow", *MAIN), s) for s in answer.GOALS}, printed)
    warnings, calm = fidelity_tables.collapse_sentences(fits, fidelity)
    ours_collapsed = [text for text in warnings if text.startswith(f"{METHODS['ae_flow']}:")]
    shown = {name: figure(name, png) for name, png in figures.items()}
    table_of_methods = score_tables.methods_table(
        "main-table", f"All methods, {_name(MAIN)}, on KDDTest+", runs, MAIN, main
    )
    plain = (MAIN[0], "argmax")
    caveat = _caveat(seeds, main["weighted_f1"]["friedman_p"] is not None)
    sections = [
        _section(
            "methods",
            "Methods compared",
            "Methods",
            [
                _text(
                    f"{_name(MAIN)}: this configuration was chosen on training rows (docs/protocol.md). "
                    f"Every figure is the mean of {counted(seeds, 'seed')}."
                ),
                table_of_methods,
                _note(caveat),
                score_tables.leads_table("main-leads", f"AE-Flow's lead, {_name(MAIN)}", main),
                _text(_friedman(main)),
                shown["ranks"],
                score_tables.methods_table(
                    "argmax-table", f"The same without the decision rule: {_name(plain)}", runs, plain, None
                ),
                score_tables.methods_table(
                    "paper-configuration",
                    f"The paper's configuration: {_name(PAPERS)}",
                    runs,
                    PAPERS,
                    statistics["/".join(PAPERS)],
                ),
            ],
        ),
        _section(
            "classifiers",
            "All classifiers",
            "Classifiers",
            [
                _text(
                    "XGBoost one-hot sees categories one-hot, the others as label codes, as in the paper. "
                    "Voting is the "
                    "mean of XGBoost's and LR's probabilities."
                ),
                score_tables.classifiers_table(runs),
                shown["encoding"],
            ],
        ),
        _section(
            "paper",
            "The paper's tables beside ours",
            "Paper",
            [
                _text(
                    "Each cell: ours, the difference from the paper, and below it the paper's number. Blue: ours is "
                    "higher, orange: lower; stronger from 5 and from 15 points on, for rows from 5% and 15% of "
                    "the paper's "
                    "count on; below 1 there is no colour. A table is sorted by ours."
                ),
                *paper_tables(paper),
                shown["fig4"],
                shown["fig5"],
                shown["fig6"],
            ],
        ),
        _section(
            "rule",
            "Validation and the decision rule",
            "Decision rule",
            _rule(shown, decision, means, false_alarm_rate, random_split),
        ),
        _section("ablation", "Ablation", "Ablation", _ablation(shown, ablation)),
        _section(
            "fidelity",
            "Fidelity and collapse",
            "Fidelity",
            [
                *map(_warning, warnings),
                _text(" ".join([*calm, fidelity_tables.targets_sentence(fidelity)])),
                shown["fidelity"],
                *fidelity_tables.fidelity_tables(fidelity),
            ],
        ),
        _section("attacks", "Recall of each attack type", "Attacks", _attacks(shown, attacks)),
        _section(
            "probabilities",
            "Probabilities",
            "Probabilities",
            [
                _text("The classifiers' probabilities as they are, before any rule, on KDDTest+."),
                *(score_tables.probabilities_table(runs, classifier) for classifier in (MAIN[0], PAPERS[0])),
                shown["calibration"],
            ],
        ),
        _section(
            "tests",
            "Other test sets",
            "Test sets",
            [
                _text(
                    f"{_name(MAIN)}. KDDTest-21 is the part of KDDTest+ that 21 simple learners did not all "
                    "classify rightly; "
                    "the third set leaves out the rows of KDDTest+ that training has too."
                ),
                score_tables.tests_table(runs, MAIN),
            ],
        ),
        _section(
            "built",
            "How it is built, and what it costs",
            "Method",
            [
                shown["fig1"],
                shown["fig2"],
                shown["fig3"],
                _text(
                    "Seconds and memory differ between machines, so they are no part of this report: `make "
                    "bench` measures them into metrics/bench.json (every stage), metrics/bench_samplers.json "
                    "and metrics/bench_classifiers.json (fitting and predicting)."
                ),
            ],
        ),
        _section("provenance", "What this report was built from", "Provenance", _provenance(provenance)),
    ]
    return {
        "title": "AE-Flow data balancing for intrusion detection",
        "question": answer.QUESTION,
        "setting": f"Data set {dataset} · {_name(MAIN)} · {counted(seeds, 'seed')}",
        "answer": [*answer.answer(main, seeds), *answer.in_the_papers(statistics["/".join(PAPERS)])],
        "warnings": ours_collapsed,
        "goals": goals,
        "goals_sentence": answer.goals_sentence(goals),
        "choice": answer.choice_sentence(decision, MAIN[0], means[MAIN]),
        "caveat": caveat,
        "main": table_of_methods,
        "sections": sections,
    }


def _section(key: str, title: str, link: str, blocks: Iterable[Block]) -> dict[str, Any]:
    return {"id": key, "title": title, "link": link, "blocks": list(blocks)}


def _text(text: str) -> Block:
    return {"kind": "text", "text": text}


def _note(text: str) -> Block:
    return {"kind": "note", "text": text}


def _warning(text: str) -> Block:
    return {"kind": "warning", "text": text}


def _name(configuration: tuple[str, str]) -> str:
    classifier, rule = configuration
    return f"{CLASSIFIERS[classifier]} with {'the ' if rule == 'decided' else ''}{RULES[rule]}"


def _means(scores: pd.DataFrame) -> dict[tuple[str, str], dict[str, dict[str, float]]]:
    """Return ``{(classifier, rule): {method: {score: mean over the seeds}}}`` on KDDTest+."""
    of_test = scores[scores["test"] == "test"]
    found: dict[tuple[str, str], dict[str, dict[str, float]]] = {}
    for (classifier, rule), rows in of_test.groupby(["classifier", "rule"]):
        frame = rows.groupby("method")[list(answer.JUDGED)].mean()
        found[str(classifier), str(rule)] = {
            method: {score: float(frame[score][method]) for score in answer.JUDGED} for method in METHODS
        }
    return found


def _caveat(seeds: int, tested: bool) -> str:
    if seeds == 1:
        runs = "One seed on one data set says nothing of how results vary"
    else:
        runs = f"The {seeds} seeds run on one data set; they are not {seeds} independent data sets"
    if tested:
        runs += (
            ". The tests say how surely a difference would come again with other seeds on these files, and nothing "
            "about other networks"
        )
    return (
        f"{runs}. Everything chosen (the settings of generators and classifiers, the decision rule, the configuration "
        "compared in) was chosen on rows of KDDTrain+; the test files were opened once, by stage evaluate "
        "(docs/protocol.md)."
    )


def _friedman(found: Mapping[str, Any]) -> str:
    if found["weighted_f1"]["friedman_p"] is None:
        return "Friedman's test of the ranks is not made with so few seeds."
    parts = [f"{name} p {p_text(found[score]['friedman_p'])}" for score, name in answer.JUDGED.items()]
    distance = number(found["weighted_f1"]["critical_difference"], 2)
    return (
        f"Friedman's test that all methods rank alike: {', '.join(parts)}. By Nemenyi's test, mean ranks less "
        f"than {distance} "
        "apart are not told apart."
    )


def _rule(
    shown: Mapping[str, Block],
    decision: Mapping[str, Any],
    means: Mapping[tuple[str, str], Any],
    budget: float,
    random_split: Mapping[str, Any] | None,
) -> list[Block]:
    of_rules = {rule: means[MAIN[0], rule] for rule in RULES}
    parts = [decision_tables.parts_sentence(of_rules, score) for score in answer.JUDGED]
    blocks = [
        _text(
            "The rule multiplies each class's probability before the largest is taken. The multipliers are "
            "those that give "
            "the highest macro recall on attack types held out from training, with false alarms on held-out "
            "Normal rows of "
            f"at most {number(100 * budget, 1)}%."
        ),
        *map(_text, parts),
        shown["rule"],
        decision_tables.decision_table(decision),
    ]
    if random_split is not None:
        blocks += [
            _warning(decision_tables.random_split_sentence(random_split, of_rules["argmax"])),
            decision_tables.random_split_table(random_split, of_rules["argmax"]),
        ]
    return blocks


def _ablation(shown: Mapping[str, Block], ablation: pd.DataFrame) -> list[Block]:
    classifiers = [name for name in CLASSIFIERS if name in set(ablation["classifier"])]
    return [
        *(_text(score_tables.ablation_effects(ablation, classifier)) for classifier in classifiers),
        shown["ablation"],
        *(score_tables.ablation_table(ablation, classifier) for classifier in classifiers),
    ]


def _attacks(shown: Mapping[str, Block], attacks: pd.DataFrame) -> list[Block]:
    found = attack_tables.attacks_of(attacks, MAIN)
    types = [attack_tables.types_table(found, seen) for seen in (False, True) if (found["seen"] == seen).any()]
    alone: list[Block] = []
    if attack_tables.HTTPTUNNEL in set(found["attack"]):
        alone = [_text(attack_tables.httptunnel_sentence(found)), attack_tables.httptunnel_table(found)]
    return [_text(f"{_name(MAIN)}, on KDDTest+."), attack_tables.classes_table(found), *alone, shown["attacks"], *types]


def _provenance(provenance: Mapping[str, Any]) -> list[Block]:
    hashes = [*provenance["data"].items(), ("parameters", provenance["params"]), ("code", provenance["code"])]
    return [
        _text(
            "`make reproduce` runs everything that has changed. One part alone, whether or not it has changed: "
            "`dvc repro --force --single-item` and the stage."
        ),
        table(
            "made-by",
            "How to make each part again",
            [column(title, numeric=False) for title in ("What", "Where", "Made by stage", "Command")],
            [
                (stage, [words(what), words(where), words(stage), words(f"dvc repro -fs {stage}")])
                for what, where, stage in MADE_BY
            ],
        ),
        table(
            "hashes",
            "SHA-256",
            [column(title, numeric=False) for title in ("What", "SHA-256")],
            [(name, [words(name), cell(digest, digest, tone="code")]) for name, digest in hashes],
            note="Parameters: params.yaml as JSON with sorted keys. Code: src/aeflow and stages, in sorted order.",
        ),
        table(
            "packages",
            "Package versions",
            [column(title, numeric=False) for title in ("Package", "Version")],
            [(name, [words(name), words(version)]) for name, version in provenance["packages"].items()],
        ),
    ]
