"""What each column of unknown files is: an identifier, an answer, a category or a number; and why."""

import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from aeflow.errors import InputError
from nids.data.account import telling
from nids.draft.commented import some
from nids.draft.sample import Column, Sample
from nids.draft.truth import CATEGORIES, LABEL, Truth, codes_of, decides, plain

# What columns are called, in the form of ``plain``.
TIME = re.compile(r"(.*_)?(timestamp|ts|date|datetime|[sl]time|(start|end)_?time|(start|end)_(milli)?seconds)|time")
ID = re.compile(
    r"(.*_)?(id|uid|(s|d|src|dst|source|dest|destination|orig|resp)?_?(ip|addr|address|mac)|"
    r"(s|src|source|orig)_?port|orig_[hp]|resp_h)"
)
DESTINATION_PORT = re.compile(r"(.*_)?((d|ds|dst|dest|destination|resp)_?port|resp_p)")
CODE = re.compile(r"(.*_)?(prot(o|ocol)|state|flags|type|code|class|qtype|qclass|rcode)")
# A column of texts nearly all of which differ names the row; few rows show nothing.
DISTINCT, ENOUGH = 0.9, 20


@dataclass(frozen=True)
class Columns:
    """The columns that are no numbers, with the reason; ``telling``: what tells attacks by itself, with the area under
    the ROC curve; ``features``: all that are left; ``missing``: texts that mean that there is no value.
    """

    id: dict[str, str]
    drop: dict[str, str]
    categorical: dict[str, str]
    telling: dict[str, float]
    features: dict[str, Column]
    missing: list[str]


def find_columns(sample: Sample, truth: Truth, missing: list[str]) -> Columns:
    """Return what each column is; ``missing``: texts that mean that there is no value. Raises InputError if there is no
    feature.
    """
    found = Columns({}, {}, {}, {}, {}, missing)
    answer = truth.label.column
    label, normal = codes_of(sample.columns[answer]), truth.normal.astype(np.int64)
    both = 0 < normal.sum() < len(normal)
    for name, column in sample.columns.items():
        if name == answer:
            continue
        if reason := both and _answers(name, column, label, normal):
            found.drop[name] = reason
        elif reason := _identifies(name, column, sample):
            found.id[name] = reason
        elif reason := _is_no_feature(name, column, sample):
            found.drop[name] = reason
        else:
            found.features[name] = column
            if reason := _is_category(name, column):
                found.categorical[name] = reason
    numbers = pd.DataFrame({name: _ranked(column) for name, column in found.features.items()})
    found.telling.update(telling(numbers, truth.normal))
    for name in [name for name in found.telling if DESTINATION_PORT.fullmatch(plain(name))]:
        found.features.pop(name)
        area = found.telling.pop(name)
        found.drop[name] = f"the attacked port alone tells attacks from normal traffic (AUC {area:.2f})"
    if not found.features:
        raise InputError(f"{next(iter(sample.names))}: no column is left as a feature; are these flows?")
    return found


def _answers(name: str, column: Column, label: np.ndarray, normal: np.ndarray) -> str:
    """Return why a column is another label, "" if it is none."""
    named = LABEL.fullmatch(plain(name)) is not None
    if column.values.nunique(dropna=False) > CATEGORIES or (len(label) < ENOUGH and not named):
        return ""
    codes = codes_of(column)
    if decides(codes, label) and decides(label, codes):
        return "the same as the label, by other names"
    if decides(codes, normal) and (named or decides(normal, codes)):
        return "tells attacks from normal traffic in every row: an answer, no feature"
    return "another label, which does not agree with the first" if plain(name) == "label" else ""


def _identifies(name: str, column: Column, sample: Sample) -> str:
    """Return why a column tells rows, hosts or times apart, "" if it does not."""
    values = column.values
    if column.numeric and len(values) >= ENOUGH and np.isfinite(values).all() and (values == np.rint(values)).all():
        of_files = [values[sample.file == source] for source in sample.names]
        if all((np.diff(of_file) > 0).all() for of_file in of_files):
            return "whole numbers that rise from row to row: they count the rows"
    if TIME.fullmatch(plain(name)) or ID.fullmatch(plain(name)):
        return "hosts, ports and times by their names: they are of this network, and not of attacks"
    if not column.numeric and len(values) >= ENOUGH and values.nunique() > DISTINCT * len(values):
        return "texts nearly all of which differ"
    return ""


def _is_no_feature(name: str, column: Column, sample: Sample) -> str:
    """Return why a column can be no feature, "" if it can."""
    lacking = [Path(source).name for source, names in sample.names.items() if name not in names]
    if lacking:
        return f"not in {some(lacking, 4)}"
    if column.numeric:
        return "" if np.isfinite(column.values).any() else "no value in any row"
    if not any(text.strip() for text in column.values.dropna().unique()):
        return "no value in any row"
    if DESTINATION_PORT.fullmatch(plain(name)):
        return "a port, with texts that are no numbers"
    n = column.values.nunique()
    return f"{n:,} texts, too many for categories" if n > CATEGORIES else ""


def _is_category(name: str, column: Column) -> str:
    if not column.numeric:
        return "texts of few values"
    n = column.values.nunique()
    return "numbers that are names of something" if CODE.fullmatch(plain(name)) and 2 < n <= CATEGORIES else ""


def _ranked(column: Column) -> np.ndarray:
    """Return numbers (n,) in the order in which the encoder has the values; the median where there is none."""
    if column.numeric:
        values = column.values.replace([np.inf, -np.inf], np.nan)
        return values.fillna(values.median()).to_numpy()
    places = np.argsort(np.argsort(column.values.cat.categories.to_numpy(object)))
    return np.append(places, -1.0)[column.values.cat.codes.to_numpy()]
