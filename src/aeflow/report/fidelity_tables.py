"""How close synthetic rows are to real ones, and which fits collapsed."""

from collections.abc import Mapping
from typing import Any

from aeflow.evidence.fidelity_summary import COMPARED, MEASURED, SHOWN
from aeflow.evidence.methods import METHODS
from aeflow.nsl_kdd.schema import MINORITY
from aeflow.report.cells import MISSING, Cell, Table, cell, column, counted, listed, number, table, words


def fidelity_tables(fidelity: Mapping[str, Any]) -> list[Table]:
    """Return for each class the table of all methods, and AE-Flow against its targets and the other methods."""
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
        note="Means over folds and seeds, standard deviation over seeds. docs/models.md says what the figures mean.",
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
    columns = [column("AE-Flow", numeric=False), column("Measured")]
    columns += [column(title, numeric=False) for title in ("Target", "Met")]
    return table(f"targets-{name}", f"{name}: AE-Flow against its targets", columns, rows)


def _better(name: str, of_class: Mapping[str, Any]) -> Table:
    rows = [
        (method, [words(MEASURED[method]), *(_yes(of[figure]) for figure in COMPARED)])
        for method, of in of_class["ae_flow_better"].items()
    ]
    columns = [column("AE-Flow better than", numeric=False)]
    columns += [column(SHOWN[figure][0], numeric=False) for figure in COMPARED]
    return table(
        f"better-{name}",
        f"{name}: is AE-Flow closer by more than the seeds' spread?",
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
    """Return how many targets AE-Flow meets, and which it misses."""
    targets = {(name, target): of["met"] for name, found in fidelity.items() for target, of in found["targets"].items()}
    missed = [f"{name}: {target}" for (name, target), met in targets.items() if not met]
    if not missed:
        return f"AE-Flow meets all {len(targets)} targets of fidelity."
    return f"AE-Flow misses {len(missed)} of {len(targets)} targets of fidelity: {listed(missed)}."


def collapses(fits: Mapping[str, Any]) -> dict[str, dict[str, tuple[int, int]]]:
    """Return ``{method: {class: (collapsed fits, fits)}}`` of the methods whose fits can collapse.

    fits: ``{method: {seed: {class: report}}}``, as in metrics/diagnostics.json; a report of a method
    that cannot collapse has no "collapsed".
    """
    found = {}
    for method, of_method in fits.items():
        of_class = {}
        for name in MINORITY:
            flags = [fit[name]["collapsed"] for fit in of_method.values() if "collapsed" in fit.get(name, {})]
            if flags:
                of_class[name] = (sum(flags), len(flags))
        if of_class:
            found[method] = of_class
    return found


def collapse_sentences(fits: Mapping[str, Any], fidelity: Mapping[str, Any]) -> tuple[list[str], list[str]]:
    """Return warnings of collapsed fits, and sentences about methods of which none collapsed."""
    warnings, calm = [], []
    for method, of_class in collapses(fits).items():
        bad, total = (sum(counts[i] for counts in of_class.values()) for i in (0, 1))
        shares = {
            name: of["methods"][method]["collapsed"]["mean"]
            for name, of in fidelity.items()
            if "collapsed" in of["methods"].get(method, {})
        }
        if not bad and not any(shares.values()):
            calm.append(f"No fit of {METHODS[method]} collapsed ({counted(total, 'fit')}, and those for fidelity).")
            continue
        parts = listed([f"{name} {n} of {count}" for name, (n, count) in of_class.items()])
        text = f"{METHODS[method]}: {bad} of {counted(total, 'fit')} collapsed ({parts})"
        if any(shares.values()):
            text += "; of the fits for fidelity, " + listed([f"{name} {100 * x:.0f}%" for name, x in shares.items()])
        warnings.append(f"{text}.")
    return warnings, calm
