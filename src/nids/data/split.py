"""Which rows of data are for the test."""

import warnings
from fnmatch import fnmatchcase
from typing import Any

import numpy as np
import pandas as pd

from aeflow.errors import InputError
from nids.base.quote import quoted
from nids.data.description import Split

# Parts of equal size into which time is cut where groups are needed.
PERIODS = 10


def test_rows(
    split: Split, types: np.ndarray, classes: np.ndarray, groups: np.ndarray | None, normal: str
) -> np.ndarray:
    """Return which rows are for the test, bool (n,).

    types, classes (n,), texts; groups (n,): of each row, or its time. "stratified": a share of each type; "group":
    whole groups, about that share of each class; "time": the last rows; "types": all rows of the types, and a share of
    each other one. Raises InputError for a class that would have no training or no test row.
    """
    if split.by == "stratified":
        chosen = _share(types, split)
    elif split.by == "types":
        held_out = np.array([any(fnmatchcase(name, pattern) for pattern in split.types) for name in types])
        if not held_out.any():
            raise InputError(f"split.types: no type is {', '.join(map(quoted, split.types))}; correct it")
        if (classes[held_out] == normal).any():
            raise InputError("split.types: they match normal traffic too; only attack types can be held out")
        chosen = held_out.copy()
        chosen[~held_out] = _share(types[~held_out], split)
    elif split.by == "group":
        chosen = _of_groups(pd.factorize(np.asarray(groups))[0], classes, split)
    else:
        at = times(groups, split)
        chosen = np.zeros(len(types), dtype=bool)
        chosen[np.argsort(at, kind="stable")[len(at) - max(round(split.test * len(at)), 1) :]] = True
    for part, rows in (("training", ~chosen), ("test", chosen)):
        for name in np.unique(classes):
            if not (classes[rows] == name).any():
                raise InputError(
                    f"split: class {quoted(str(name))} has no {part} row, of {int((classes == name).sum())}; split "
                    "otherwise, or list its types in label.leave_out"
                )
    return chosen


def times(values: np.ndarray | None, split: Split) -> np.ndarray:
    """Return times as numbers (n,), float64, of texts (n,) that are numbers, or dates of one form.

    Raises InputError for what is neither, and for dates whose order depends on whether the day or the month is first.
    """
    texts = pd.Series(values, dtype=object)
    distinct = pd.Series(texts.unique(), dtype=object)
    numbers = pd.to_numeric(distinct, errors="coerce").replace([np.inf, -np.inf], np.nan)
    if numbers.notna().mean() > 0.5:
        forms = [numbers]
    elif (iso := _dates(distinct, format="ISO8601")).notna().mean() > 0.5:
        forms = [iso]
    else:
        forms = [_dates(distinct, dayfirst=first) for first in (False, True)]
    whole = [form.to_numpy(np.float64) for form in forms if form.notna().all()]
    column = f"split.column: {quoted(split.column)}"
    if not whole:
        wrong = distinct[min(forms, key=lambda form: form.isna().sum()).isna()].iloc[0]
        raise InputError(
            f"{column} has {quoted(wrong)}, which is no time as the others are; correct it, or split by group or "
            "stratified"
        )
    if len(whole) > 1 and (np.argsort(whole[0], kind="stable") != np.argsort(whole[1], kind="stable")).any():
        raise InputError(
            f"{column} has dates such as {quoted(distinct.iloc[0])}, of which the day or the month may be first; write "
            "them as 2020-12-31, or split by group or stratified"
        )
    return texts.map(dict(zip(distinct, whole[0], strict=True))).to_numpy(np.float64)


def _dates(texts: pd.Series, **form: Any) -> pd.Series:
    with warnings.catch_warnings():
        # That the first date shows another order.
        warnings.simplefilter("ignore", UserWarning)
        dates = pd.to_datetime(texts, errors="coerce", utc=True, **form)
    return dates.astype("int64").where(dates.notna())


def periods(at: np.ndarray) -> np.ndarray:
    """Return of each time (n,) the part of PERIODS in which it is, int64 (n,); equal times are in one."""
    return np.floor(PERIODS * (pd.Series(at).rank(method="min").to_numpy() - 1) / len(at)).astype(np.int64)


def _share(types: np.ndarray, split: Split) -> np.ndarray:
    rng = np.random.default_rng(split.seed)
    chosen = np.zeros(len(types), dtype=bool)
    for name in np.unique(types):
        rows = np.flatnonzero(types == name)
        n = round(split.test * len(rows))
        if len(rows) > 1:  # one for each
            n = min(max(n, 1), len(rows) - 1)
        chosen[rng.permutation(rows)[:n]] = True
    return chosen


def _of_groups(groups: np.ndarray, classes: np.ndarray, split: Split) -> np.ndarray:
    from sklearn.model_selection import StratifiedGroupKFold  # heavy: only this split needs it

    n = int(groups.max()) + 1
    folds = max(round(1 / split.test), 2)
    if n < folds:
        raise InputError(
            f"split.column: {n} groups cannot be cut into {folds} parts, of which one is for the test "
            f"(split.test {split.test:g}); give more groups, a larger split.test, or split otherwise"
        )
    cut = StratifiedGroupKFold(folds, shuffle=True, random_state=split.seed)
    chosen = np.zeros(len(groups), dtype=bool)
    _, test = next(cut.split(np.zeros(len(groups)), classes, groups))
    chosen[test] = True
    return chosen
