"""The files of a set as one frame of checked flows."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
from pandas.api.types import union_categoricals

from aeflow.errors import InputError
from nids.base.quote import nearest, quoted
from nids.data.description import FILE, Missing, Source
from nids.data.labels import Classes, type_of
from nids.data.legal import ILLEGAL, Kind, allowed
from nids.data.tables import NUMBER, TEXT, Piece, pieces

# The category of a cell that has none.
NONE = "(none)"
# No class with fewer rows loses any to files.max_rows.
KEPT_WHOLE = 2000
_WHOLE = re.compile(r"(-?\d+)\.0+")


@dataclass(frozen=True)
class Records:
    """Flows: ``frame`` (n, n_columns) of features, float64 with NaN where there is no value, or pandas' category;
    ``types`` (n,), texts; ``groups`` (n,), the values by which they are split if there are any; ``files``: the rows of
    each file by type, ``sizes``: all that it has; ``left_out``: rows without what they need, or of types that are left
    out.
    """

    frame: pd.DataFrame
    types: np.ndarray
    groups: np.ndarray | None
    files: dict[str, dict[str, int]]
    sizes: dict[Path, int]
    left_out: int

    def at(self, rows: np.ndarray) -> "Records":
        """Return some rows, by their positions or as bool (n,)."""
        groups = None if self.groups is None else self.groups[rows]
        frame = self.frame.iloc[np.flatnonzero(rows) if rows.dtype == bool else rows].reset_index(drop=True)
        return replace(self, frame=frame, types=self.types[rows], groups=groups)

    def joined(self, other: "Records") -> "Records":
        """Return these rows and those of ``other``, which has the same columns."""
        columns = {
            name: union_categoricals([of, other.frame[name]])
            if isinstance(of.dtype, pd.CategoricalDtype)
            else np.append(of, other.frame[name])
            for name, of in self.frame.items()
        }
        return replace(self, frame=pd.DataFrame(columns), types=np.append(self.types, other.types), groups=None)


def read_records(sets: Mapping[str, Sequence[Path]], data: Source) -> dict[str, Records]:
    """Read the files of each set, all with the columns that any of them has.

    Raises InputError with file, and line or row, and column: for what ``pieces`` refuses; a file without rows; a cell
    without a value, or an infinite one, where ``clean`` does not say what becomes of it; a number that the kind of its
    column forbids; a type that is of no class; a text with characters that cannot be printed; a column that no file
    has, or some files only; and if no column, or no row of a set, is left.
    """
    names: dict[str, set[str]] = {}
    readers = {key: _Reader(data, names) for key in sets}
    for key, paths in sets.items():
        chosen = None if data.files.max_rows is None else _chosen(paths, data, data.files.max_rows)
        for path in paths:
            readers[key].read(path, chosen)
    _check_names(names, data)
    columns = list(dict.fromkeys(name for reader in readers.values() for name in reader.columns()))
    if not columns:
        raise InputError(f"{', '.join(names)}: no column is left as a feature; correct columns.drop or columns.id")
    return {key: reader.records(columns) for key, reader in readers.items()}


def kinds_of(data: Source) -> dict[str, Kind]:
    """Return the kind of each column that the description gives one."""
    columns = data.columns
    listed: dict[str, Kind] = dict.fromkeys(columns.categorical, "category")
    return listed | {name: kind for kind in ("count", "flag", "rate") for name in getattr(columns, kind)}


def missing_in(name: str, data: Source) -> Missing:
    """Return what becomes of a missing value in a column."""
    return data.clean.missing_in.get(name, data.clean.missing)


class _Reader:
    """Collects the checked pieces of the files of a set; ``names`` gets the columns of each file, of any set."""

    def __init__(self, data: Source, names: dict[str, set[str]]) -> None:
        self.data = data
        self.kinds = kinds_of(data)
        self.classes = Classes(data.label)
        self.parts: list[pd.DataFrame] = []
        self.files: dict[str, dict[str, int]] = {}
        self.sizes: dict[Path, int] = {}
        self.names = names
        self.left_out = self.row = 0

    def read(self, path: Path, chosen: np.ndarray | None) -> None:
        columns = self.data.columns
        for piece in pieces(path, self.data.read, columns.rename, self._wanted):
            rows = slice(self.row, self.row + len(piece.table))
            self.row = rows.stop
            self.sizes[path] = self.sizes.get(path, 0) + len(piece.table)
            part = self._checked(piece, None if chosen is None else chosen[rows])
            self.parts.append(part)
            of_file = self.files.setdefault(piece.source, {})
            for name, n in part[_TYPE].value_counts().items():
                if n:
                    of_file[str(name)] = of_file.get(str(name), 0) + int(n)
        if path not in self.sizes:
            raise InputError(f"{path}: no rows; fetch the file again")

    def columns(self) -> list[str]:
        """Return the features that any of the files has."""
        return list(dict.fromkeys(str(name) for part in self.parts for name in part if name not in (_TYPE, _GROUP)))

    def records(self, names: Sequence[str]) -> Records:
        """Return all rows, with these features."""
        if not any(len(part) for part in self.parts):
            raise InputError(f"{', '.join(self.files)}: no rows are left; correct label.leave_out or clean.missing")
        of_rows = [_TYPE] if self.data.split.column is None else [_TYPE, _GROUP]
        columns: dict[str, Any] = {}
        for name in (*names, *of_rows):
            of_parts = [part.pop(name) if name in part else self._absent(name, part) for part in self.parts]
            categorical = isinstance(of_parts[0].dtype, pd.CategoricalDtype)
            columns[name] = union_categoricals(of_parts) if categorical else np.concatenate(of_parts)
        types = np.asarray(columns.pop(_TYPE), dtype=object)
        groups = columns.pop(_GROUP, None)
        if self.data.split.column is not None:
            groups = pd.Series(groups, dtype=object).fillna(NONE).to_numpy()
        frame = pd.DataFrame(columns, copy=False)
        return Records(frame, types, groups, self.files, self.sizes, self.left_out)

    def _wanted(self, source: str, names: Sequence[str]) -> dict[str, pa.DataType]:
        data = self.data
        label, split = data.label.column, data.split.column
        for key, name in (("label.column", label), ("split.column", None if split == FILE else split)):
            if name is not None and name not in names:
                raise InputError(f"{source}: no column {quoted(name)} ({key}){_has(name, names)}")
        self.names[source] = set(names)
        no_features = {*data.columns.id, *data.columns.drop} - {split}
        texts = {label, split, *data.columns.categorical}
        return {name: TEXT if name in texts else NUMBER for name in names if name not in no_features}

    def _absent(self, name: str, part: pd.DataFrame) -> pd.Series:
        """Return the column of a file that lacks it and another has."""
        policy = missing_in(name, self.data)
        if policy in ("error", "drop"):
            lacking = next(source for source, names in self.names.items() if name not in names)
            raise InputError(
                f"{lacking}: no column {quoted(name)}, which other files have; list it in columns.drop, or let "
                "clean.missing_in say what its value is"
            )
        if self.kinds.get(name) == "category":
            return pd.Series(_of_codes(np.zeros(len(part), dtype=np.int64), [NONE]))
        return pd.Series(np.full(len(part), np.nan))

    def _checked(self, piece: Piece, chosen: np.ndarray | None) -> pd.DataFrame:
        """Return the rows of a piece that stay, and their types and groups."""
        label, split = self.data.label.column, self.data.split.column
        types, of_class = self._types(piece, label)
        stay = of_class if chosen is None else of_class & chosen
        columns: dict[str, Any] = {}
        drop = np.zeros(len(stay), dtype=bool)
        for name in piece.table.column_names:
            if name in (label, split):
                continue
            categorical = self.kinds.get(name) == "category"
            columns[name], absent = (self._texts if categorical else self._numbers)(piece, name, stay)
            if missing_in(name, self.data) == "drop":
                drop |= absent
        self.left_out += int((~of_class).sum() + (drop & stay).sum())
        stay &= ~drop
        columns[_TYPE] = types
        if split is not None:
            columns[_GROUP] = (
                pd.Categorical([piece.source]).take(np.zeros(len(stay), dtype=np.int64))
                if split == FILE
                else _categorical(piece, split)
            )
        return pd.DataFrame({name: values[stay] for name, values in columns.items()})

    def _types(self, piece: Piece, label: str) -> tuple[pd.Categorical, np.ndarray]:
        """Return the type of each row, and whether it is of a class."""
        found = _categorical(piece, label)
        codes = found.codes.copy()
        texts = [type_of(text) for text in found.categories]
        codes[np.isin(codes, [i for i, text in enumerate(texts) if not text])] = -1
        if (codes < 0).any():
            if self.data.label.empty is None:
                row = int((codes < 0).argmax())
                raise InputError(
                    f"{piece.place(row)}, column {label}: no type; label.empty can say which class that is"
                )
            texts.append(self.data.label.empty)
            codes[codes < 0] = len(texts) - 1
        of_class = np.zeros(len(texts), dtype=bool)
        for i, name in enumerate(texts):
            if (codes == i).any():
                try:
                    of_class[i] = self.classes.of(name) is not None
                    fault = "" if name.isprintable() else f"{quoted(name)} cannot be printed; correct it"
                except InputError as error:
                    fault = str(error)
                if fault:
                    raise InputError(f"{piece.place(int((codes == i).argmax()))}, column {label}: {fault}")
        merged = list(dict.fromkeys(texts))
        places = np.array([merged.index(text) for text in texts])
        return _of_codes(places[codes], merged), of_class[codes]

    def _texts(self, piece: Piece, name: str, stay: np.ndarray) -> tuple[pd.Categorical, np.ndarray]:
        """Return the categories of a column, and which rows have none."""
        found = _categorical(piece, name)
        texts = [_WHOLE.sub(r"\1", text) if _WHOLE.fullmatch(text := raw.strip()) else text for raw in found.categories]
        codes, absent = found.codes.astype(np.int64), found.codes < 0
        self._check_present(piece, name, absent & stay, "no value")
        for i, text in enumerate(texts):
            if not text.isprintable() and ((codes == i) & stay).any():
                row = int(((codes == i) & stay).argmax())
                raise InputError(f"{piece.place(row)}, column {name}: {quoted(text)} cannot be printed; correct it")
        merged = list(dict.fromkeys([*texts, NONE] if absent.any() else texts))
        places = np.array([*(merged.index(text) for text in texts), len(merged) - 1])
        return _of_codes(places[codes], merged), absent

    def _numbers(self, piece: Piece, name: str, stay: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return the numbers of a column, NaN where there is none, and where that is."""
        values = piece.table[name].to_numpy()
        absent = ~np.isfinite(values)
        if name in self.data.clean.sentinels:
            absent |= np.isin(values, self.data.clean.sentinels[name])
        if absent.any():
            wrong = absent & stay
            if wrong.any():
                found = values[int(wrong.argmax())]
                what = f"{found:g}, which means no value" if np.isfinite(found) else "an infinite value"
                self._check_present(piece, name, wrong, "no value" if np.isnan(found) else what)
            values = np.where(absent, np.nan, values)
        kind = self.kinds.get(name, "number")
        illegal = ~(allowed(values, kind) | absent) & stay
        if illegal.any():
            row = int(illegal.argmax())
            raise InputError(f"{piece.place(row)}, column {name}: {values[row]:g} {ILLEGAL[kind]}; correct the cell")
        return values, absent

    def _check_present(self, piece: Piece, name: str, wrong: np.ndarray, found: str) -> None:
        if missing_in(name, self.data) == "error" and wrong.any():
            raise InputError(
                f"{piece.place(int(wrong.argmax()))}, column {name}: {found}; correct the cell, or let clean.missing "
                "say what becomes of such cells (drop, median or a value)"
            )


# Columns beside the features, under names that no file has.
_TYPE, _GROUP = "\0type", "\0group"


def _check_names(names: Mapping[str, set[str]], data: Source) -> None:
    """Raise InputError for a column that the description names, and none of the files has."""
    known = {name for of_file in names.values() for name in of_file}
    kinds = ("id", "drop", "categorical", "count", "flag", "rate")
    listed = {f"columns.{kind}": {name: name for name in getattr(data.columns, kind)} for kind in kinds}
    cleaned = {f"clean.{key}": {name: name for name in getattr(data.clean, key)} for key in ("missing_in", "sentinels")}
    for key, of_key in {**listed, "columns.rename": data.columns.rename, **cleaned}.items():
        for name, there in of_key.items():
            if there not in known:
                raise InputError(f"{key}: no file has a column {quoted(name)}{_has(name, known)}; {', '.join(names)}")


def _categorical(piece: Piece, name: str) -> pd.Categorical:
    return piece.table[name].unify_dictionaries().combine_chunks().to_pandas().array


def _of_codes(codes: np.ndarray, texts: list[str]) -> pd.Categorical:
    return pd.Categorical.from_codes(codes, categories=pd.Index(texts, dtype=object))


def _has(name: str, names: Sequence[str] | set[str]) -> str:
    """Return a hint at the columns there are."""
    some = ", ".join(map(quoted, sorted(names)[:5]))
    return nearest(name, names) or f"; it has {some}{', ...' if len(names) > 5 else ''}"


def _chosen(paths: Sequence[Path], data: Source, most: int) -> np.ndarray:
    """Return which rows of the files stay, bool (n,), so that at most about ``most`` do: as large a share of each type,
    but all of a class below KEPT_WHOLE rows. Drawn with the seed of the split.
    """
    label, classes = data.label.column, Classes(data.label)

    def wanted(source: str, names: Sequence[str]) -> dict[str, pa.DataType]:
        if label not in names:
            raise InputError(f"{source}: no column {quoted(label)} (label.column){_has(label, names)}")
        return {label: TEXT}

    found = [
        _categorical(piece, label) for path in paths for piece in pieces(path, data.read, data.columns.rename, wanted)
    ]
    # What is wrong with a label is told when all of it is read.
    texts = union_categoricals(found)
    if len(texts) <= most:
        return np.ones(len(texts), dtype=bool)
    of_types = [type_of(text) for text in texts.categories] + [data.label.empty or ""]
    sizes: dict[str, int] = {}
    of_class = [_quiet(classes, name) for name in of_types]
    counts = np.bincount(texts.codes % len(of_types), minlength=len(of_types))
    for name, n in zip(of_class, counts, strict=True):
        sizes[name] = sizes.get(name, 0) + int(n)
    small = {name for name, n in sizes.items() if n <= KEPT_WHOLE}
    whole = sum(n for name, n in sizes.items() if name in small)
    share = max(most - whole, 0) / max(len(texts) - whole, 1)
    rng = np.random.default_rng(data.split.seed)
    stay = np.zeros(len(texts), dtype=bool)
    for code, (name, n) in enumerate(zip(of_class, counts, strict=True)):
        rows = np.flatnonzero(texts.codes % len(of_types) == code)
        least = min(n, KEPT_WHOLE * n / max(sizes[name], 1))
        keep = n if name in small else int(max(np.ceil(share * n), least))
        stay[rng.permutation(rows)[:keep]] = True
    return stay


def _quiet(classes: Classes, name: str) -> str:
    try:
        return classes.of(name) or ""
    except InputError:
        return name
