"""Recall of each attack type on KDDTest+, types that occur in training and types that do not apart."""

import pandas as pd

from aeflow.evidence.methods import METHODS
from aeflow.report.cells import Table, cell, column, counted, number, share, table, whole, words

HTTPTUNNEL = "httptunnel"
_SEEN = {True: "seen", False: "unseen"}
# AE-Flow stands first: the tables are wider than a page.
_ACROSS = ("ae_flow", *(method for method in METHODS if method != "ae_flow"))


def attacks_of(attacks: pd.DataFrame, configuration: tuple[str, str]) -> pd.DataFrame:
    """Return the attack types' rows in one configuration, their mean over the seeds: Normal is no attack."""
    classifier, rule = configuration
    chosen = attacks[(attacks["classifier"] == classifier) & (attacks["rule"] == rule) & (attacks["class"] != "Normal")]
    keys = ["class", "attack", "seen", "method"]
    return chosen.groupby(keys, as_index=False)[["rows", "found"]].mean()


def classes_table(found: pd.DataFrame) -> Table:
    """Recall of each class's seen and unseen types together."""
    rows = []
    for (name, seen), group in found.groupby(["class", "seen"], sort=False):
        types = group.drop_duplicates("attack")
        sums = group.groupby("method")[["rows", "found"]].sum()
        cells = [words(str(name)), words(_SEEN[bool(seen)]), whole(len(types)), whole(int(types["rows"].sum()))]
        rows.append((str(name), cells + [share(sums["found"][m] / sums["rows"][m]) for m in _ACROSS]))
    titles = [column("Class", numeric=False), column("Types", numeric=False), column("Number"), column("Rows")]
    return table(
        "attacks-classes",
        "Recall on attack types seen in training and unseen, by class",
        [*titles, *(column(METHODS[m]) for m in _ACROSS)],
        rows,
        note="In percent, the mean over the seeds.",
    )


def types_table(found: pd.DataFrame, seen: bool) -> Table:
    """Recall of each attack type, the most frequent first."""
    rows = []
    chosen = found[found["seen"] == seen]
    order = chosen.drop_duplicates("attack").sort_values(["rows", "attack"], ascending=[False, True])["attack"]
    for attack in order:
        group = chosen[chosen["attack"] == attack].set_index("method")
        count = int(group["rows"].iloc[0])
        cells = [words(str(attack)), words(str(group["class"].iloc[0])), whole(count)]
        rows.append((str(attack), cells + [share(group["found"][m] / count) for m in _ACROSS]))
    return table(
        f"attacks-{'seen' if seen else 'unseen'}",
        f"Recall of each attack type {'that occurs in training' if seen else 'that training lacks'}",
        [
            *(column(title, numeric=False) for title in ("Attack", "Class")),
            column("Rows"),
            *(column(METHODS[m]) for m in _ACROSS),
        ],
        rows,
        note="In percent, the mean over the seeds.",
        tall=True,
    )


def httptunnel_table(found: pd.DataFrame) -> Table:
    """httptunnel by itself, and U2R without it."""
    u2r = found[found["class"] == "U2R"]
    rows = []
    for method, name in METHODS.items():
        of = u2r[u2r["method"] == method].set_index("attack")
        alone = float(of["found"][HTTPTUNNEL])
        others = of.drop(HTTPTUNNEL)[["rows", "found"]].sum()
        cells = [
            words(name),
            cell(number(alone, 1), alone),
            share(alone / float(of["rows"][HTTPTUNNEL])),
            share(float(others["found"] / others["rows"]) if others["rows"] else None),
        ]
        rows.append((method, cells))
    return table(
        "attacks-httptunnel",
        "httptunnel by itself",
        [
            column("Method", numeric=False),
            column("Rows found"),
            column("Recall, httptunnel"),
            column("Recall, U2R without it"),
        ],
        rows,
        note="Rows: the mean over the seeds. Recall in percent.",
    )


def httptunnel_sentence(found: pd.DataFrame) -> str:
    """Return how much of U2R httptunnel is, and whether training has it."""
    types = found[found["class"] == "U2R"].drop_duplicates("attack").set_index("attack")
    rows, total = int(types["rows"][HTTPTUNNEL]), int(types["rows"].sum())
    known = "occurs in training" if types["seen"][HTTPTUNNEL] else "does not occur in training"
    return (
        f"U2R recall on KDDTest+ is mostly that of one attack: {HTTPTUNNEL} is {rows} of its {counted(total, 'row')}, "
        f"and {known}."
        if 2 * rows > total
        else f"{HTTPTUNNEL} is {rows} of U2R's {counted(total, 'row')} on KDDTest+, and {known}."
    )
