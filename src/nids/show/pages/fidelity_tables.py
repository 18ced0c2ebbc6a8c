"""How close synthetic rows are to real ones."""

from collections.abc import Mapping
from typing import Any

from nids.judge.fidelity_summary import COMPARED, MEASURED, SHOWN, left_alone_sentences
from nids.methods import METHODS, STUDIED
from nids.show.pages.cells import MISSING, Cell, Table, cell, column, listed, number, table, words

_STUDIED = METHODS[STUDIED].name


def fidelity_tables(fidelity: Mapping[str, Any]) -> list[Table]:
    """Return for each class the table of all methods, and the studied one against real rows and the other methods."""
    return [made(name, of) for name, of in fidelity.items() for made in (_methods, _targets, _better)]


def _methods(name: str, of_class: Mapping[str, Any]) -> Table:
    rows = []
    for method, figures in of_class["methods"].items():
        cells = [words(MEASURED[method])]
        for figure, (_, digits) in SHOWN.items():
            found = figures.get(figure)
            cells.append(
                cell(MISSING)
                if found is None
                else cell(number(found["mean"], digits), found["mean"], small=f"±{number(found['std'], digits)}")
            )
        rows.append((method, cells))
    return table(
        f"fidelity-{name}",
        f"{name}: synthetic rows against real training rows that their generator has not seen",
        [column("Method", numeric=False), *(column(heading) for heading, _ in SHOWN.values())],
        rows,
        note=" ".join(
            [
                "Means over folds and seeds, standard deviation over seeds. docs/models.md says what the figures mean.",
                *left_alone_sentences(name, of_class),
            ]
        ),
    )


def _targets(name: str, of_class: Mapping[str, Any]) -> Table:
    rows = [
        (
            target,
            [
                words(target),
                cell(number(of["value"], 3), of["value"]),
                words(_range(of["at_least"], of["at_most"])),
                _yes(of["met"]),
            ],
        )
        for target, of in of_class["targets"].items()
    ]
    columns = [column(_STUDIED, numeric=False), column("Measured")]
    columns += [column(title, numeric=False) for title in ("Expected", "As expected")]
    return table(
        f"targets-{name}", f"{name}: {_STUDIED} against what rows like the real ones would have", columns, rows
    )


def _better(name: str, of_class: Mapping[str, Any]) -> Table:
    rows = [
        (method, [words(MEASURED[method]), *(_yes(of[figure]) for figure in COMPARED)])
        for method, of in of_class["ae_flow_better"].items()
    ]
    columns = [column(f"{_STUDIED} better than", numeric=False)]
    columns += [column(SHOWN[figure][0], numeric=False) for figure in COMPARED]
    return table(
        f"better-{name}",
        f"{name}: is {_STUDIED} closer by more than the seeds' spread?",
        columns,
        rows,
    )


def _yes(true: bool) -> Cell:
    return cell("✓ yes" if true else "✗ no", "yes" if true else "no", tone="yes" if true else "no")


def _range(low: float | None, high: float | None) -> str:
    if low is None or high is None:
        return f"at most {high}" if low is None else f"at least {low}"
    return f"{number(low, 1)} to {number(high, 1)}"


def targets_sentence(fidelity: Mapping[str, Any]) -> str:
    """Return how many figures of the studied method are as expected of rows like the real ones, and which are not."""
    targets = {(name, target): of["met"] for name, found in fidelity.items() for target, of in found["targets"].items()}
    missed = [f"{name}: {target}" for (name, target), met in targets.items() if not met]
    if not missed:
        return f"All {len(targets)} figures of {_STUDIED} are as expected of rows like the real ones."
    return (
        f"Of {len(targets)} figures of {_STUDIED} {len(missed)} {'is' if len(missed) == 1 else 'are'} not as expected "
        f"of rows like the real ones: {listed(missed)}."
    )
