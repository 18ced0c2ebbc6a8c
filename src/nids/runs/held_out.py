"""Generators fitted without some rows of the small classes, and how close their rows come to those."""

import warnings
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from sklearn.model_selection import KFold

from aeflow.errors import InputError
from nids.balance.synthesise import synthesise
from nids.data.legal import illegal_cells
from nids.data.sets import Training
from nids.judge.fidelity import fidelity
from nids.runs.measured import NOISE, REAL

# The standard deviation of the noise of NOISE.
NOISE_STD = 0.1
# Sets of synthetic rows, each as large as that of the held-out rows; every figure is their mean.
ROUNDS = 3


def held_out_fidelity(
    method: str,
    settings: Mapping[str, Any],
    train: Training,
    classes: Sequence[str],
    folds: int,
    fold: int,
    seed: int,
) -> dict[str, dict[str, float]]:
    """Return ``{class: {figure: value}}`` with one of ``folds`` random parts of each of ``classes`` held out.

    A class that the method cannot grow on the other parts is left out. train is the whole training set; the encoder,
    fitted to it, sets the scale of distances.
    ``legal_when_drawn`` and ``copies_when_drawn`` are shares of the rows as the generator drew them; all
    other figures are of the rows after they were brought to legal ones.
    """
    # The figure "collapsed" counts what a warning would say.
    warnings.simplefilter("ignore")
    encoder = train.encoder
    held_out = {name: _held_out(train, name, folds, fold, seed) for name in classes}
    known = np.ones(len(train.labels), dtype=bool)
    known[np.concatenate(list(held_out.values()))] = False
    rows = {name: train.features[known & (train.labels == train.classes.index(name))] for name in classes}
    new_rows = {name: ROUNDS * len(positions) for name, positions in held_out.items()}
    results: dict[str, dict[str, float]] = {}
    rng = np.random.default_rng(seed)
    if method not in (REAL, NOISE):
        drawn = synthesise(method, settings, train.known(known), new_rows, seed)
        drawn_features = drawn.features(method, encoder)
        classes = [name for name in classes if name not in drawn.left_alone]
    for name in classes:
        of_class, reference = rows[name], train.records.iloc[held_out[name]]
        chosen = rng.permutation(np.resize(np.arange(len(of_class)), max(len(of_class), new_rows[name])))
        chosen = chosen[: new_rows[name]]
        own: dict[str, float] = {}
        if method == REAL:
            features = of_class[chosen]
        elif method == NOISE:
            features = of_class[chosen] + rng.normal(0, NOISE_STD, size=(len(chosen), of_class.shape[1]))
        else:
            features = drawn_features[drawn.labels == train.classes.index(name)].to_numpy()
            own = _own_figures(drawn.sampler, reference, name)
        legal = encoder.inverse_transform(pd.DataFrame(features, columns=encoder.names))
        projected = encoder.transform(legal).to_numpy()
        own.setdefault("legal_when_drawn", float(np.isclose(projected, features, atol=1e-9).all(axis=1).mean()))
        own["legal"] = float((~illegal_cells(legal, encoder.features).any(axis=1)).mean())
        target = train.features[held_out[name]]
        parts = np.array_split(np.arange(len(projected)), ROUNDS)
        if method == REAL and min(len(of_class) - len(np.unique(chosen[part])) for part in parts) < 2:
            raise InputError(
                f"fidelity.folds: {folds} parts leave no real rows of {name} to compare others with; choose more parts"
            )
        rounds = [
            fidelity(
                # Real rows are compared with the others of their class.
                np.delete(of_class, chosen[part], axis=0) if method == REAL else of_class,
                target,
                projected[part],
                encoder.categorical,
                seed,
            )
            for part in parts
        ]
        results[name] = own | {figure: float(np.mean([found[figure] for found in rounds])) for figure in rounds[0]}
    return results


def _held_out(train: Training, name: str, folds: int, fold: int, seed: int) -> np.ndarray:
    """Return the positions of the rows of class ``name`` in part ``fold``."""
    rows = np.flatnonzero(train.labels == train.classes.index(name))
    # A row has to have a neighbour in its part.
    if (most := len(rows) // 2) < folds:
        raise InputError(
            f"fidelity.folds: {folds} parts of the {len(rows)} rows of {name} have less than 2 rows; "
            + (f"choose {most} or less" if most > 1 else f"take {name} out of balance.new_rows")
        )
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
