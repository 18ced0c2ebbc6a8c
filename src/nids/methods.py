"""The methods compared: one row each, with all that the study knows of it."""

from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import Field, NonNegativeFloat, PositiveFloat, PositiveInt

from nids.base.section import Section


class Nothing(Section):
    """Settings of a method that has none."""


class Training(Section):
    """What the trained generators share."""

    hidden: tuple[PositiveInt, ...]
    batch_size: PositiveInt
    max_epochs: PositiveInt
    max_steps: PositiveInt
    learning_rate: Annotated[float, Field(gt=0, lt=1)]


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


class Neighbours(Section):
    k_neighbors: PositiveInt


class ADASYN(Section):
    n_neighbors: PositiveInt


class RandomOverSampler(Section):
    shrinkage: NonNegativeFloat


@dataclass(frozen=True)
class Method:
    """What is compared.

    - name: as people read it; in_text: in the middle of a sentence, if that differs.
    - colour: in every figure.
    - arm: the stage that runs it, and the section of params.yaml in which ``settings`` stand: under the
      method's key, or by themselves if the arm is the method.
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
    sampler: str = ""
    sees: Literal["records", "features"] = "records"
    other_classes: bool = True
    categories: bool = False
    undersampled: bool = True
    weighted: bool = False
    paper: str = ""
    in_text: str = ""


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
}
# The method that the study is about: every other one is compared with it.
STUDIED = "ae_flow"
# The paper's methods, whose results stand beside its own.
PRINTED = tuple(key for key, method in METHODS.items() if method.paper)


def of_arm(arm: str) -> tuple[str, ...]:
    """Return the keys of the methods of an arm."""
    return tuple(key for key, method in METHODS.items() if method.arm == arm)
