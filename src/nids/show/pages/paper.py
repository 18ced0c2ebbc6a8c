"""plots/paper.html: Tables 1-6, Figs. 1-6, and in a sentence what came out."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from nids.data.dataset import Dataset
from nids.detect import CLASSIFIERS, PAPERS
from nids.judge.tables import WEIGHTED, captions
from nids.methods import METHODS, PRINTED, STUDIED
from nids.show.pages.blocks import Block, banner, card, page, section, text, warning
from nids.show.pages.cells import listed, number
from nids.show.pages.collapse import collapse_sentences
from nids.show.pages.data_tables import data_section
from nids.show.pages.figures import figures, paper_captions
from nids.show.pages.left_alone import left_alone_sentences
from nids.show.pages.paper_tables import paper_tables
from nids.show.pages.provenance import provenance_blocks

MADE_BY = (
    ("The data set's description, checked", "data/description", "describe"),
    ("Data files, checksums verified", "data/raw", "fetch"),
    ("Encoded records", "data/encoded", "encode"),
    ("New rows of the small classes", "data/synthetic", "oversample"),
    ("Rows kept of the large classes", "data/undersampled", "undersample"),
    ("Rows left by one-sided selection", "data/cleaned", "clean"),
    ("Density of normal traffic", "data/density", "density"),
    ("Fitted classifiers, their probabilities", "data/classifiers, data/probabilities", "classify"),
    ("Tables 1-6, scores, diagnostics", "metrics/tables, metrics/summary.json", "evaluate"),
    ("Models that score flows", "models", "model"),
    ("Figs. 1-6", "plots/fig*.png", "figures"),
    ("This page", "plots/paper.html", "report"),
)
_STUDIED = METHODS[STUDIED].name
_ORDINALS = ("", "second", "third", "fourth", "fifth", "sixth")


def build(
    *,
    dataset: Dataset,
    seeds: Sequence[int],
    tables: Mapping[str, pd.DataFrame],
    summary: Mapping[str, Any],
    fits: Mapping[str, Any],
    left_alone: Mapping[str, Any],
    account: Mapping[str, Any],
    pngs: Mapping[str, bytes],
    provenance: Mapping[str, Any],
) -> Block:
    """Return the page.

    tables: ``{name: frame}`` of metrics/tables; summary: metrics/summary.json; fits, left_alone: of
    metrics/diagnostics.json; account: data/account.json; pngs: the files of ``paper_captions``; provenance: by
    ``provenance.provenance``.
    """
    train, test = dataset.train, dataset.test
    table = paper_tables(tables, captions(train, test))
    figure = figures(paper_captions(dataset), pngs)
    f1 = {method: 100 * summary[method][PAPERS[0]]["weighted_f1"] for method in PRINTED}
    printed = printed_f1(tables["table3"])
    ours, others, calm = collapse_sentences(fits)
    legend = [_METHODS, *([_LEGEND] if printed else [])]
    results = [table["table3"], figure["fig5"], *(table[f"table{i}"] for i in (4, 5, 6)), figure["fig6"]]
    return page(
        title=f"AE-Flow data balancing on {dataset.name}",
        setting=f"{dataset.name} · {CLASSIFIERS[PAPERS[0]]} · {_runs(seeds)}",
        banner=banner(dataset.name, dataset.show.paper),
        answer=[result_sentence(f1, printed, test), place_sentence(f1), _what(dataset)],
        warnings=[*ours, *([dataset.optimistic] if dataset.optimistic else []), *left_alone_sentences(left_alone)],
        cards_title=f"Weighted F1 of {CLASSIFIERS[PAPERS[0]]} on {test} with each method",
        cards=_cards(f1, printed),
        closing=_pointer(seeds),
        sections=[
            section("results", "Results", "Results", [*map(text, legend), *results]),
            data_section(account, dataset.shown),
            section("rows", "Training and test rows", "Rows", [table["table1"], table["table2"], figure["fig4"]]),
            section(
                "method",
                "The method",
                "Method",
                [*(figure[f"fig{i}"] for i in (1, 3, 2)), *map(warning, [*ours, *others]), *map(text, calm)],
            ),
            section(
                "provenance",
                "What this page was built from",
                "Provenance",
                provenance_blocks(provenance, MADE_BY),
            ),
        ],
    )


_METHODS = (
    f"{METHODS['ae_flow_paper'].name} is trained with the loss as the paper prints it, {_STUDIED} with a changed one "
    "(docs/models.md). Voting is the mean of XGBoost's and LR's probabilities. XGBoost one-hot sees one-hot categories "
    f"instead of codes, and XGBoost with density {_STUDIED}'s density of normal traffic too (docs/protocol.md)."
)
_LEGEND = (
    "Each cell has our number, its difference from the paper's, and below them the paper's. Blue: ours is higher, "
    "orange: lower. The colour is stronger from 5 and from 15 points on (counts of rows: 5 and 15%), and below 1 there "
    "is none."
)


def printed_f1(table3: pd.DataFrame) -> dict[str, float]:
    """Return the weighted F1 that the paper prints, in percent, by its name of the method; {} if it has none."""
    if "paper" not in table3:
        return {}
    rows = table3[(table3["class"] == WEIGHTED) & (table3["score"] == "f1")].set_index("set")["paper"]
    return {METHODS["raw"].paper: float(rows["before"]), METHODS[STUDIED].paper: float(rows["after"])}


def result_sentence(f1: Mapping[str, float], printed: Mapping[str, float], test: str) -> str:
    """Return what balancing with the studied method does to weighted F1 on ``test``; f1: percent by method."""
    before, after = number(f1["raw"], 1), number(f1[STUDIED], 1)
    if before == after:
        change = f"leaves the weighted F1 of {CLASSIFIERS[PAPERS[0]]} on {test} at {after}%"
    else:
        verb = "raises" if f1[STUDIED] > f1["raw"] else "lowers"
        change = f"{verb} the weighted F1 of {CLASSIFIERS[PAPERS[0]]} on {test} from {before} to {after}%"
    paper = [number(printed[METHODS[method].paper], 1) for method in ("raw", STUDIED) if printed]
    in_the_paper = f"; in the paper it goes from {paper[0]} to {paper[1]}%" if paper else ""
    return f"Balancing with {_STUDIED} {change}{in_the_paper}."


def place_sentence(f1: Mapping[str, float]) -> str:
    """Return where the studied method stands among all in this run."""
    best = max(f1, key=lambda method: f1[method])
    if best == STUDIED:
        return f"{_STUDIED} has the highest weighted F1 of the {len(f1)} methods."
    place = sum(value > f1[STUDIED] for value in f1.values())
    return (
        f"{METHODS[best].name} has the highest weighted F1 of the {len(f1)} methods, and {_STUDIED} the "
        f"{_ORDINALS[place]} highest."
    )


def _what(dataset: Dataset) -> str:
    beside = ", beside the paper's numbers" if dataset.show.paper else ""
    return f"This page has Tables 1-6 and Figs. 1-6 of the paper, computed anew on {dataset.name}{beside}."


def _cards(f1: Mapping[str, float], printed: Mapping[str, float]) -> list[Block]:
    return [
        card(
            METHODS[method].name,
            number(value, 1),
            "%",
            f"paper {number(printed[METHODS[method].paper], 1)}" if METHODS[method].paper in printed else "",
            marked=method == STUDIED,
        )
        for method, value in f1.items()
    ]


def _runs(seeds: Sequence[int]) -> str:
    if len(seeds) == 1:
        return f"one run, seed {seeds[0]}"
    return f"mean of {len(seeds)} seeds ({listed([str(seed) for seed in seeds])})"


def _pointer(seeds: Sequence[int]) -> str:
    how_sure = "One run does not tell how sure a difference is. " if len(seeds) == 1 else ""
    return (
        f"{how_sure}`plots/evidence.html` tests the differences over more seeds and compares with simpler methods; "
        "`dvc repro -P` makes it."
    )
