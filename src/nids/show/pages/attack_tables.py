"""Recall of each attack type on the test set, types that occur in training and types that do not apart."""

import pandas as pd

from nids.methods import METHODS, STUDIED
from nids.show.pages.cells import Table, cell, column, counted, number, share, table, whole, words

_SEEN = {True: "seen", False: "unseen"}
# The studied method stands first: the tables are wider than a page.
_ACROSS = {STUDIED: METHODS[STUDIED].name, **{key: method.name for key, method in METHODS.items() if key != STUDIED}}


def attacks_of(attacks: pd.DataFrame, configuration: tuple[str, str], normal: str) -> pd.DataFrame:
    """Return the types' rows in one configuration, their mean over the seeds; class ``normal`` is no attack."""
    classifier, rule = configuration
    of_configuration = (attacks["classifier"] == classifier) & (attacks["rule"] == rule)
    keys = ["class", "attack", "seen", "method"]
    return (
        attacks[of_configuration & (attacks["class"] != normal)].groupby(keys, as_index=False)[["rows", "found"]].mean()
    )


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
        [*titles, *map(column, _ACROSS.values())],
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
            *map(column, _ACROSS.values()),
        ],
        rows,
        note="In percent, the mean over the seeds.",
        tall=True,
    )


def alone_table(found: pd.DataFrame, alone: str) -> Table:
    """The type ``alone`` by itself, and its class without it."""
    name, of_class = _with(found, alone)
    rows = []
    for method, of_method in METHODS.items():
        of = of_class[of_class["method"] == method].set_index("attack")
        hits = float(of["found"][alone])
        others = of.drop(alone)[["rows", "found"]].sum()
        cells = [
            words(of_method.name),
            cell(number(hits, 1), hits),
            share(hits / float(of["rows"][alone])),
            share(float(others["found"] / others["rows"]) if others["rows"] else None),
        ]
        rows.append((method, cells))
    return table(
        "attacks-alone",
        f"{alone} by itself",
        [
            column("Method", numeric=False),
            column("Rows found"),
            column(f"Recall, {alone}"),
            column(f"Recall, {name} without it"),
        ],
        rows,
        note="Rows: the mean over the seeds. Recall in percent.",
    )


def alone_sentence(found: pd.DataFrame, alone: str, test: str) -> str:
    """Return how much of its class on ``test`` the type ``alone`` is, and whether training has it."""
    name, of_class = _with(found, alone)
    types = of_class.drop_duplicates("attack").set_index("attack")
    rows, total = int(types["rows"][alone]), int(types["rows"].sum())
    known = "occurs in training" if types["seen"][alone] else "does not occur in training"
    return (
        f"{name} recall on {test} is mostly that of one attack: {alone} is {rows} of its {counted(total, 'row')}, "
        f"and {known}."
        if 2 * rows > total
        else f"{alone} is {rows} of {name}'s {counted(total, 'row')} on {test}, and {known}."
    )


def _with(found: pd.DataFrame, alone: str) -> tuple[str, pd.DataFrame]:
    """Return the class of a type, and the rows of all types of that class."""
    name = str(found.loc[found["attack"] == alone, "class"].iloc[0])
    return name, found[found["class"] == name]
