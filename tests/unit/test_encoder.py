import json

import numpy as np
import pandas as pd
import pytest

from aeflow.errors import InputError
from nids.data.description import Description
from nids.data.encoder import Encoder
from nids.data.sets import Training


def test_z_score_is_eq_11_by_hand(records: pd.DataFrame, dataset: Description) -> None:
    four = pd.concat([records.head(1)] * 4, ignore_index=True)
    four["src_bytes"] = [1.0, 3.0, 5.0, 7.0]
    four["flag"] = ["SF", "REJ", "SF", "SF"]
    features = Encoder.fit(four, dataset.features).transform(four, "train")
    # mean 4, standard deviation sqrt(5)
    np.testing.assert_allclose(features["src_bytes"], np.array([-3, -1, 1, 3]) / np.sqrt(5))
    # LabelEncoder sorts: REJ is 0, SF is 1; mean 3 / 4, standard deviation sqrt(3) / 4
    np.testing.assert_allclose(features["flag"], np.array([1, -3, 1, 1]) / np.sqrt(3))
    # A constant feature becomes 0.
    assert (features["dst_bytes"] == 0).all()


def test_training_features_are_standardised(records: pd.DataFrame, train: Training, dataset: Description) -> None:
    features = train.encoder.transform(records, "train")
    assert list(features.columns) == list(dataset.features)
    assert not set(features) & {"attack", "difficulty"}
    np.testing.assert_allclose(features.mean(), 0, atol=1e-9)
    spread = features.std(ddof=0)
    np.testing.assert_allclose(spread[spread > 0], 1, atol=1e-9)


def test_categories_are_the_columns_that_the_description_names(train: Training, dataset: Description) -> None:
    encoder = train.encoder
    assert tuple(encoder.categories) == dataset.columns.category
    found = np.array(encoder.names)[encoder.categorical].tolist()
    assert found == list(dataset.columns.category)


def test_inverse_gives_the_records_back(train: Training) -> None:
    features = pd.DataFrame(train.features, columns=train.encoder.names)
    pd.testing.assert_frame_equal(train.encoder.inverse_transform(features), train.records, check_dtype=False)


def test_any_features_decode_to_legal_records(train: Training, dataset: Description) -> None:
    wild = np.random.default_rng(0).normal(0, 20, size=(500, len(dataset.features)))
    records = train.encoder.inverse_transform(pd.DataFrame(wild, columns=list(dataset.features)))
    for name, kind in dataset.features.items():
        values = records[name]
        if kind == "category":
            assert set(values) <= set(train.encoder.categories[name])
        elif kind == "rate":
            assert values.between(0, 1).all()
        else:
            assert (values >= 0).all()
            assert not np.signbit(values).any()
            assert (values == values.round()).all()
            assert kind != "flag" or (values <= 1).all()


def test_plain_numbers_come_back_as_they_are() -> None:
    """A column of no kind may hold any number: nothing of it is rounded or cut off."""
    records = pd.DataFrame({"speed": [-1.234567, 0.0, 85.25], "state": ["a", "b", "a"]})
    encoder = Encoder.fit(records, {"speed": "number", "state": "category"})
    back = encoder.inverse_transform(encoder.transform(records, "records"))
    pd.testing.assert_frame_equal(back, records, rtol=1e-12)


def test_json_restores_the_encoder_exactly(records: pd.DataFrame, train: Training) -> None:
    again = Encoder.from_json(json.loads(json.dumps(train.encoder.to_json())))
    assert again.features == train.encoder.features
    expected = train.encoder.transform(records, "train")
    pd.testing.assert_frame_equal(again.transform(records, "train"), expected, check_exact=True)


@pytest.mark.parametrize("column", ["protocol_type", "service", "flag"])
def test_a_category_that_training_lacked_is_refused(records: pd.DataFrame, train: Training, column: str) -> None:
    changed = records.copy()
    changed.loc[11, column] = "gopher2"
    with pytest.raises(
        InputError, match=rf"^test\.txt, row 12, column {column}: 'gopher2' never occurs in the training"
    ):
        train.encoder.transform(changed, "test.txt")
