"""What has to be said of a data set before anything is fitted to it."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from nids.data.clean import row_hashes

# From here on a column alone tells attacks from normal traffic well enough to be looked at.
TELLING = 0.9
# Of so many rows, drawn at random, where there are more: ranks take time.
RANKED = 200_000
# A column of whole numbers nearly all of which differ may count rows or name hosts.
DISTINCT = 0.9


def account(
    files: Mapping[str, Mapping[str, int]],
    train: pd.DataFrame,
    labels: np.ndarray,
    test: pd.DataFrame,
    twins: np.ndarray,
    classes: Sequence[str],
    normal: str,
    left_out: int,
    unknown: Mapping[str, int],
    dropped_rows: int,
    dropped_columns: Sequence[str],
    whole: Sequence[str],
    scored_without: bool,
) -> dict[str, Any]:
    """Return the account as JSON types.

    files: rows of each file by class. train, test: features as encoded, (n, n_features); labels (n,), int64, of the
    training rows as positions in ``classes``; twins (n,), bool: the test rows that equal a training row; left_out: rows
    that were not read; unknown: test rows whose category training lacks, by column; dropped: the duplicates and the
    constant columns that ``train`` is without; whole: the columns of whole numbers; scored_without: whether there are
    scores of the test rows that have no twin.

    - duplicates: training rows that equal an earlier one in all features.
    - conflicts: training rows whose features occur with more than one class, and the most of all training rows that
      any classifier can get right.
    - constant: columns with one value; telling: columns that alone tell attacks from normal traffic, by the area under
      the ROC curve, from TELLING on; identifiers: columns of whole numbers nearly all of which differ.
    """
    hashes = row_hashes(train)
    rows = pd.DataFrame({"row": hashes, "label": labels})
    of_pairs = rows.groupby(["row", "label"], sort=False).size()
    of_rows = of_pairs.groupby(level="row", sort=False)
    several = of_rows.size() > 1
    sizes = of_rows.sum()
    return {
        "files": {name: dict(of) for name, of in files.items()},
        "left_out": left_out,
        "features": train.shape[1],
        "training_rows": len(train),
        "test_rows": len(test),
        "dropped": {"rows": dropped_rows, "columns": list(dropped_columns)},
        "duplicates": len(train) - len(sizes),
        "conflicts": {
            "vectors": int(several.sum()),
            "rows": int(sizes[several].sum()),
            "ceiling": round(float(of_rows.max().sum() / len(train)), 4),
        },
        "twins": int(twins.sum()),
        "scored_without_twins": scored_without,
        "unknown": dict(unknown),
        "constant": [name for name in train if train[name].iloc[0] == train[name].min() == train[name].max()],
        "telling": telling(train, labels == classes.index(normal)),
        "identifiers": [name for name in whole if train[name].nunique() > max(DISTINCT * len(train), 10)],
    }


def telling(train: pd.DataFrame, normal: np.ndarray) -> dict[str, float]:
    """Return the columns (n, n_features), all numbers, that alone tell normal rows, bool (n,), from others: the area
    under the ROC curve of each above TELLING.
    """
    if len(train) > RANKED:
        rows = np.sort(np.random.default_rng(0).permutation(len(train))[:RANKED])
        train, normal = train.iloc[rows], normal[rows]
    n = int(normal.sum())
    if not 0 < n < len(normal):
        return {}
    found = {}
    for name in train:
        # The rank-sum form of the area; a column that falls with attacks tells as well.
        ranks = train[name].rank().to_numpy()
        area = (ranks[~normal].sum() - (len(normal) - n) * (len(normal) - n + 1) / 2) / (n * (len(normal) - n))
        found[str(name)] = round(float(max(area, 1 - area)), 3)
    return dict(sorted(((name, area) for name, area in found.items() if area > TELLING), key=lambda of: -of[1]))


def account_lines(found: Mapping[str, Any]) -> list[str]:
    """Return the account to read, a line for each thing that there is to say."""
    lines = []
    for name, of in found["files"].items():
        counts = ", ".join(f"{of_class} {n:,}" for of_class, n in of.items())
        lines.append(f"{name}: {sum(of.values()):,} rows: {counts}")
    if found["left_out"]:
        lines.append(f"left out: {found['left_out']:,} rows")
    n, conflicts = found["training_rows"], found["conflicts"]
    lines.append(f"{n:,} training rows, {found['test_rows']:,} test rows, {found['features']} features")
    dropped = found["dropped"]
    if dropped["rows"]:
        lines.append(f"duplicates: {dropped['rows']:,} training rows equalled others and were dropped")
    if dropped["columns"]:
        lines.append(f"constant: {', '.join(dropped['columns'])}; dropped")
    if found["duplicates"]:
        lines.append(
            f"duplicates: {found['duplicates']:,} training rows ({_percent(found['duplicates'], n)}) equal others"
        )
    if conflicts["vectors"]:
        lines.append(
            f"conflicts: {conflicts['rows']:,} training rows ({_percent(conflicts['rows'], n)}) equal rows of another "
            f"class; no classifier gets more than {100 * conflicts['ceiling']:.2f}% of the training rows right"
        )
    if found["twins"]:
        share = _percent(found["twins"], found["test_rows"])
        scores = "scores without them too" if found["scored_without_twins"] else "without them a class has no test row"
        lines.append(f"twins: {found['twins']:,} test rows ({share}) equal a training row; {scores}")
    for name, rows in found["unknown"].items():
        lines.append(
            f"column {name}: {rows:,} test rows have a category that training lacks; it gets a code of its own"
        )
    if found["constant"]:
        lines.append(f"constant: {', '.join(found['constant'])}")
    for name, area in found["telling"].items():
        lines.append(f"column {name} alone tells attacks from normal traffic (area under the ROC curve {area:.3f})")
    for name in found["identifiers"]:
        lines.append(f"column {name} has another whole number in nearly every row; is it an identifier?")
    return lines


def _percent(n: int, of: int) -> str:
    return f"{100 * n / max(of, 1):.1f}%"
