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
from nids.base.warnings import one_line_warnings
from nids.data.encoder import Encoder
from nids.data.sets import Training
from nids.methods import METHODS

NEIGHBOURS = ("k_neighbors", "n_neighbors")


@dataclass(frozen=True)
class Synthetic:
    """New rows as the sampler drew them, records or encoded features, frame (n, n_features); their labels
    (n,), int64; and the fitted sampler.
    """

    rows: pd.DataFrame
    labels: np.ndarray
    sampler: Any

    def features(self, method: str, encoder: Encoder) -> pd.DataFrame:
        """Return the rows as encoded features, (n, n_features), float64."""
        return encoded(method, self.rows, encoder)


def check_neighbours(method: str, settings: Mapping[str, Any], train: Training, new_rows: Mapping[str, int]) -> None:
    """Raise InputError if a class of ``new_rows`` has too few rows for the neighbours that the sampler asks for."""
    counts = class_counts(train.labels, train.classes)
    for key in NEIGHBOURS:
        neighbours = settings.get(key, 0)
        for name in new_rows:
            if (n := counts[name]) <= neighbours:
                raise InputError(
                    f"{method}.{key}: {neighbours} neighbours need {neighbours + 1} rows, "
                    f"{name} has {n}; choose {n - 1} or less"
                )


def synthesise(
    method: str, settings: Mapping[str, Any], train: Training, new_rows: Mapping[str, int], seed: int
) -> Synthetic:
    """Draw ``new_rows[name]`` rows of each class ``name`` by a sampler fitted to the training set.

    ADASYN draws about as many rows, and Borderline-SMOTE none of a class without rows on a border.
    Raises InputError if a class has too few rows for the neighbours, or where ADASYN finds no border.
    """
    row = METHODS[method]
    if not row.other_classes:
        train = train.known(np.isin(train.labels, [train.classes.index(name) for name in new_rows]))
    check_neighbours(method, settings, train, new_rows)
    names = np.array(train.classes)[train.labels]
    counts = {name: int((names == name).sum()) for name in new_rows}
    module, _, of_class = row.sampler.partition(":")
    sampler = getattr(import_module(module), of_class)(
        sampling_strategy={name: counts[name] + n for name, n in new_rows.items()},
        random_state=seed,
        **settings,
        **({"categorical_features": list(train.encoder.categories)} if row.categories else {}),
    )
    known = train.records if row.sees == "records" else pd.DataFrame(train.features, columns=train.encoder.names)
    try:
        rows, found = sampler.fit_resample(known, names)
    except (RuntimeError, ValueError) as error:
        if method != "adasyn":
            raise
        # It cannot share out new rows where no class borders on another, or so few that each share rounds to 0.
        raise InputError(f"adasyn: {error} Choose more new rows, more n_neighbors or another method") from None
    # Every sampler returns the given rows first.
    rows, found = rows.iloc[len(names) :], found[len(names) :]
    labels = pd.Index(train.classes).get_indexer(pd.Index(found))
    return Synthetic(rows.reset_index(drop=True), labels, sampler)


def draw(*arguments: Any) -> tuple[pd.DataFrame, dict[str, Any]]:
    """Return the rows of ``synthesise`` with their labels in the column ``label``, and the sampler's report."""
    with one_line_warnings():
        new = synthesise(*arguments)
    return new.rows.assign(label=new.labels), report(new.sampler)
