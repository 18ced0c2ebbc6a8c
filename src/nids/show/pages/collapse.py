"""Which fits of the generators collapsed."""

from collections.abc import Mapping
from typing import Any

from nids.methods import METHODS, STUDIED
from nids.show.pages.cells import counted, listed


def collapses(fits: Mapping[str, Any]) -> dict[str, dict[str, tuple[int, int]]]:
    """Return ``{method: {class: (collapsed fits, fits)}}`` of the methods whose fits can collapse.

    fits: ``{method: {seed: {class: report}}}``, as in metrics/diagnostics.json; a report of a method
    that cannot collapse has no "collapsed".
    """
    found = {}
    for method, of_method in fits.items():
        flags: dict[str, list[bool]] = {}
        for of_seed in of_method.values():
            for name, report in of_seed.items():
                if "collapsed" in report:
                    flags.setdefault(name, []).append(report["collapsed"])
        if flags:
            found[method] = {name: (sum(of), len(of)) for name, of in flags.items()}
    return found


def collapse_sentences(
    fits: Mapping[str, Any], fidelity: Mapping[str, Any] | None = None
) -> tuple[list[str], list[str], list[str]]:
    """Return warnings of the studied method's collapsed fits, of the others', and sentences where none collapsed.

    fidelity: as in metrics/evidence/fidelity.json, whose fits are other ones.
    """
    ours: list[str] = []
    others: list[str] = []
    calm: list[str] = []
    for method, of_class in collapses(fits).items():
        name = METHODS[method].name
        bad, total = (sum(counts[i] for counts in of_class.values()) for i in (0, 1))
        shares = {
            of: found["methods"][method]["collapsed"]["mean"]
            for of, found in (fidelity or {}).items()
            if "collapsed" in found["methods"].get(method, {})
        }
        if not bad and not any(shares.values()):
            more = ", and those for fidelity" if shares else ""
            calm.append(f"No fit of {name} collapsed ({counted(total, 'fit')}{more}).")
            continue
        parts = listed([f"{of} {n} of {count}" for of, (n, count) in of_class.items() if n])
        text = f"{name}: {bad} of {counted(total, 'fit')} collapsed{f' ({parts})' if parts else ''}"
        if any(shares.values()):
            text += "; of the fits for fidelity, " + listed([f"{of} {100 * x:.0f}%" for of, x in shares.items() if x])
        (ours if method == STUDIED else others).append(f"{text}.")
    return ours, others, calm
