"""New rows of the minority classes by one of the compared methods."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from aeflow.base.errors import InputError
from aeflow.nsl_kdd.encoder import Encoder
from aeflow.nsl_kdd.schema import CATEGORIES, CLASSES


@dataclass(frozen=True)
class Synthetic:
    """Encoded new rows (n, 41) and their labels (n,), and what a fitted sampler says of itself."""

    features: pd.DataFrame
    labels: np.ndarray
    sampler: Any


def synthesise(
    method: str,
    settings: Mapping[str, Any],
    records: pd.DataFrame,
    labels: np.ndarray,
    encoder: Encoder,
    new_rows: Mapping[str, int],
    seed: int,
) -> Synthetic:
    """Draw ``new_rows[name]`` rows of each class ``name`` by a sampler fitted to records and labels (n,).

    SMOTENC and the generators work on the records themselves, the others on encoded features, as
    they need numbers. ADASYN draws about as many rows, and Borderline-SMOTE none of a class without
    rows on a border. Raises InputError if a class has too few rows for the neighbours, or where ADASYN
    finds no border.
    """
    if method in ("random", "smote", "smotenc"):  # which look at no other class
        known = np.isin(labels, [CLASSES.index(name) for name in new_rows])
        records, labels = records[known], labels[known]
    names = np.array(CLASSES)[labels]
    counts = {name: int((names == name).sum()) for name in new_rows}
    totals = {name: counts[name] + n for name, n in new_rows.items()}
    sampler = _sampler(method, {"sampling_strategy": totals, "random_state": seed, **settings})
    for key in ("k_neighbors", "n_neighbors"):
        neighbours = settings.get(key, 0)
        for name, n in counts.items():
            if n <= neighbours:
                raise InputError(
                    f"{method}.{key}: {neighbours} neighbours need {neighbours + 1} rows, "
                    f"{name} has {n}; choose {n - 1} or less"
                )
    encoded = method in ("random", "smote", "adasyn", "borderline_smote")
    known_rows = encoder.transform(records, "train") if encoded else records
    try:
        rows, found = sampler.fit_resample(known_rows, names)
    except (RuntimeError, ValueError) as error:
        if method != "adasyn":
            raise
        # It cannot share out new rows where no class borders on another, or so few that each share rounds to 0.
        raise InputError(f"adasyn: {error} Choose more new rows, more n_neighbors or another method") from None
    # Every sampler returns the given rows first.
    rows, found = rows.iloc[len(names) :], found[len(names) :]
    features = rows if encoded else encoder.transform(rows, method)
    codes = pd.Index(CLASSES).get_indexer(pd.Index(found))
    return Synthetic(features.reset_index(drop=True), codes, sampler)


def _sampler(method: str, settings: dict[str, Any]) -> Any:
    # Imported here: torch and Lightning take seconds, and half of the methods need neither.
    if method in ("random", "smote", "smotenc", "adasyn", "borderline_smote"):
        from imblearn import over_sampling

        if method == "smotenc":
            return over_sampling.SMOTENC(categorical_features=list(CATEGORIES), **settings)
        classes = {
            "random": over_sampling.RandomOverSampler,
            "smote": over_sampling.SMOTE,
            "adasyn": over_sampling.ADASYN,
            "borderline_smote": over_sampling.BorderlineSMOTE,
        }
        return classes[method](**settings)
    if method == "vae":
        from aeflow.over_sampling.vae import VAESampler

        return VAESampler(**settings)
    if method == "cgan":
        from aeflow.over_sampling.cgan import CGANSampler

        return CGANSampler(**settings)
    from aeflow.over_sampling.ae_flow import AEFlowSampler

    return AEFlowSampler(**settings)
