"""From cells as they stand in a file to encoded features, and what is wrong with each row."""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from aeflow.errors import InputError
from nids.base.quote import nearest, quoted
from nids.data.encoder import Encoder
from nids.data.legal import ILLEGAL, allowed
from nids.data.records import NONE, kinds_of, missing_in
from nids.predict.manifest import Manifest

_WHOLE = re.compile(r"(-?\d+)\.0+")


@dataclass(frozen=True)
class Prepared:
    """Rows as classifiers see them: features (n, n_features), float64; whether each row can be scored, (n,), bool; what
    is wrong with it, (n,), texts, "" for nothing; and how many rows have an unknown category, or a number far outside
    of the training range.
    """

    features: np.ndarray
    scored: np.ndarray
    problems: np.ndarray
    unknown: int
    outside: int


def check_names(source: str, names: list[str], features: list[str]) -> None:
    """Raise InputError for features that a file does not have, with the lines that rename what it has."""
    missing = [name for name in features if name not in names]
    if not missing:
        return
    free = [name for name in names if name not in features]
    near = {name: hint for name in missing if (hint := _nearest(name, free))}
    ready = f"; perhaps --rename '{json.dumps({there: name for name, there in near.items()})}'" if near else ""
    raise InputError(
        f"{source}: no column {', '.join(map(quoted, missing[:5]))}"
        f"{f' and {len(missing) - 5} more' if len(missing) > 5 else ''}, which the model needs{ready}"
    )


def _nearest(name: str, others: list[str]) -> str:
    hint = re.search(r"nearest is (['\"])(.*)\1\)", nearest(name, others))
    return hint.group(2) if hint else ""


def prepare(frame: pd.DataFrame, broken: np.ndarray, manifest: Manifest, encoder: Encoder) -> Prepared:
    """Return rows (n, n_columns) of texts or numbers, with all features among the columns, as classifiers see them.

    broken (n,): why a row cannot be read at all, "" for a row that can. A cell without a value that can be used gets
    the one that the description gives, and where it gives none the row is not scored.
    """
    problems = _Problems(broken)
    listed = kinds_of(manifest.source)
    records: dict[str, np.ndarray | pd.Categorical] = {}
    outside = np.zeros(len(frame), dtype=bool)
    for name, kind in encoder.features.items():
        if kind == "category":
            records[name] = _texts(frame[name], name, manifest, problems)
            continue
        values, absent = _numbers(frame[name], name, manifest, problems, encoder)
        if name in listed:
            illegal = ~(allowed(values, listed[name]) | absent)
            problems.note(illegal, _told(name, values, ILLEGAL[listed[name]]))
        low, high = manifest.ranges[name]
        far = (values < low - (high - low)) | (values > high + (high - low))
        problems.note(far, _told(name, values, f"is far outside {low:g} to {high:g}"))
        outside |= far
        records[name] = values
    table = pd.DataFrame(records)
    unknown = np.zeros(len(frame), dtype=bool)
    for name, rows in encoder.unknown(table).items():
        column = table[name]
        new = rows & (column != NONE).to_numpy()
        problems.note(new, _told(name, column.to_numpy(), "never occurs in training"))
        unknown |= rows
    readable = broken == ""
    return Prepared(
        encoder.transform(table).to_numpy(),
        ~problems.fatal,
        problems.texts(),
        int((unknown & readable).sum()),
        int((outside & readable).sum()),
    )


def _told(name: str, values: np.ndarray, what: str) -> Callable[[int], str]:
    """Return what is said of row i."""

    def of(i: int) -> str:
        value = values[i]
        return f"column {name}: {quoted(value) if isinstance(value, str) else f'{value:g}'} {what}"

    return of


class _Problems:
    """What is wrong with each row; the first thing is told, and of others how many there are."""

    def __init__(self, broken: np.ndarray) -> None:
        self.first = broken.astype(object)
        self.fatal = broken != ""
        self._broken = self.fatal.copy()
        self.more = np.zeros(len(broken), dtype=np.int64)

    def note(self, rows: np.ndarray, told: Callable[[int], str], *, fatal: bool = False) -> None:
        for i in np.flatnonzero(rows & ~self._broken):
            if self.first[i]:
                self.more[i] += 1
            else:
                self.first[i] = told(int(i))
            self.fatal[i] |= fatal

    def texts(self) -> np.ndarray:
        several = np.flatnonzero(self.more)
        self.first[several] = [f"{self.first[i]}; and {self.more[i]} more" for i in several]
        return self.first


def _numbers(
    cells: pd.Series, name: str, manifest: Manifest, problems: _Problems, encoder: Encoder
) -> tuple[np.ndarray, np.ndarray]:
    """Return a column's numbers, float64, with a value for every cell, and which cells had none, bool (n,)."""
    policy = missing_in(name, manifest.source)
    numbers = pd.api.types.is_numeric_dtype(cells.dtype)
    values = pd.to_numeric(cells, errors="coerce").to_numpy(np.float64, na_value=np.nan)
    absent = ~np.isfinite(values)
    absent |= np.isin(values, manifest.source.clean.sentinels.get(name, ()))
    if absent.any():
        empty = cells.isna().to_numpy()
        fill = manifest.fills.get(name)

        def told(i: int) -> str:
            if numbers or empty[i] or not np.isnan(values[i]):
                what = "an infinite value" if np.isinf(values[i]) else "no value"
            else:
                what = f"{quoted(cells.iloc[i])} is not a number"
            return f"column {name}: {what}" + ("" if fill is None else f"; {fill:g} is taken")

        problems.note(absent, told, fatal=policy in ("error", "drop"))
        mean = float(encoder.mean[encoder.names.index(name)])
        values = np.where(absent, mean if fill is None else fill, values)
    return values, absent


def _texts(cells: pd.Series, name: str, manifest: Manifest, problems: _Problems) -> pd.Categorical:
    """Return a column's categories as training has them: without blanks around them, whole numbers without a point."""
    found = pd.Categorical(cells if pd.api.types.is_numeric_dtype(cells.dtype) else cells.astype("str"))
    raw = [str(text).strip() for text in found.categories]
    texts = [_WHOLE.sub(r"\1", text) if _WHOLE.fullmatch(text) else text for text in raw]
    absent = found.codes < 0
    problems.note(
        absent, lambda _: f"column {name}: no value", fatal=missing_in(name, manifest.source) in ("error", "drop")
    )
    merged = list(dict.fromkeys([*texts, NONE]))
    places = np.array([*(merged.index(text) for text in texts), merged.index(NONE)])
    return pd.Categorical.from_codes(places[found.codes], categories=pd.Index(merged, dtype=object))
