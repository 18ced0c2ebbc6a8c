"""What params.yaml says of one method's whole pipeline, as plain values."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from aeflow.base.params import Params


@dataclass(frozen=True)
class Settings:
    """``sampler`` are the method's own settings; the others are those of params.yaml by their names there."""

    sampler: Mapping[str, Any]
    new_rows: Mapping[str, int]
    kept_rows: Mapping[str, int]
    n_clusters: int
    oss_seeds: int
    categorical: str
    lr_max_iter: int
    colsample_bytree: float
    voting: str


def settings_of(params: Params, method: str) -> Settings:
    """Return the settings of ``method``; raw and class_weight have no sampler."""
    sampler = getattr(params, method).model_dump() if hasattr(params, method) else {}
    return Settings(
        sampler=sampler,
        new_rows=params.data.new_rows.model_dump(),
        kept_rows=params.data.kept_rows.model_dump(),
        n_clusters=params.kmeans.n_clusters,
        oss_seeds=params.oss.n_seeds,
        categorical=params.encode.categorical,
        lr_max_iter=params.classifiers.lr_max_iter,
        colsample_bytree=params.classifiers.xgb_onehot.colsample_bytree,
        voting=params.classifiers.voting,
    )
