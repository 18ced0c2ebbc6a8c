"""`make other`: what the paper's pipeline has found on another data set, kept in a small folder."""

import shutil
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from nids.base.files import read_json, write_text
from nids.base.stage import run_stage
from nids.data.account import account_lines
from nids.data.dataset import Dataset, read_dataset
from nids.detect import PAPERS
from nids.judge.tables import ROWS
from nids.methods import METHODS, STUDIED
from nids.show.pages.paper import place_sentence, result_sentence

KEPT = ("metrics/tables", "metrics/summary.json", "data/account.json", "plots/fig6.png", "plots/paper.html")


def main(folder: str) -> None:
    """Copy KEPT from the results in the current folder into another one, and write its README.md."""
    target = Path(folder)
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir(parents=True)
    for name in KEPT:
        (shutil.copytree if Path(name).is_dir() else shutil.copy)(name, target / Path(name).name)
    tables = [Path(f"metrics/tables/{name}.md").read_text(encoding="utf-8") for name in ("voting", *ROWS)]
    summary, account = read_json(Path("metrics/summary.json")), read_json(Path("data/account.json"))
    write_text(target / "README.md", readme(read_dataset(), summary, account_lines(account), tables, target.name))


def readme(dataset: Dataset, summary: Mapping[str, Any], account: list[str], tables: list[str], name: str) -> str:
    """Return the results to read: what balancing does in a paragraph, Voting's scores, the data, the other tables."""
    voting, *others = tables
    blocks = [
        f"# {dataset.name}: the paper's pipeline, one seed",
        paragraph(dataset, summary),
        voting.strip(),
        "![Weighted precision, recall and F1 of Voting on each training set](fig6.png)",
        f"`paper.html` has all tables and figures, and the hashes of data, parameters and code. `make other "
        f"DATASET={name}` makes this folder; no number of the paper is about these data.",
        "## The data",
        "\n".join(f"- {line}" for line in account),
        "## Tables",
        *(table.strip() for table in others),
    ]
    return "\n\n".join(blocks) + "\n"


def paragraph(dataset: Dataset, summary: Mapping[str, Any]) -> str:
    """Return what balancing with the studied method does to the scores and to the recall of the classes."""
    of_methods = {method: of[PAPERS[0]] for method, of in summary.items()}
    weighted, macro = (
        {method: 100 * of[score] for method, of in of_methods.items()} for score in ("weighted_f1", "macro_f1")
    )
    before, after = (of_methods[method]["recall"] for method in ("raw", STUDIED))
    best = max(macro, key=lambda method: macro[method])
    most, least = (pick(before, key=lambda name: after[name] - before[name]) for pick in (max, min))
    recalls = [f"{name} ({100 * before[name]:.1f} to {100 * after[name]:.1f}%)" for name in (most, least)]
    return " ".join(
        [
            result_sentence(weighted, {}, dataset.test),
            place_sentence(weighted),
            f"Macro F1 goes from {macro['raw']:.1f} to {macro[STUDIED]:.1f}%, and is highest with "
            f"{METHODS[best].in_text or METHODS[best].name} ({macro[best]:.1f}%).",
            f"Recall changes most for {recalls[0]} on one side, and for {recalls[1]} on the other.",
        ]
    )


if __name__ == "__main__":
    run_stage(main, *sys.argv[1:])
