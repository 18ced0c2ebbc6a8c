"""The density of normal traffic, of encoded features: what it is fitted to, and what classifiers are given of it."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from inputs import FEW_STEPS

from aeflow import AEFlowDetector
from nids.data.sets import Training
from nids.detect import FILES, WITH_DENSITY
from nids.detect.density import NAMES, Density, density_path, fit_density
from nids.params import Params


def test_both_columns_are_the_detectors_of_decoded_records(small: Training, density: Density) -> None:
    found = density.of(small.features)
    assert found.shape == (len(small.features), len(NAMES))
    np.testing.assert_array_equal(found, density.detector.log_likelihoods(small.records))
    np.testing.assert_array_equal(density.of(small.features[5:8]), found[5:8])
    np.testing.assert_allclose(found.sum(axis=1), density.detector.score_samples(small.records))


def test_a_classifier_is_given_them_behind_the_features_if_it_sees_them(small: Training, density: Density) -> None:
    assert set(WITH_DENSITY) < set(FILES)
    for name in FILES:
        expected = small.features
        if name in WITH_DENSITY:
            expected = np.hstack([small.features, density.of(small.features)])
        np.testing.assert_array_equal(density.before(name, small.features), expected)


@pytest.mark.parametrize("column", ["service", "flag"])
def test_an_unknown_category_has_a_lower_density_than_each_that_training_has(
    small: Training, density: Density, column: str
) -> None:
    """A category that normal rows lack is as unlikely, and the detector has not learned it either."""
    encoder = small.encoder
    at, last = encoder.names.index(column), len(encoder.categories[column]) - 1
    row = small.features[[int(np.flatnonzero(small.labels == small.classes.index("Normal"))[0])]]
    rows = np.repeat(row, last + 3, axis=0)
    rows[:, at] = (np.arange(last + 3) - encoder.mean[at]) / encoder.scale[at]
    found = density.of(rows).sum(axis=1)
    learned = set(small.records[column][small.labels == small.classes.index("Normal")])
    of_learned = found[[i for i, name in enumerate(encoder.categories[column]) if name in learned]]
    of_others = found[[i for i, name in enumerate(encoder.categories[column]) if name not in learned]]
    assert len(of_learned) >= 2
    assert (of_learned > found[last + 1]).all()
    np.testing.assert_array_equal(of_others, found[last + 1])
    # A code further away is no other one.
    assert found[last + 2] == found[last + 1]


def test_params_yaml_has_the_detectors_defaults(params: Params) -> None:
    """docs/detector.md measures the detector with them."""
    settings = params.density.model_dump()
    defaults = AEFlowDetector().get_params()
    assert AEFlowDetector(**settings).get_params() == defaults
    assert set(defaults) - set(settings) == {"contamination", "categorical_features", "random_state", "verbose"}


def test_it_is_fitted_to_the_rows_of_one_class(small: Training) -> None:
    normal = small.labels == small.classes.index("Normal")
    found = Density.fit(small, "Normal", FEW_STEPS, 3)
    by_hand = AEFlowDetector(**FEW_STEPS, random_state=3)
    records = small.encoder.inverse_transform(pd.DataFrame(small.features[normal], columns=small.encoder.names))
    expected = by_hand.fit(records).log_likelihoods(small.records)
    np.testing.assert_array_equal(found.of(small.features), expected)
    assert found.detector.offset_ == by_hand.offset_
    assert (found.detector.decision_function(records) < 0).mean() == pytest.approx(0.05, abs=0.01)
    np.testing.assert_array_equal(fit_density(small, None, "Normal", FEW_STEPS, 3).of(small.features), expected)
    np.testing.assert_array_equal(fit_density(small, normal, "Normal", FEW_STEPS, 3).of(small.features), expected)
    assert (Density.fit(small, "Normal", FEW_STEPS | {"noise": 1.0}, 3).of(small.features) != expected).any()
    assert (fit_density(small, None, "Dos", FEW_STEPS, 3).of(small.features) != expected).any()


def test_a_stored_density_gives_the_same_to_the_bit(small: Training, density: Density, tmp_path: Path) -> None:
    density.save(tmp_path / "new/seed0.safetensors")
    again = Density.load(tmp_path / "new/seed0.safetensors", small.encoder)
    np.testing.assert_array_equal(again.of(small.features), density.of(small.features))
    assert again.detector.offset_ == density.detector.offset_
    again.save(tmp_path / "again.safetensors")
    assert (tmp_path / "again.safetensors").read_bytes() == (tmp_path / "new/seed0.safetensors").read_bytes()


def test_the_papers_seeds_have_a_place_of_their_own() -> None:
    assert density_path(0, [0, 2]) == Path("data/density/seed0.safetensors")
    assert density_path(1, [0, 2]) == Path("data/densities/seeds/seed1.safetensors")
