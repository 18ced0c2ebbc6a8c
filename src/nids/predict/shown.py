"""What `aeflow predict` prints for people."""

from collections import Counter
from collections.abc import Sequence

import numpy as np
import pandas as pd

from nids.detect.density import NAMES
from nids.predict.model import Model
from nids.predict.run import Found

# The features that say most of a flow, in an explanation.
REASONS = 3


def _table(frame: pd.DataFrame, left: Sequence[str]) -> str:
    align = ["left" if name in left else "right" for name in frame]
    return frame.to_markdown(index=False, tablefmt="simple", disable_numparse=True, colalign=align)


def classes_table(found: Found, classes: Sequence[str]) -> str:
    """Return how many flows are of each class."""
    scored = max(sum(found.classes.values()), 1)
    rows = [(name, f"{found.classes[name]:,}", f"{100 * found.classes[name] / scored:.1f}%") for name in classes]
    return _table(pd.DataFrame(rows, columns=["class", "flows", "share"]), ["class"])


def top_table(found: Found, classes: Sequence[str], n: int) -> str:
    """Return the n flows with the highest attack score, by their place in all files, from 1."""
    rows = []
    for score, row, frame, _ in sorted(found.top, key=lambda entry: (-entry[0], -entry[1]))[:n]:
        second = sorted(((frame[f"p {name}"], name) for name in classes if name != frame["class"]), reverse=True)[0]
        ids = " ".join(str(value) for name, value in frame.items() if name in ("file",))
        rows.append(
            (
                *([ids] if ids else []),
                f"{1 - row:,}",
                frame["class"],
                f"{score:.4f}",
                f"{second[1]} {second[0]:.4f}",
                frame["problem"][:60],
            )
        )
    heads = ["flow", "class", "attack score", "next class", "problem"]
    table = pd.DataFrame(rows, columns=["file", *heads] if rows and len(rows[0]) > len(heads) else heads)
    if not table["problem"].any():
        table = table.drop(columns="problem")
    return _table(table, ["file", "class", "next class", "problem"])


def reasons_table(found: Found, model: Model, n: int) -> str:
    """Return for the n flows with the highest attack score which features say most for their class."""
    top = sorted(found.top, key=lambda entry: (-entry[0], -entry[1]))[:n]
    seen = np.array([entry[3] for entry in top])
    contributions = model.contributions(seen)
    names, values = [*model.feature_names_in_, *NAMES], _values(seen, model)
    rows = []
    for i, (_, row, frame, _) in enumerate(top):
        of_class = contributions[i, list(model.classes_).index(frame["class"])]
        best = np.argsort(-of_class, kind="stable")[:REASONS]
        rows.append(
            (
                f"{1 - row:,}",
                frame["class"],
                *(f"{names[j]} = {values[i][j]} ({of_class[j]:+.2f})" for j in best),
            )
        )
    heads = ["flow", "class", *(f"reason {k + 1}" for k in range(len(rows[0]) - 2 if rows else REASONS))]
    return _table(pd.DataFrame(rows, columns=heads), heads[1:])


def _values(seen: np.ndarray, model: Model) -> list[list[str]]:
    """Return rows of ``Model.with_density`` as they were read, and the density."""
    encoder = model.encoder_
    n = len(encoder.names)
    plain = seen[:, :n] * encoder.scale + encoder.mean
    found = []
    for row, density in zip(plain, seen[:, n:], strict=True):
        texts = []
        for name, value in zip(encoder.names, row, strict=True):
            categories = encoder.categories.get(name)
            if categories is None:
                texts.append(f"{value:.6g}")
            else:
                code = round(float(value))
                texts.append(categories[code] if code < len(categories) else "another")
        found.append([*texts, *(f"{value:.1f}" for value in density)])
    return found


def score_tables(answers: Counter, classes: Sequence[str], normal: str) -> str:
    """Return the confusion matrix with the recall of each class, the recall of each type, and the false alarms."""
    table = pd.DataFrame(
        [(kind, of, taken, n) for (kind, of, taken), n in answers.items()], columns=["type", "class", "taken", "n"]
    )
    known = table[table["class"] != ""]
    there = [name for name in classes if (known["class"] == name).any()]
    counts = known.pivot_table(index="class", columns="taken", values="n", aggfunc="sum", fill_value=0)
    matrix = counts.reindex(index=there, columns=list(classes), fill_value=0).to_numpy(np.int64)
    right = {name: int(row[classes.index(name)]) for name, row in zip(there, matrix, strict=True)}
    rows = [
        (name, *(f"{n:,}" for n in row), f"{100 * right[name] / row.sum():.1f}%")
        for name, row in zip(there, matrix, strict=True)
    ]
    heads = ["class", *(f"as {name}" for name in classes), "recall"]
    of_types = []
    for (kind, of), rows_of in known.groupby(["type", "class"], sort=True):
        n, hits = rows_of["n"].sum(), rows_of.loc[rows_of["taken"] == of, "n"].sum()
        of_types.append((kind, of, f"{n:,}", f"{100 * hits / n:.1f}%"))
    types = _table(pd.DataFrame(of_types, columns=["type", "class", "flows", "recall"]), ["type", "class"])
    lines = [_table(pd.DataFrame(rows, columns=heads), ["class"]), types]
    if normal in there:
        n = int(matrix[there.index(normal)].sum())
        alarms = n - right[normal]
        lines.append(f"false alarms: {alarms:,} of {n:,} flows of {normal} ({100 * alarms / n:.2f}%)")
    if left := int(table.loc[table["class"] == "", "n"].sum()):
        lines.append(f"not compared: {left:,} flows of types that are of no class")
    return "\n\n".join(lines)


def _quantile(counts: Counter[int], share: float) -> int:
    """Return the least value that so large a share of all is at or below."""
    left = share * sum(counts.values())
    for value in sorted(counts):
        left -= counts[value]
        if left <= 0:
            return value
    raise ValueError("no values")


def last_lines(found: Found) -> list[str]:
    """Return how far the flows are from the training data, and the counts."""
    lines = []
    if found.ignored:
        lines.append(f"columns that the model does not use: {', '.join(found.ignored)}")
    lines.append(
        f"against the training data: {found.unknown:,} flows with a category that it lacks, {found.outside:,} with a "
        "number far outside its range"
    )
    if scored := sum(found.novelty.values()):
        lines.append(
            f"novelty: above 0 for {found.novel:,} flows ({100 * found.novel / scored:.1f}%); half of the flows have "
            f"{_quantile(found.novelty, 0.5)} or less, 95% have {_quantile(found.novelty, 0.95)} or less"
        )
    lines.append(
        f"{found.rows:,} flows: {found.alarms:,} alarms, {found.problems:,} with a problem, {found.not_scored:,} not "
        "scored"
    )
    return lines
