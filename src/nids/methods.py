"""The methods compared: one row each, with all that the study knows of it."""

from dataclasses import dataclass
from itertools import pairwise
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from aeflow.errors import InputError
from nids.base.quote import quoted
from nids.base.section import Section

# The ranges hold all that makes sense, and nothing that a fit would answer with an error or with a machine's memory.
Dimensions = Annotated[int, Field(gt=0, le=1024)]
Neighbour = Annotated[int, Field(gt=0, le=1000)]
# Numbers of a step, a layer's outputs for all its rows: 2 GB with what is kept to find gradients.
MOST_NUMBERS = 2**26


class Nothing(Section):
    """Settings of a method that has none."""


class Training(Section):
    """What the trained generators share."""

    hidden: Annotated[tuple[Annotated[int, Field(gt=0, le=4096)], ...], Field(max_length=8)]
    batch_size: Annotated[int, Field(gt=0, le=16384)]
    max_epochs: Annotated[int, Field(gt=0, le=1_000_000)]
    max_steps: Annotated[int, Field(gt=0, le=1_000_000)]
    learning_rate: Annotated[float, Field(gt=0, lt=1)]

    @model_validator(mode="after")
    def _a_step_fits_into_memory(self) -> Self:
        layers = getattr(self, "coupling_layers", 0) + 2
        # A layer holds as many numbers as it has outputs for the rows, and as it has weights.
        weights = sum(a * b for a, b in pairwise(self.hidden))
        if layers * (self.batch_size * sum(self.hidden) + weights) > MOST_NUMBERS:
            raise ValueError("hidden, batch_size and coupling_layers make a step of gigabytes; choose less of one")
        return self


class Coupled(Training):
    """What both forms of AE-Flow share. Its spreads are those of a batch, and one row has none."""

    batch_size: Annotated[int, Field(ge=2, le=16384)]
    latent_dim: Dimensions
    coupling_layers: Annotated[int, Field(gt=0, le=64)]
    coupling: Literal["additive", "affine"]


class AEFlowPaper(Coupled):
    objective: Literal["paper"]


class Celled(Coupled):
    """AE-Flow of rows as cells, as a sampler or as a density."""

    noise: Annotated[float, Field(ge=0, le=100)]
    bins: Annotated[int, Field(gt=0, le=10_000)]


class AEFlow(Celled):
    objective: Literal["stable", "paper"]
    temperature: Annotated[float, Field(ge=0.01, le=100)]


class VAE(Training):
    latent_dim: Dimensions
    beta: Annotated[float, Field(gt=0, le=1000)]


class CGAN(Training):
    noise_dim: Dimensions


class Neighbours(Section):
    k_neighbors: Neighbour


class ADASYN(Section):
    n_neighbors: Neighbour


class RandomOverSampler(Section):
    shrinkage: Annotated[float, Field(ge=0, le=100)]


@dataclass(frozen=True)
class Method:
    """What is compared.

    - name: as people read it; in_text: in the middle of a sentence, if that differs.
    - colour: in every figure.
    - arm: the stage that runs it, and the section of params.yaml in which ``settings`` stand: under the
      method's key, or by themselves if the arm is the method.
    - settings_of: the method whose settings it shares, "" if it has its own.
    - sampler: "module:class" of what draws new rows, "" for a method without them.
    - sees: records, with texts for categories, or encoded features.
    - other_classes: whether the sampler looks at classes that do not grow; categories: whether it has to be
      told which columns are categorical.
    - undersampled: whether K-means undersampling and one-sided selection come before the classifiers.
    - weighted: whether every class weighs the same in a classifier's loss.
    - paper: the paper's row that stands beside it, "" if it has none.
    """

    name: str
    colour: str
    arm: str
    settings: type[Section]
    settings_of: str = ""
    sampler: str = ""
    sees: Literal["records", "features"] = "records"
    other_classes: bool = True
    categories: bool = False
    undersampled: bool = True
    weighted: bool = False
    paper: str = ""
    in_text: str = ""

    @property
    def same_rows(self) -> bool:
        """Whether its training set is the same for every seed."""
        return not self.undersampled and not self.sampler


METHODS = {
    "raw": Method(
        name="Raw",
        in_text="the raw training set",
        colour="#7f7f7f",
        arm="baselines",
        settings=Nothing,
        undersampled=False,
        paper="raw",
    ),
    "class_weight": Method(
        name="Class weights",
        in_text="class weights",
        colour="#333333",
        arm="wider",
        settings=Nothing,
        weighted=True,
    ),
    "random": Method(
        name="Random oversampling",
        in_text="random oversampling",
        colour="#009e73",
        arm="wider",
        settings=RandomOverSampler,
        sampler="imblearn.over_sampling:RandomOverSampler",
        sees="features",
        other_classes=False,
    ),
    "smote": Method(
        name="SMOTE",
        colour="#56b4e9",
        arm="baselines",
        settings=Neighbours,
        sampler="imblearn.over_sampling:SMOTE",
        sees="features",
        other_classes=False,
        paper="smote",
    ),
    "smotenc": Method(
        name="SMOTENC",
        colour="#2a7fb8",
        arm="wider",
        settings=Neighbours,
        sampler="imblearn.over_sampling:SMOTENC",
        other_classes=False,
        categories=True,
    ),
    "adasyn": Method(
        name="ADASYN",
        colour="#7fbf7b",
        arm="wider",
        settings=ADASYN,
        sampler="imblearn.over_sampling:ADASYN",
        sees="features",
    ),
    "borderline_smote": Method(
        name="Borderline-SMOTE",
        colour="#9fb6e0",
        arm="wider",
        settings=Neighbours,
        sampler="imblearn.over_sampling:BorderlineSMOTE",
        sees="features",
    ),
    "vae": Method(
        name="VAE",
        colour="#b8860b",
        arm="baselines",
        settings=VAE,
        sampler="aeflow.over_sampling:VAESampler",
        paper="vae",
    ),
    "cgan": Method(
        name="CGAN",
        colour="#6a51a3",
        arm="baselines",
        settings=CGAN,
        sampler="aeflow.over_sampling:CGANSampler",
        paper="cgan",
    ),
    "ae_flow_paper": Method(
        name="AE-Flow (eq. 10)",
        colour="#e59866",
        arm="baselines",
        settings=AEFlowPaper,
        sampler="aeflow.over_sampling:AEFlowSampler",
        paper="ae_flow",
    ),
    "ae_flow": Method(
        name="AE-Flow",
        colour="#c0392b",
        arm="ae_flow",
        settings=AEFlow,
        sampler="aeflow.over_sampling:AEFlowSampler",
        paper="ae_flow",
    ),
    "class_weight_all": Method(
        name="Class weights, all rows",
        in_text="class weights on all rows",
        colour="#8c564b",
        arm="all_rows",
        settings=Nothing,
        undersampled=False,
        weighted=True,
    ),
    "ae_flow_all": Method(
        name="AE-Flow, all rows",
        in_text="AE-Flow on all rows",
        colour="#e377c2",
        arm="all_rows",
        settings=Nothing,
        settings_of="ae_flow",
        sampler="aeflow.over_sampling:AEFlowSampler",
        undersampled=False,
        weighted=True,
    ),
}
# The method that the study is about: every other one is compared with it.
STUDIED = "ae_flow"
# The paper's methods, whose results stand beside its own.
PRINTED = tuple(key for key, method in METHODS.items() if method.paper)


def of_arm(arm: str) -> tuple[str, ...]:
    """Return the keys of the methods of an arm; raise InputError if there is no such arm."""
    arms = dict.fromkeys(method.arm for method in METHODS.values())
    if arm not in arms:
        raise InputError(f"arm {quoted(arm)}: there is none of this name; choose from {', '.join(arms)}")
    return tuple(key for key, method in METHODS.items() if method.arm == arm)
