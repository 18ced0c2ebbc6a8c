import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from aeflow.base.errors import InputError
from aeflow.nsl_kdd.encoder import Encoder
from aeflow.nsl_kdd.records import read_records
from aeflow.nsl_kdd.schema import DIFFICULTY, FEATURES

DEMO = Path(__file__).parents[1] / "data/demo"


@pytest.fixture(scope="module")
def train() -> pd.DataFrame:
    return read_records(DEMO / "train.txt")


@pytest.fixture(scope="module")
def encoder(train: pd.DataFrame) -> Encoder:
    return Encoder.fit(train)


def test_z_score_is_eq_11_by_hand() -> None:
    records = pd.concat([read_records(DEMO / "train.txt").head(1)] * 4, ignore_index=True)
    records["src_bytes"] = [1.0, 3.0, 5.0, 7.0]
    records["flag"] = ["SF", "REJ", "SF", "SF"]
    features = Encoder.fit(records).transform(records, "train")
    # mean 4, standard deviation sqrt(5)
    np.testing.assert_allclose(features["src_bytes"], np.array([-3, -1, 1, 3]) / np.sqrt(5))
    # LabelEncoder sorts: REJ is 0, SF is 1; mean 3 / 4, standard deviation sqrt(3) / 4
    np.testing.assert_allclose(features["flag"], np.array([1, -3, 1, 1]) / np.sqrt(3))
    # A constant feature becomes 0.
    assert (features["dst_bytes"] == 0).all()


def test_training_features_are_standardised(train: pd.DataFrame, encoder: Encoder) -> None:
    features = encoder.transform(train, "train")
    assert tuple(features.columns) == tuple(FEATURES)
    assert DIFFICULTY not in features
    np.testing.assert_allclose(features.mean(), 0, atol=1e-9)
    spread = features.std(ddof=0)
    np.testing.assert_allclose(spread[spread > 0], 1, atol=1e-9)


def test_inverse_gives_the_records_back(train: pd.DataFrame, encoder: Encoder) -> None:
    records = encoder.inverse_transform(encoder.transform(train, "train"))
    pd.testing.assert_frame_equal(records, train[list(FEATURES)], check_dtype=False)


def test_any_features_decode_to_legal_records(encoder: Encoder) -> None:
    wild = np.random.default_rng(0).normal(0, 20, size=(500, len(FEATURES)))
    records = encoder.inverse_transform(pd.DataFrame(wild, columns=list(FEATURES)))
    for name, kind in FEATURES.items():
        values = records[name]
        if kind == "category":
            assert set(values) <= set(encoder.categories[name])
        elif kind == "rate":
            assert values.between(0, 1).all()
        else:
            assert (values >= 0).all()
            assert not np.signbit(values).any()
            assert (values == values.round()).all()
            assert kind != "flag" or (values <= 1).all()


def test_json_restores_the_encoder_exactly(train: pd.DataFrame, encoder: Encoder) -> None:
    again = Encoder.from_json(json.loads(json.dumps(encoder.to_json())))
    pd.testing.assert_frame_equal(again.transform(train, "train"), encoder.transform(train, "train"), check_exact=True)


@pytest.mark.parametrize("column", ["protocol_type", "service", "flag"])
def test_a_category_that_training_lacked_is_refused(train: pd.DataFrame, encoder: Encoder, column: str) -> None:
    records = train.copy()
    records.loc[11, column] = "gopher2"
    with pytest.raises(
        InputError, match=rf"^test\.txt, row 12, column {column}: 'gopher2' never occurs in the training"
    ):
        encoder.transform(records, "test.txt")
