"""Typical inputs, made once."""

from functools import partial

import numpy as np
import pandas as pd
import pytest
from conftest import ROOT

from nids.data.description import Description, read_description
from nids.data.encoder import Encoder
from nids.data.records import labels_of, read_records
from nids.data.sets import Training
from nids.params import Params, read_params


@pytest.fixture(scope="session")
def dataset() -> Description:
    """The demo data's description: the columns and classes of NSL-KDD, a tenth of its targets."""
    return read_description("demo", ROOT / "datasets")


@pytest.fixture(scope="session")
def params() -> Params:
    """The committed params.yaml."""
    return read_params(ROOT / "params.yaml")


@pytest.fixture(scope="session")
def records(dataset: Description) -> pd.DataFrame:
    """The demo training file."""
    return read_records(ROOT / "data/demo/train.txt", dataset)


@pytest.fixture(scope="session")
def train(dataset: Description, records: pd.DataFrame) -> Training:
    """The whole demo training set."""
    encoder = Encoder.fit(records, dataset.features)
    return Training(
        encoder.transform(records, "demo").to_numpy(),
        labels_of(records, dataset),
        records[encoder.names],
        records[dataset.label.column].to_numpy(str),
        encoder,
        dataset.classes,
    )


@pytest.fixture
def few_trees(monkeypatch: pytest.MonkeyPatch) -> None:
    """XGBoost and random forests fit 5 trees, where a test asks what they are fitted to and not how well they learn."""
    from nids.detect import fit

    for name in ("XGBClassifier", "RandomForestClassifier"):
        monkeypatch.setattr(fit, name, partial(getattr(fit, name), n_estimators=5))


@pytest.fixture(scope="session")
def small(train: Training, dataset: Description) -> Training:
    """Every row of the small classes, and every eighth of the others; the encoder is that of the whole set."""
    rare = np.isin(train.labels, [train.classes.index(name) for name in dataset.minority])
    return train.known(rare | (np.arange(len(rare)) % 8 == 0))
