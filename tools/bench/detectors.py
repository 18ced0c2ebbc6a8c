"""AE-Flow as a detector beside others, on NSL-KDD: `python -m tools.bench.detectors`, some minutes on one core.

Every detector is fitted to nine tenths of the Normal rows of KDDTrain+, XGBoost to these and the attacks; a row is an
alarm if its score is above that of all but 5 % of the other tenth. So nothing is chosen on KDDTest+. PyOD's detectors
are left out where it is not installed (docs/detector.md says how).
"""

import os
import time
import warnings
from collections.abc import Callable, Iterator
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from sklearn.compose import make_column_transformer
from sklearn.decomposition import PCA
from sklearn.ensemble import IsolationForest
from sklearn.metrics import roc_auc_score
from sklearn.mixture import GaussianMixture
from sklearn.neighbors import NearestNeighbors
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, OneHotEncoder, StandardScaler
from threadpoolctl import threadpool_limits
from xgboost import XGBClassifier

from aeflow import AEFlowDetector
from nids.base.stage import run_stage
from nids.data.description import read_description
from nids.data.records import read_records
from tools.bench.measure import ROOT

DATASET = "nsl-kdd"
HELD_OUT = 0.1
ALARMS = 0.05
SEEDS = (0, 1, 2)

Score = Callable[[pd.DataFrame], np.ndarray]
Fit = Callable[[pd.DataFrame, pd.DataFrame, int], Score]


def ae_flow(normal: pd.DataFrame, attacks: pd.DataFrame, seed: int) -> Score:
    detector = AEFlowDetector(random_state=seed).fit(normal)
    return lambda rows: -detector.score_samples(rows)


def _numbers(normal: pd.DataFrame) -> Any:
    """Return what makes numbers of rows, for detectors that need them: logarithms, standardised, and one-hot texts."""
    texts = [name for name in normal if isinstance(normal[name].dtype, pd.CategoricalDtype)]
    logarithm = make_pipeline(FunctionTransformer(np.log1p), StandardScaler())
    onehot = OneHotEncoder(handle_unknown="ignore", sparse_output=False)
    return make_column_transformer((onehot, texts), remainder=logarithm).fit(normal)


def isolation_forest(normal: pd.DataFrame, attacks: pd.DataFrame, seed: int) -> Score:
    numbers = _numbers(normal)
    forest = IsolationForest(n_estimators=300, random_state=seed).fit(numbers.transform(normal))
    return lambda rows: -forest.score_samples(numbers.transform(rows))


def pca(normal: pd.DataFrame, attacks: pd.DataFrame, seed: int) -> Score:
    numbers = _numbers(normal)
    found = PCA(20, random_state=seed).fit(numbers.transform(normal))

    def error(rows: pd.DataFrame) -> np.ndarray:
        x = numbers.transform(rows)
        return np.square(x - found.inverse_transform(found.transform(x))).sum(axis=1)

    return error


def gaussians(normal: pd.DataFrame, attacks: pd.DataFrame, seed: int) -> Score:
    model = make_pipeline(
        _numbers(normal), PCA(20, random_state=seed), GaussianMixture(20, reg_covar=1e-3, random_state=seed)
    ).fit(normal)
    return lambda rows: -model.score_samples(rows)


def neighbours(normal: pd.DataFrame, attacks: pd.DataFrame, seed: int) -> Score:
    numbers = _numbers(normal)
    found = NearestNeighbors(n_neighbors=5).fit(numbers.transform(normal).astype(np.float32))
    return lambda rows: found.kneighbors(numbers.transform(rows).astype(np.float32))[0].mean(axis=1)


def xgboost(normal: pd.DataFrame, attacks: pd.DataFrame, seed: int) -> Score:
    model = XGBClassifier(n_jobs=1, random_state=seed, enable_categorical=True, max_cat_to_onehot=2**31 - 1)
    model.fit(pd.concat([normal, attacks]), np.repeat([0, 1], [len(normal), len(attacks)]))
    return lambda rows: model.predict_proba(rows)[:, 1]


def ecod(normal: pd.DataFrame, attacks: pd.DataFrame, seed: int) -> Score:
    numbers = _numbers(normal)
    detector = import_module("pyod.models.ecod").ECOD().fit(numbers.transform(normal))
    return lambda rows: detector.decision_function(numbers.transform(rows))


def autoencoder(normal: pd.DataFrame, attacks: pd.DataFrame, seed: int) -> Score:
    numbers = _numbers(normal)
    of_pyod = import_module("pyod.models.auto_encoder").AutoEncoder
    detector = of_pyod(random_state=seed, verbose=0, device="cpu").fit(numbers.transform(normal))
    return lambda rows: detector.decision_function(numbers.transform(rows))


# Whether a detector needs PyOD, and the seeds over which its figures are averaged.
DETECTORS: dict[str, tuple[Fit, bool, tuple[int, ...]]] = {
    "AE-Flow, mean of 3 seeds": (ae_flow, False, SEEDS),
    "isolation forest, 300 trees": (isolation_forest, False, SEEDS[:1]),
    "PCA, 20": (pca, False, SEEDS[:1]),
    "PCA + 20 Gaussians": (gaussians, False, SEEDS[:1]),
    "5 nearest neighbours": (neighbours, False, SEEDS[:1]),
    "ECOD (PyOD)": (ecod, True, SEEDS[:1]),
    "AutoEncoder (PyOD)": (autoencoder, True, SEEDS[:1]),
    "XGBoost, which knows the attacks": (xgboost, False, SEEDS[:1]),
}
COLUMNS = ("AUC", "AUC, unseen", "false alarms", "found", "found, unseen", "fit, s", "rows/s")


def _read() -> tuple[pd.DataFrame, np.ndarray, pd.DataFrame, np.ndarray]:
    """Return the rows of both sets and their types."""
    description = read_description(DATASET, ROOT / "datasets")
    folder = Path(os.path.expandvars(description.files.folder))
    sets = {key: [folder / file.name for file in files] for key, files in description.files.sets.items()}
    found = read_records({key: sets[key] for key in ("train", "test")}, description)
    return found["train"].frame, found["train"].types, found["test"].frame, found["test"].types


def measured() -> Iterator[tuple[str, np.ndarray]]:
    """Fit each detector, and give its name and figures, those of ``COLUMNS``; seconds are the processor's."""
    rows, types, test, test_types = _read()
    order = np.random.default_rng(0).permutation(np.flatnonzero(types == "normal"))
    held, fitted = np.split(order, [round(HELD_OUT * len(order))])
    normal, attacks = rows.iloc[np.sort(fitted)], rows.iloc[types != "normal"]
    attack, unseen = test_types != "normal", ~np.isin(test_types, types)
    for name, (fit, of_pyod, seeds) in DETECTORS.items():
        if of_pyod and not find_spec("pyod"):
            continue
        found = []
        for seed in seeds:
            start = time.process_time()
            score = fit(normal, attacks, seed)
            middle = time.process_time()
            scores = score(test)
            end = time.process_time()
            alarm = scores > np.quantile(score(rows.iloc[held]), 1 - ALARMS)
            found.append(
                [
                    roc_auc_score(attack, scores),
                    roc_auc_score(attack[~attack | unseen], scores[~attack | unseen]),
                    *(alarm[of].mean() for of in (~attack, attack, unseen)),
                    middle - start,
                    len(test) / (end - middle),
                ]
            )
        yield name, np.mean(found, axis=0)


def main() -> None:
    print(f"| {' | '.join(['', *COLUMNS])} |\n|---|{'---|' * len(COLUMNS)}")
    with threadpool_limits(1), warnings.catch_warnings(action="ignore"):
        for name, found in measured():
            *shares, seconds, per_second = found
            cells = [*(f"{share:.3f}" for share in shares), f"{seconds:.0f}", f"{float(f'{per_second:.2g}'):,.0f}"]
            print(f"| {' | '.join([name, *cells])} |", flush=True)


if __name__ == "__main__":
    run_stage(main)
