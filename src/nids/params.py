"""params.yaml as a typed, frozen model."""

from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, create_model

from aeflow.errors import InputError
from nids.base.section import Section, Seeds, load
from nids.detect import Options
from nids.methods import METHODS, Celled, of_arm


class Encode(Section):
    categorical: Literal["label", "onehot"]


class Decision(Section):
    false_alarm_rate: Annotated[float, Field(gt=0, lt=1)]
    folds: Annotated[int, Field(ge=2, le=100)]
    seeds: Seeds


class Repeat(Section):
    seeds: Seeds


class KMeans(Section):
    n_clusters: Annotated[int, Field(gt=0, le=10_000)]


class OneSidedSelection(Section):
    n_seeds: Annotated[int, Field(gt=0, le=10_000)]


class XGBoostOneHot(Section):
    colsample_bytree: Annotated[float, Field(ge=0.01, le=1)]


class Classifiers(Section):
    lr_max_iter: Annotated[int, Field(gt=0, le=100_000)]
    voting: Literal["soft", "hard"]
    xgb_onehot: XGBoostOneHot


class Download(Section):
    timeout: Annotated[float, Field(gt=0, le=3600)]
    attempts: Annotated[int, Field(gt=0, le=100)]


class Params(Section):
    """What all arms share; the file's comments say what each key means."""

    # The name of a file in one folder.
    dataset: Annotated[str, Field(pattern=r"^\w[\w.-]{0,99}$")]
    seeds: Seeds
    encode: Encode
    kmeans: KMeans
    oss: OneSidedSelection
    density: Celled
    classifiers: Classifiers
    decision: Decision
    repeat: Repeat
    download: Download

    @property
    def all_seeds(self) -> tuple[int, ...]:
        """``seeds``, then those of ``repeat`` that are not among them."""
        return (*self.seeds, *(seed for seed in self.repeat.seeds if seed not in self.seeds))

    @property
    def options(self) -> Options:
        """What the classifiers read."""
        return Options(
            categorical=self.encode.categorical,
            lr_max_iter=self.classifiers.lr_max_iter,
            colsample_bytree=self.classifiers.xgb_onehot.colsample_bytree,
        )

    def of(self, method: str) -> dict[str, Any]:
        """Return the settings of a method's sampler by name."""
        key = METHODS[method].settings_of or method
        arm = getattr(self, METHODS[key].arm)
        return (arm if METHODS[key].arm == key else getattr(arm, key)).model_dump()


def _section(arm: str) -> type[Section]:
    """Return the type of an arm's section: the only method's settings themselves, or a key for each method."""
    if arm in METHODS:
        return METHODS[arm].settings
    fields: dict[str, Any] = {key: (METHODS[key].settings, ...) for key in of_arm(arm)}
    return create_model(arm, __base__=Section, **fields)


# The whole file: the arms' sections follow from METHODS.
_ARMS: dict[str, Any] = {arm: (_section(arm), ...) for arm in dict.fromkeys(row.arm for row in METHODS.values())}
_Whole = create_model("_Whole", __base__=Params, **_ARMS)


def read_params(path: Path = Path("params.yaml")) -> Params:
    """Return the checked content of params.yaml; raises InputError with the file, the key and the reason."""
    try:
        return load(path, _Whole)
    except InputError as error:
        # What `dvc exp run -S` has written stays there.
        raise InputError(f"{error}; correct it, or take the committed file back: git checkout {path}") from None
