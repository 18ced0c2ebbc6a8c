"""Generators fitted without some minority rows, and how close their rows come to those."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from sklearn.model_selection import KFold

from aeflow.evidence.fidelity import fidelity
from aeflow.nsl_kdd.encoder import Encoder
from aeflow.nsl_kdd.legal import illegal_cells
from aeflow.nsl_kdd.schema import CLASSES, FEATURES, MINORITY
from aeflow.over_sampling.synthesise import synthesise

# The two ends of every scale, in the place of a method: rows of the training folds themselves,
# and these with Gaussian noise of the given standard deviation on each encoded feature.
REAL, NOISE = "real", "noise"
NOISE_STD = 0.1
# Sets of synthetic rows, each as large as that of the held-out rows; every figure is their mean.
ROUNDS = 3

_CATEGORICAL = np.array([kind == "category" for kind in FEATURES.values()])


def held_out_fidelity(
    method: str,
    settings: Mapping[str, Any],
    records: pd.DataFrame,
    labels: np.ndarray,
    encoder: Encoder,
    folds: int,
    fold: int,
    seed: int,
) -> dict[str, dict[str, float]]:
    """Return ``{class: {figure: value}}`` with one of ``folds`` random parts of R2L and U2R held out.

    records (n, 41) and labels (n,) are the whole training set; the encoder, fitted to it, sets the
    scale of distances. ``legal_when_drawn`` and ``copies_when_drawn`` are shares of the rows as the
    generator drew them; all other figures are of the rows after they were brought to legal ones.
    """
    held_out = {name: _held_out(labels, name, folds, fold, seed) for name in MINORITY}
    known = np.ones(len(labels), dtype=bool)
    known[np.concatenate(list(held_out.values()))] = False
    train = {name: encoder.transform(records[known & (labels == CLASSES.index(name))], "train") for name in MINORITY}
    new_rows = {name: ROUNDS * len(rows) for name, rows in held_out.items()}
    results: dict[str, dict[str, float]] = {}
    rng = np.random.default_rng(seed)
    if method not in (REAL, NOISE):
        drawn = synthesise(method, settings, records[known], labels[known], encoder, new_rows, seed)
    for name in MINORITY:
        of_class, reference = train[name].to_numpy(), records.iloc[held_out[name]]
        chosen = rng.permutation(np.resize(np.arange(len(of_class)), max(len(of_class), new_rows[name])))
        chosen = chosen[: new_rows[name]]
        own: dict[str, float] = {}
        if method == REAL:
            features = train[name].iloc[chosen]
        elif method == NOISE:
            features = train[name].iloc[chosen] + rng.normal(0, NOISE_STD, size=(len(chosen), len(FEATURES)))
        else:
            features = drawn.features[drawn.labels == CLASSES.index(name)]
            own = _own_figures(drawn.sampler, reference, name)
        legal = encoder.inverse_transform(features)
        projected = encoder.transform(legal, method).to_numpy()
        own.setdefault("legal_when_drawn", float(np.isclose(projected, features, atol=1e-9).all(axis=1).mean()))
        own["legal"] = float((~illegal_cells(legal).any(axis=1)).mean())
        target = encoder.transform(reference, "held out").to_numpy()
        parts = np.array_split(np.arange(len(projected)), ROUNDS)
        rounds = [
            fidelity(
                # Real rows are compared with the others of their class.
                np.delete(of_class, chosen[part], axis=0) if method == REAL else of_class,
                target,
                projected[part],
                _CATEGORICAL,
                seed,
            )
            for part in parts
        ]
        results[name] = own | {figure: float(np.mean([found[figure] for found in rounds])) for figure in rounds[0]}
    return results


def _held_out(labels: np.ndarray, name: str, folds: int, fold: int, seed: int) -> np.ndarray:
    """Return the positions of the rows of class ``name`` in part ``fold``."""
    rows = np.flatnonzero(labels == CLASSES.index(name))
    parts = [part for _, part in KFold(folds, shuffle=True, random_state=seed).split(rows)]
    return rows[parts[fold]]


def _own_figures(sampler: Any, reference: pd.DataFrame, name: str) -> dict[str, float]:
    """Return what the sampler itself can tell: of its draws, and of h for the held-out rows."""
    diagnostics = getattr(sampler, "diagnostics_", {}).get(name, {})
    own = {key: float(diagnostics[key]) for key in ("legal_when_drawn", "copies_when_drawn") if key in diagnostics}
    if hasattr(sampler, "latent"):
        h = sampler.latent(reference, name)
        own |= {"h_mean": float(h.mean()), "h_std": float(h.std()), "collapsed": float(diagnostics["collapsed"])}
    return own
