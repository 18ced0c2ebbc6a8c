"""The decision rules that the stage validate has chosen, from its files."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from nids.base.files import intact, read_json
from nids.detect import DECIDED


def read_rules(path: Path, methods: Sequence[str], classes: Sequence[str]) -> dict[str, dict[str, dict[str, Any]]]:
    """Return ``{method: {classifier: rule}}`` of an arm's methods, each rule as ``nids.judge.rule.rule`` returned it.

    Raises InputError for a file that is missing, damaged or holds something else.
    """
    content = read_json(path)
    with intact(path):
        rules = {method: {name: dict(content[method][name]) for name in DECIDED} for method in methods}
        for found in (found for of_method in rules.values() for found in of_method.values()):
            if set(found) != {"multipliers", "macro_recall", "false_alarm_rate", "classes"}:
                raise KeyError
            if set(found["multipliers"]) != set(classes) or set(found["classes"]) != set(classes):
                raise KeyError
            if not all(isinstance(number, float) and number > 0 for number in found["multipliers"].values()):
                raise ValueError
        return rules
