"""How many rows each class gets and keeps."""

from collections.abc import Callable, Mapping
from statistics import median

from aeflow.errors import InputError
from nids.base.quote import quoted
from nids.data.description import Amount, Amounts

# The rule behind "auto", with p the median class size in training: a class below p / 2 grows to p, but to no more than
# MOST_TIMES its rows, and not from less than FEWEST; of a class above 2 p KEPT p rows stay. On the training set of the
# paper it gives nearly the paper's numbers (its Table 2).
MOST_TIMES = 250
FEWEST = 20
KEPT = 1.44


def new_rows(amounts: Amounts, rows: Mapping[str, int]) -> dict[str, int]:
    """Return the rows to add to each small class; ``rows`` are those of all classes in training.

    Raises InputError for a class that there is not, one that the rule does not let grow, and if no class grows.
    """
    p = median(rows.values())

    def auto(name: str) -> int:
        if rows[name] < FEWEST:
            return 0
        return min(round(p) - rows[name], MOST_TIMES * rows[name])

    if amounts == "auto":
        found = {name: auto(name) for name, n in rows.items() if n < p / 2}
        found = {name: n for name, n in found.items() if n > 0}
        if not found:
            raise InputError(
                f"balance.new_rows: auto lets no class grow, as none has from {FEWEST} to {int(p / 2)} training rows, "
                "less than half the median; say which class gets how many"
            )
        return found
    return _amounts("balance.new_rows", amounts, rows, auto)


def kept_rows(amounts: Amounts, rows: Mapping[str, int]) -> dict[str, int]:
    """Return the rows to keep of each large class, which may be none; ``rows`` are those of all classes in training.

    Raises InputError for a class that there is not, and for one that has less.
    """
    p = median(rows.values())

    def auto(name: str) -> int:
        return min(round(KEPT * p), rows[name])

    if amounts == "auto":
        return {name: auto(name) for name, n in rows.items() if n > 2 * p}
    found = _amounts("balance.kept_rows", amounts, rows, auto)
    for name, n in found.items():
        if n > rows[name]:
            raise InputError(
                f"balance.kept_rows.{name}: {n} rows are to be kept of {rows[name]}; choose {rows[name]} or less"
            )
    return found


def _amounts(
    key: str, amounts: Mapping[str, Amount], rows: Mapping[str, int], auto: Callable[[str], int]
) -> dict[str, int]:
    found = {}
    for name, amount in amounts.items():
        if name not in rows:
            raise InputError(f"{key}: {quoted(name)} is no class; the classes are {', '.join(map(quoted, rows))}")
        if amount == "auto":
            found[name] = auto(name)
        else:
            found[name] = amount if isinstance(amount, int) else max(round(amount * rows[name]), 1)
        if found[name] < 1:
            raise InputError(f"{key}.{name}: auto gives no row to a class of {rows[name]}; say how many")
    return found
