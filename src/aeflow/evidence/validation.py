"""A method's whole pipeline fitted to a part of the training set, and its predictions for the rest."""

import numpy as np
import pandas as pd

from aeflow.classifiers.fit import fit
from aeflow.classifiers.inputs import inputs
from aeflow.classifiers.voting import vote
from aeflow.evidence.methods import DECIDED, WITHOUT_NEW_ROWS
from aeflow.evidence.settings import Settings
from aeflow.nsl_kdd.encoder import Encoder
from aeflow.nsl_kdd.schema import CLASSES
from aeflow.over_sampling.synthesise import synthesise
from aeflow.under_sampling.selection import by_density, by_one_sided_selection


def held_out_probabilities(
    method: str,
    settings: Settings,
    records: pd.DataFrame,
    labels: np.ndarray,
    encoder: Encoder,
    known: np.ndarray,
    seed: int,
) -> dict[str, np.ndarray]:
    """Return ``{classifier: probabilities}`` of DECIDED for the rows that are not ``known``, (n, 5) float32.

    records (n, 41), labels (n,) and known (n,), bool, are of the whole training set; only known rows
    reach the sampler, the under-samplers and the classifiers. The encoder is the one fitted to the
    training set, which looks at no label.
    """
    train, of_train = _training_set(method, settings, records[known], labels[known], encoder, seed)
    held_out = encoder.transform(records[~known], "held out").to_numpy()
    found = {}
    for name in ("xgb", "lr", "xgb_onehot"):
        classifier = fit(
            name,
            inputs(name, settings.categorical, train, encoder),
            of_train,
            categorical=settings.categorical,
            lr_max_iter=settings.lr_max_iter,
            colsample_bytree=settings.colsample_bytree,
            weighted=method == "class_weight",
            seed=seed,
        )
        found[name] = classifier.predict_proba(inputs(name, settings.categorical, held_out, encoder))
    found["voting"] = vote([found["xgb"], found["lr"]], settings.voting)
    return {name: found[name].astype(np.float32) for name in DECIDED}


def _training_set(
    method: str, settings: Settings, records: pd.DataFrame, labels: np.ndarray, encoder: Encoder, seed: int
) -> tuple[np.ndarray, np.ndarray]:
    """Return the method's balanced set: encoded features (m, 41) and labels (m,)."""
    features = encoder.transform(records, "train").to_numpy()
    if method == "raw":
        return features, labels
    # Folds may lack the rows for the whole quota.
    kept_rows = {name: min(n, int((labels == CLASSES.index(name)).sum())) for name, n in settings.kept_rows.items()}
    kept = by_density(features, labels, kept_rows, settings.n_clusters, seed)
    features, of_rows = features[kept], labels[kept]
    if method not in WITHOUT_NEW_ROWS:
        new = synthesise(method, settings.sampler, records, labels, encoder, settings.new_rows, seed)
        features, of_rows = np.vstack([features, new.features]), np.concatenate([of_rows, new.labels])
    kept = by_one_sided_selection(features, of_rows, settings.oss_seeds, seed)
    return features[kept], of_rows[kept]
