import json
from typing import get_args

import numpy as np
import pandas as pd
import pytest

from nids.data.description import Description
from nids.data.encoder import Encoder
from nids.data.legal import Kind
from nids.data.records import kinds_of
from nids.data.sets import Training


def test_z_score_is_eq_11_by_hand(records: pd.DataFrame, description: Description) -> None:
    four = pd.concat([records.head(1)] * 4, ignore_index=True)
    four["src_bytes"] = [1.0, 3.0, 5.0, 7.0]
    four["flag"] = ["SF", "REJ", "SF", "SF"]
    features = Encoder.fit(four, kinds_of(description)).transform(four)
    # mean 4, standard deviation sqrt(5)
    np.testing.assert_allclose(features["src_bytes"], np.array([-3, -1, 1, 3]) / np.sqrt(5))
    # LabelEncoder sorts: REJ is 0, SF is 1; mean 3 / 4, standard deviation sqrt(3) / 4
    np.testing.assert_allclose(features["flag"], np.array([1, -3, 1, 1]) / np.sqrt(3))
    # A constant feature becomes 0.
    assert (features["dst_bytes"] == 0).all()


def test_training_features_are_standardised(records: pd.DataFrame, train: Training) -> None:
    features = train.encoder.transform(records)
    np.testing.assert_array_equal(features.to_numpy(), train.features)
    assert (features.dtypes == "float64").all()
    np.testing.assert_allclose(features.mean(), 0, atol=1e-9)
    spread = features.std(ddof=0)
    np.testing.assert_allclose(spread[spread > 0], 1, atol=1e-9)


def test_kinds_are_those_of_the_description(train: Training, description: Description) -> None:
    encoder, columns = train.encoder, description.columns
    assert tuple(encoder.categories) == columns.categorical
    assert np.array(encoder.names)[encoder.categorical].tolist() == list(columns.categorical)
    assert {name for name, kind in encoder.features.items() if kind == "rate"} == set(columns.rate)
    assert {name for name, kind in encoder.features.items() if kind == "flag"} == set(columns.flag)


def test_a_column_of_no_kind_holds_whole_numbers_if_all_training_rows_have_them() -> None:
    frame = pd.DataFrame(
        {
            "whole": [1.0, -5.0, 0.0],
            "large": [2.0**53 - 1, 0.0, 1.0],
            "larger": [2.0**53, 0.0, 1.0],
            "half": [1.0, 2.5, 0.0],
            "text": pd.Categorical(["b", "a", "b"]),
        }
    )
    found = Encoder.fit(frame, {"text": "category"})
    assert found.features == {
        "whole": "integer",
        "large": "integer",
        "larger": "number",
        "half": "number",
        "text": "category",
    }
    assert found.categories == {"text": ["a", "b"]}
    assert set(found.features.values()) <= set(get_args(Kind))


def test_inverse_gives_the_records_back(train: Training) -> None:
    features = pd.DataFrame(train.features, columns=train.encoder.names)
    pd.testing.assert_frame_equal(train.encoder.inverse_transform(features), train.records, check_dtype=False)


def test_any_features_decode_to_legal_records(train: Training) -> None:
    names = train.encoder.names
    wild = np.random.default_rng(0).normal(0, 20, size=(500, len(names)))
    records = train.encoder.inverse_transform(pd.DataFrame(wild, columns=names))
    for name, kind in train.encoder.features.items():
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


def test_whole_numbers_of_no_kind_may_be_negative() -> None:
    records = pd.DataFrame({"window": [-1.0, 8192.0, -1.0, 0.0]})
    encoder = Encoder.fit(records, {})
    near = pd.DataFrame({"window": [-1.2, -0.4, 3.6, 1e6]})
    back = encoder.inverse_transform(near.sub(encoder.mean).div(encoder.scale))
    assert back["window"].tolist() == [-1, 0, 4, 10**6]
    assert back["window"].dtype == "int64"


def test_plain_numbers_come_back_as_they_are() -> None:
    """A column of no kind may hold any number: nothing of it is rounded or cut off."""
    records = pd.DataFrame({"speed": [-1.234567, 0.0, 85.25], "state": ["a", "b", "a"]})
    encoder = Encoder.fit(records, {"state": "category"})
    back = encoder.inverse_transform(encoder.transform(records))
    pd.testing.assert_frame_equal(back, records, rtol=1e-12)


def test_samplers_see_texts_and_numbers(train: Training) -> None:
    frame = train.records.astype(dict.fromkeys(train.encoder.categories, "category")).astype(
        {name: "float64" for name, kind in train.encoder.features.items() if kind != "category"}
    )
    pd.testing.assert_frame_equal(train.encoder.records(frame), train.records)


def test_json_restores_the_encoder_exactly(records: pd.DataFrame, train: Training) -> None:
    again = Encoder.from_json(json.loads(json.dumps(train.encoder.to_json())))
    assert again.features == train.encoder.features
    expected = train.encoder.transform(records)
    pd.testing.assert_frame_equal(again.transform(records), expected, check_exact=True)


@pytest.mark.parametrize("column", ["protocol_type", "service", "flag"])
def test_a_category_that_training_lacked_has_the_code_after_the_last(
    records: pd.DataFrame, train: Training, column: str
) -> None:
    changed = records.head(50).copy()
    changed.loc[[11, 17], column] = ["gopher2", "x"]
    encoder = train.encoder
    at = encoder.names.index(column)
    codes = encoder.transform(changed)[column] * encoder.scale[at] + encoder.mean[at]
    np.testing.assert_allclose(codes[[11, 17]], len(encoder.categories[column]))
    found = encoder.unknown(changed)
    assert list(found) == [column]
    assert np.flatnonzero(found[column]).tolist() == [11, 17]
    # A new row has one of training's.
    back = encoder.inverse_transform(encoder.transform(changed))
    assert back[column][11] == encoder.categories[column][-1]
    assert encoder.unknown(records) == {}


def test_categories_are_compared_as_texts() -> None:
    """Numbers that are names; in the order of their texts."""
    train = pd.DataFrame({"port": pd.Categorical(["80", "443", "80", "9"])})
    encoder = Encoder.fit(train, {"port": "category"})
    assert encoder.categories == {"port": ["443", "80", "9"]}
    test = pd.DataFrame({"port": pd.Categorical(["9", "0", "443"], categories=["0", "443", "9", "never"])})
    codes = encoder.transform(test)["port"] * encoder.scale[0] + encoder.mean[0]
    np.testing.assert_allclose(codes, [2, 3, 0], atol=1e-12)
    assert encoder.unknown(test)["port"].tolist() == [False, True, False]
