"""plots/evidence.html and REPORT.md: the question, the answer, and all that it rests on."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from nids.data.dataset import Dataset
from nids.detect import CLASSIFIERS, MAIN, PAPERS, RULES
from nids.methods import METHODS, STUDIED
from nids.show.pages import answer, attack_tables, decision_tables, density_tables, fidelity_tables, score_tables
from nids.show.pages.blocks import Block, banner, note, page, section, text, warning
from nids.show.pages.cells import counted, number, p_text
from nids.show.pages.collapse import collapse_sentences
from nids.show.pages.data_tables import data_section
from nids.show.pages.figures import evidence_captions, figures
from nids.show.pages.left_alone import left_alone_sentences
from nids.show.pages.provenance import provenance_blocks

MADE_BY = (
    ("Densities of normal traffic", "data/densities", "evidence/dvc.yaml:density"),
    ("Decision rule and validation", "data/validation, data/decision", "evidence/dvc.yaml:validate"),
    ("More seeds", "data/repeat", "evidence/dvc.yaml:repeat"),
    ("Ablation", "data/ablation", "evidence/dvc.yaml:ablate"),
    ("Fidelity of the generators", "data/fidelity", "evidence/dvc.yaml:fidelity"),
    ("Scores of all runs", "data/scores", "evidence/dvc.yaml:score"),
    ("Statistics, fidelity, diagnostics", "metrics/evidence", "evidence/dvc.yaml:compare"),
    ("Models with decision rules", "models/evidence", "evidence/dvc.yaml:model"),
    ("Figures", "plots/evidence", "evidence/dvc.yaml:figures"),
    ("This page, its short form", "plots/evidence.html, REPORT.md", "evidence/dvc.yaml:report"),
)
_STUDIED = METHODS[STUDIED].name
# Git hosts cut tables of more than eight columns: the method, two F1, these recalls, two p.
_RECALLS = 3


def build(
    *,
    dataset: Dataset,
    scores: pd.DataFrame,
    attacks: pd.DataFrame,
    ablation: pd.DataFrame,
    statistics: Mapping[str, Any],
    decision: Mapping[str, Any],
    fidelity: Mapping[str, Any],
    fits: Mapping[str, Any],
    left_alone: Mapping[str, Any],
    account: Mapping[str, Any],
    random_split: Mapping[str, Any],
    steps: Mapping[str, Any],
    density: Mapping[str, Any],
    points: pd.DataFrame,
    pngs: Mapping[str, bytes],
    false_alarm_rate: float,
    provenance: Mapping[str, Any],
) -> Block:
    """Return the page, and with it "caveat" and "short" for the Markdown.

    scores, attacks, ablation: a row for each run, and points (detection), as in data/scores; statistics, decision,
    fidelity, fits and left_alone (of diagnostics), random_split, steps and density: as in metrics/evidence; account:
    data/account.json; pngs: the files of ``evidence_captions``; false_alarm_rate: the decision rule's budget;
    provenance: by ``provenance.provenance``.
    """
    test, watched = dataset.test, dataset.watched
    runs = score_tables.by_run(scores)
    seeds = scores["seed"].nunique()
    means = _means(scores)
    main, papers = (statistics["/".join(configuration)] for configuration in (MAIN, PAPERS))
    ours, others, calm = collapse_sentences(fits, fidelity)
    figure = figures(evidence_captions(dataset), pngs)
    caveat = _caveat(seeds, main["weighted_f1"]["friedman_p"] is not None, dataset.train)
    caption = f"All methods, {_name(MAIN)}, on {test}"
    columns = score_tables.all_scores(dataset.shown, dataset.normal)
    plain = (MAIN[0], "argmax")
    sections = [
        section(
            "methods",
            "Methods compared",
            "Methods",
            [
                text(
                    f"{_name(MAIN)}: this configuration was chosen on training rows (docs/protocol.md). "
                    f"Every figure is the mean of {counted(seeds, 'seed')}."
                ),
                score_tables.methods_table("main-table", caption, runs, MAIN, columns, main),
                note(caveat),
                score_tables.steps_table(steps, _name(MAIN), watched),
                score_tables.leads_table("main-leads", f"{_STUDIED}'s lead, {_name(MAIN)}", main, watched),
                text(_friedman(main)),
                figure["ranks"],
                score_tables.methods_table(
                    "argmax-table", f"The same without the decision rule: {_name(plain)}", runs, plain, columns, None
                ),
                score_tables.methods_table(
                    "paper-configuration",
                    f"The paper's configuration: {_name(PAPERS)}",
                    runs,
                    PAPERS,
                    columns,
                    papers,
                ),
                text("`plots/paper.html` has Tables 1-6 and Figs. 1-6 of the paper."),
            ],
        ),
        section(
            "classifiers",
            "All classifiers",
            "Classifiers",
            [
                text(
                    "XGBoost one-hot sees categories one-hot, and XGBoost with density too, with two more features; "
                    "the others see label codes, as in the paper. "
                    "Voting is the mean of XGBoost's and LR's probabilities."
                ),
                score_tables.classifiers_table(runs, watched, test),
                figure["encoding"],
            ],
        ),
        section(
            "density",
            f"{_STUDIED}'s density",
            "Density",
            [
                text(density_tables.density_sentence(density)),
                density_tables.density_table(density, runs),
                figure["density"],
                text(
                    "By itself the density is a detector, which knows no attack: a row that is unlikely among normal "
                    "traffic raises an alarm (docs/detector.md)."
                ),
                density_tables.detection_table(points, test),
                figure["roc"],
                figure["alarms"],
            ],
        ),
        section(
            "rule",
            "Validation and the decision rule",
            "Decision rule",
            _rule(figure, dataset, decision, scores, means, false_alarm_rate, random_split),
        ),
        section("ablation", "Ablation", "Ablation", _ablation(figure["ablation"], ablation, dataset)),
        section(
            "fidelity",
            "Fidelity and collapse",
            "Fidelity",
            [
                *map(warning, [*ours, *others]),
                text(" ".join([*calm, fidelity_tables.targets_sentence(fidelity)])),
                figure["fidelity"],
                *fidelity_tables.fidelity_tables(fidelity),
            ],
        ),
        section("attacks", "Recall of each attack type", "Attacks", _attacks(figure["attacks"], attacks, dataset)),
        section(
            "probabilities",
            "Probabilities",
            "Probabilities",
            [
                text(f"The classifiers' probabilities as they are, before any rule, on {test}."),
                *(score_tables.probabilities_table(runs, of, dataset.shown) for of in (MAIN[0], PAPERS[0])),
                figure["calibration"],
            ],
        ),
        data_section(account, dataset.shown),
        section(
            "tests",
            "Other test sets",
            "Test sets",
            [text(_other_tests(dataset)), score_tables.tests_table(runs, MAIN, watched, dataset.tests)],
        ),
        section(
            "provenance",
            "What this report was built from",
            "Provenance",
            [
                *provenance_blocks(provenance, MADE_BY),
                text(
                    "Seconds and memory differ between machines, so they are no part of this report: `make bench` "
                    "measures them."
                ),
            ],
        ),
    ]
    whole = page(
        title=answer.TITLE,
        question=answer.QUESTION,
        setting=f"{dataset.name} · {_name(MAIN)} · {counted(seeds, 'seed')}",
        banner=banner(dataset.name, dataset.show.paper),
        answer=[
            *answer.answer(main, seeds),
            *answer.in_the_papers(papers),
            answer.rows_sentence(steps),
            density_tables.density_sentence(density),
        ],
        warnings=[*ours, *([dataset.optimistic] if dataset.optimistic else []), *left_alone_sentences(left_alone)],
        closing=answer.choice_sentence(decision, MAIN[0], means[MAIN], test, dataset.held_out),
        sections=sections,
    )
    few = score_tables.few_scores(watched[-_RECALLS:])
    short = score_tables.methods_table("short-table", caption, runs, MAIN, few, main)
    return whole | {"caveat": caveat, "short": short}


def _name(configuration: tuple[str, str]) -> str:
    classifier, rule = configuration
    return f"{CLASSIFIERS[classifier]} and {'the ' if rule == 'decided' else ''}{RULES[rule]}"


def _means(scores: pd.DataFrame) -> dict[tuple[str, str], dict[str, dict[str, float]]]:
    """Return ``{(classifier, rule): {method: {score: mean over the seeds}}}`` on the test set."""
    found: dict[tuple[str, str], dict[str, dict[str, float]]] = {}
    for (classifier, rule), rows in scores[scores["test"] == "test"].groupby(["classifier", "rule"]):
        frame = rows.groupby("method")[list(answer.JUDGED)].mean()
        found[str(classifier), str(rule)] = {
            str(method): {score: float(frame[score][method]) for score in answer.JUDGED} for method in frame.index
        }
    return found


def _caveat(seeds: int, tested: bool, train: str) -> str:
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
        f"compared in) was chosen on rows of {train}; the test labels are read by the stages evaluate and score alone "
        "(docs/protocol.md)."
    )


def _friedman(found: Mapping[str, Any]) -> str:
    if found["weighted_f1"]["friedman_p"] is None:
        return "Friedman's test of the ranks is not made with so few seeds."
    parts = [f"{name} p {p_text(found[score]['friedman_p'])}" for score, name in answer.JUDGED.items()]
    distance = number(found["weighted_f1"]["critical_difference"], 2)
    return (
        f"Friedman's test that all methods rank alike: {', '.join(parts)}. By Nemenyi's test, mean ranks less "
        f"than {distance} apart are not clearly different."
    )


def _rule(
    figure: Mapping[str, Block],
    dataset: Dataset,
    decision: Mapping[str, Any],
    scores: pd.DataFrame,
    means: Mapping[tuple[str, str], Any],
    budget: float,
    random_split: Mapping[str, Any],
) -> list[Block]:
    of_rules = {rule: means[MAIN[0], rule] for rule in RULES}
    test, plain = dataset.test, of_rules["argmax"]
    return [
        text(
            "The rule multiplies each class's probability before the largest is taken. The multipliers are those that "
            f"give the highest macro recall on {dataset.held_out} of {dataset.train}, with false alarms on held-out "
            f"{dataset.normal} rows of at most {number(100 * budget, 1)}%."
        ),
        *(text(decision_tables.parts_sentence(of_rules, score)) for score in answer.JUDGED),
        figure["rule"],
        figure["alarm_rates"],
        decision_tables.decision_table(decision, scores, dataset.shown, dataset.held_out, dataset.train, test),
        warning(decision_tables.random_split_sentence(random_split, plain, test)),
        decision_tables.random_split_table(random_split, plain, test),
    ]


def _ablation(figure: Block, ablation: pd.DataFrame, dataset: Dataset) -> list[Block]:
    classifiers = [name for name in CLASSIFIERS if name in set(ablation["classifier"])]
    return [
        *(text(score_tables.ablation_effects(ablation, classifier)) for classifier in classifiers),
        figure,
        *(score_tables.ablation_table(ablation, classifier, dataset.watched) for classifier in classifiers),
    ]


def _attacks(figure: Block, attacks: pd.DataFrame, dataset: Dataset) -> list[Block]:
    found = attack_tables.attacks_of(attacks, MAIN, dataset.normal)
    test, alone = dataset.test, dataset.show.alone
    types = [attack_tables.types_table(found, seen) for seen in (False, True) if (found["seen"] == seen).any()]
    by_itself: list[Block] = []
    if alone and alone in set(found["attack"]):
        by_itself = [text(attack_tables.alone_sentence(found, alone, test)), attack_tables.alone_table(found, alone)]
    return [text(f"{_name(MAIN)}, on {test}."), attack_tables.classes_table(found), *by_itself, figure, *types]


def _other_tests(dataset: Dataset) -> str:
    return f"{_name(MAIN)}, on every test set that has rows of all classes."
