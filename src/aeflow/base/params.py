"""params.yaml as a typed, frozen model: unknown keys and impossible values are refused."""

import json
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    NonNegativeFloat,
    PositiveFloat,
    PositiveInt,
    ValidationError,
    model_validator,
)

from aeflow.base.errors import InputError
from aeflow.base.files import read_yaml


def _distinct(seeds: tuple[int, ...]) -> tuple[int, ...]:
    if len(set(seeds)) != len(seeds):
        raise ValueError("a seed stands twice")
    return seeds


Sha256 = Annotated[str, Field(pattern="^[0-9a-f]{64}$")]
# XGBoost takes seeds up to 2**31 - 1 only.
Seed = Annotated[int, Field(ge=0, lt=2**31)]
Seeds = Annotated[tuple[Seed, ...], Field(min_length=1), AfterValidator(_distinct)]
LearningRate = Annotated[float, Field(gt=0, lt=1)]


class _Section(BaseModel):
    # strict: the text "8" is not the number 8. frozen: what a stage read is what DVC recorded.
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, allow_inf_nan=False)


class RawFile(_Section):
    name: str
    sha256: Sha256


class RawFiles(_Section):
    train: RawFile
    test: RawFile
    test_21: RawFile


class MinorityRows(_Section):
    R2L: PositiveInt
    U2R: PositiveInt


class MajorityRows(_Section):
    Normal: PositiveInt
    Dos: PositiveInt


class Fidelity(_Section):
    folds: Annotated[int, Field(ge=2)]
    seeds: Seeds


class Dataset(_Section):
    folder: str
    mirrors: tuple[str, ...]
    files: RawFiles
    new_rows: MinorityRows
    kept_rows: MajorityRows
    fidelity: Fidelity


class Download(_Section):
    timeout: PositiveFloat
    attempts: PositiveInt


class Training(_Section):
    """What the trained generators share."""

    hidden: tuple[PositiveInt, ...]
    batch_size: PositiveInt
    max_epochs: PositiveInt
    max_steps: PositiveInt
    learning_rate: LearningRate


class AEFlowPaper(Training):
    objective: Literal["paper"]
    latent_dim: PositiveInt
    coupling_layers: PositiveInt
    coupling: Literal["additive", "affine"]


class AEFlow(Training):
    objective: Literal["stable", "paper"]
    latent_dim: PositiveInt
    coupling_layers: PositiveInt
    coupling: Literal["additive", "affine"]
    noise: NonNegativeFloat
    bins: PositiveInt
    temperature: PositiveFloat


class VAE(Training):
    latent_dim: PositiveInt
    beta: PositiveFloat


class CGAN(Training):
    noise_dim: PositiveInt


class SMOTE(_Section):
    k_neighbors: PositiveInt


class ADASYN(_Section):
    n_neighbors: PositiveInt


class RandomOverSampler(_Section):
    shrinkage: NonNegativeFloat


class Encode(_Section):
    categorical: Literal["label", "onehot"]


class Decision(_Section):
    false_alarm_rate: Annotated[float, Field(gt=0, lt=1)]
    folds: Annotated[int, Field(ge=2)]
    seeds: Seeds


class KMeans(_Section):
    n_clusters: PositiveInt


class OneSidedSelection(_Section):
    n_seeds: PositiveInt


class XGBoostOneHot(_Section):
    colsample_bytree: Annotated[float, Field(gt=0, le=1)]


class Classifiers(_Section):
    lr_max_iter: PositiveInt
    voting: Literal["soft", "hard"]
    xgb_onehot: XGBoostOneHot


class Params(_Section):
    """The whole of params.yaml; the file's comments say what each key means."""

    dataset: str
    seeds: Seeds
    encode: Encode
    ae_flow: AEFlow
    ae_flow_paper: AEFlowPaper
    vae: VAE
    cgan: CGAN
    random: RandomOverSampler
    smote: SMOTE
    smotenc: SMOTE
    adasyn: ADASYN
    borderline_smote: SMOTE
    kmeans: KMeans
    oss: OneSidedSelection
    classifiers: Classifiers
    decision: Decision
    download: Download
    datasets: dict[str, Dataset]

    @model_validator(mode="after")
    def _dataset_is_listed(self) -> Self:
        if self.dataset not in self.datasets:
            raise ValueError(f"dataset: {self.dataset!r} is none of {', '.join(self.datasets)}")
        return self

    @property
    def data(self) -> Dataset:
        """The entry of ``datasets`` that ``dataset`` names."""
        return self.datasets[self.dataset]


def load(path: Path) -> Params:
    """Read and check a parameter file.

    Raises InputError with the file, the key, the reason and the value found.
    """
    try:
        return Params.model_validate_json(json.dumps(read_yaml(path)))
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(str(part) for part in first["loc"])
        reason = first["msg"].removeprefix("Value error, ")
        found = "" if isinstance(first["input"], dict) else f", found {first['input']!r}"
        raise InputError(f"{path}: {f'{key}: ' if key else ''}{reason}{found}") from None
