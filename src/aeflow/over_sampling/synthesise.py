"""New rows of the minority classes by one of the compared methods."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from aeflow.base.errors import InputError
from aeflow.nsl_kdd.encoder import Encoder
from aeflow.nsl_kdd.schema import CLASSES


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

    SMOTE works on encoded features, as it needs numbers; the others on the records themselves.
    Raises InputError if a class has too few rows for SMOTE's neighbours.
    """
    names = np.array(CLASSES)[labels]
    counts = {name: int((names == name).sum()) for name in new_rows}
    totals = {name: counts[name] + n for name, n in new_rows.items()}
    sampler = _sampler(method)(sampling_strategy=totals, random_state=seed, **settings)
    if method == "smote":
        for name, n in counts.items():
            if n <= sampler.k_neighbors:
                raise InputError(
                    f"smote.k_neighbors: {sampler.k_neighbors} neighbours need {sampler.k_neighbors + 1} rows, "
                    f"{name} has {n}; choose {n - 1} or less"
                )
        features, found = sampler.fit_resample(encoder.transform(records, "train"), names)
        features, found = features.iloc[len(names) :], found[len(names) :]
    else:
        rows, found = sampler.fit_resample(records, names)
        features, found = encoder.transform(rows[sampler.synthetic_], method), found[sampler.synthetic_]
    codes = pd.Index(CLASSES).get_indexer(pd.Index(found))
    return Synthetic(features.reset_index(drop=True), codes, sampler)


def _sampler(method: str) -> Any:
    # Imported here: torch and Lightning take seconds, and SMOTE needs neither.
    if method == "smote":
        from imblearn.over_sampling import SMOTE

        return SMOTE
    if method == "vae":
        from aeflow.over_sampling.vae import VAESampler

        return VAESampler
    if method == "cgan":
        from aeflow.over_sampling.cgan import CGANSampler

        return CGANSampler
    from aeflow.over_sampling.ae_flow import AEFlowSampler

    return AEFlowSampler
