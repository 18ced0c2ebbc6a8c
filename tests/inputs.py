"""Typical inputs, made once."""

from __future__ import annotations

from contextlib import chdir
from functools import partial
from shutil import copy
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest
from conftest import ROOT

from nids.data.dataset import Dataset, in_memory
from nids.data.description import Description, read_description
from nids.data.encode import encode
from nids.data.sets import Training, read_training
from nids.params import Params, read_params

if TYPE_CHECKING:
    from nids.detect.density import Density

# Of a density, where a test asks what it is fitted to and not how well it learns.
FEW_STEPS: dict[str, Any] = {"max_epochs": 1, "max_steps": 5, "hidden": (8,), "latent_dim": 4}


@pytest.fixture(scope="session")
def description() -> Description:
    """The demo data's description: the columns and classes of NSL-KDD, a tenth of its targets."""
    return read_description("demo", ROOT / "datasets")


@pytest.fixture(scope="session")
def params() -> Params:
    """The committed params.yaml."""
    return read_params(ROOT / "params.yaml")


@pytest.fixture(scope="session")
def _encoded(description: Description, tmp_path_factory: pytest.TempPathFactory) -> tuple[Dataset, Training]:
    folder = tmp_path_factory.mktemp("demo")
    for key, files in description.files.sets.items():
        for file in files:
            (folder / "raw" / key).mkdir(parents=True)
            copy(ROOT / description.files.folder / file.name, folder / "raw" / key)
    with chdir(folder):
        found, tests, _ = encode(folder / "raw", description)
        dataset = in_memory(description, found, tests)
        return dataset, read_training(dataset)


@pytest.fixture(scope="session")
def dataset(_encoded: tuple[Dataset, Training]) -> Dataset:
    """The demo data, as the stage encode finds them."""
    return _encoded[0]


@pytest.fixture(scope="session")
def train(_encoded: tuple[Dataset, Training]) -> Training:
    """The whole demo training set."""
    return _encoded[1]


@pytest.fixture(scope="session")
def records(train: Training) -> pd.DataFrame:
    """The features of the demo training set as samplers see them: texts for categories, and numbers."""
    return train.records


@pytest.fixture
def few_trees(monkeypatch: pytest.MonkeyPatch) -> None:
    """XGBoost and random forests fit 5 trees, where a test asks what they are fitted to and not how well they learn."""
    from nids.detect import fit

    for name in ("XGBClassifier", "RandomForestClassifier"):
        monkeypatch.setattr(fit, name, partial(getattr(fit, name), n_estimators=5))


@pytest.fixture(scope="session")
def small(train: Training, dataset: Dataset) -> Training:
    """Every row of the small classes, and every eighth of the others; the encoder is that of the whole set."""
    rare = np.isin(train.labels, [train.classes.index(name) for name in dataset.minority])
    return train.known(rare | (np.arange(len(rare)) % 8 == 0))


@pytest.fixture(scope="session")
def density(small: Training) -> Density:
    """A rough density of the normal rows of ``small``."""
    from nids.detect.density import Density  # torch, which most tests need not

    return Density.fit(small, "Normal", FEW_STEPS, 0)
