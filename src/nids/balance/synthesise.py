"""New rows of the small classes by one of the compared methods."""

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import Any

import numpy as np
import pandas as pd

from aeflow.errors import InputError
from nids.balance.encoded import encoded
from nids.balance.report import report
from nids.balance.training_set import class_counts
from nids.base.quote import one_line
from nids.base.warnings import one_line_warnings
from nids.data.encoder import Encoder
from nids.data.sets import Training
from nids.methods import METHODS

NEIGHBOURS = ("k_neighbors", "n_neighbors")
# What every sampler needs of a class.
FEWEST = 2


@dataclass(frozen=True)
class Synthetic:
    """New rows as the sampler drew them, records or encoded features, frame (n, n_features); their labels
    (n,), int64; the fitted sampler, None where it could not be fitted; and why it left a class alone, by class.
    """

    rows: pd.DataFrame
    labels: np.ndarray
    sampler: Any
    left_alone: dict[str, str]

    def features(self, method: str, encoder: Encoder) -> pd.DataFrame:
        """Return the rows as encoded features, (n, n_features), float64."""
        return encoded(method, self.rows, encoder)


def cannot_grow(
    method: str, settings: Mapping[str, Any], train: Training, new_rows: Mapping[str, int]
) -> dict[str, str]:
    """Return of the classes of ``new_rows`` that the sampler cannot grow why that is so; it need not be tried."""
    if METHODS[method].categories and not train.encoder.categories:
        return dict.fromkeys(new_rows, "no column is categorical, and the method needs one")
    counts = class_counts(train.labels, train.classes)
    key = next((key for key in NEIGHBOURS if key in settings), None)
    least, why = (
        (FEWEST, "") if key is None else (settings[key] + 1, f" for {settings[key]} neighbours ({method}.{key})")
    )
    return {name: f"{counts[name]} rows, and {least} are needed{why}" for name in new_rows if counts[name] < least}


def synthesise(
    method: str, settings: Mapping[str, Any], train: Training, new_rows: Mapping[str, int], seed: int
) -> Synthetic:
    """Draw ``new_rows[name]`` rows of each class ``name`` by a sampler fitted to the training set.

    ADASYN draws about as many rows, and Borderline-SMOTE none of a class without rows on a border. A class that the
    sampler cannot grow is left alone.
    """
    row = METHODS[method]
    left_alone = cannot_grow(method, settings, train, new_rows)
    new_rows = {name: n for name, n in new_rows.items() if name not in left_alone}
    known = train.records if row.sees == "records" else pd.DataFrame(train.features, columns=train.encoder.names)
    nothing = known.iloc[:0].reset_index(drop=True)
    if not new_rows:
        return Synthetic(nothing, np.zeros(0, dtype=np.int64), None, left_alone)
    # imbalanced-learn takes no less than two classes.
    if not row.other_classes and len(new_rows) > 1:
        of_grown = np.isin(train.labels, [train.classes.index(name) for name in new_rows])
        train, known = train.known(of_grown), known[of_grown]
    names = np.array(train.classes)[train.labels]
    counts = {name: int((names == name).sum()) for name in new_rows}
    module, _, of_class = row.sampler.partition(":")
    sampler = getattr(import_module(module), of_class)(
        sampling_strategy={name: counts[name] + n for name, n in new_rows.items()},
        random_state=seed,
        **settings,
        **({"categorical_features": list(train.encoder.categories)} if row.categories else {}),
    )
    try:
        rows, found = sampler.fit_resample(known, names)
    except (RuntimeError, ValueError) as error:
        if method != "adasyn" and not isinstance(error, InputError):
            raise
        # It cannot share out new rows where no class borders on another, or so few that each share rounds to 0.
        left_alone |= dict.fromkeys(new_rows, one_line(str(error)))
        return Synthetic(nothing, np.zeros(0, dtype=np.int64), None, left_alone)
    # Every sampler returns the given rows first.
    rows, found = rows.iloc[len(names) :], found[len(names) :]
    labels = pd.Index(train.classes).get_indexer(pd.Index(found))
    return Synthetic(rows.reset_index(drop=True), labels, sampler, left_alone)


def draw(*arguments: Any) -> tuple[pd.DataFrame, dict[str, Any]]:
    """Return the rows of ``synthesise`` with their labels in the column ``label``, and the sampler's report."""
    with one_line_warnings():
        new = synthesise(*arguments)
    return new.rows.assign(label=new.labels), report(new.sampler) | {"left_alone": new.left_alone}
