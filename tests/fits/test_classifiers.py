import io
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import skops.io
from sklearn.base import ClassifierMixin
from sklearn.ensemble import VotingClassifier
from sklearn.frozen import FrozenEstimator
from sklearn.linear_model import LogisticRegression
from skops.io.exceptions import UntrustedTypesFoundException
from xgboost import XGBClassifier

from aeflow.errors import InputError
from nids.balance.training_set import Rows
from nids.data.encoder import Encoder
from nids.data.sets import Training
from nids.detect import DETERMINISTIC, FILES, Options
from nids.detect.density import Density
from nids.detect.fit import fit, lr_report, probabilities
from nids.detect.inputs import feature_types, inputs
from nids.detect.storage import from_bytes, read_classifier, to_bytes
from nids.detect.train import train
from nids.detect.voting import vote

# Of four numbers.
PLAIN = Encoder(dict.fromkeys("abcd", "number"), {}, np.zeros(4), np.ones(4))


def _fit(
    name: str, features: np.ndarray, labels: np.ndarray, encoder: Encoder = PLAIN, **changes: Any
) -> ClassifierMixin:
    chosen = {"weighted": False, "seed": 0} | {key: changes.pop(key) for key in ("weighted", "seed") if key in changes}
    options = Options(**{"categorical": "label", "lr_max_iter": 500, "colsample_bytree": 0.5, **changes})
    return fit(name, Rows(features, labels), encoder, options, **chosen)


def _data() -> tuple[np.ndarray, np.ndarray]:
    """Three classes that overlap, of 60, 120 and 180 rows."""
    labels = np.repeat([0, 1, 2], [60, 120, 180])
    return np.random.default_rng(0).normal(labels[:, None], 0.8, size=(360, 4)), labels


def _onehot(rows: Training) -> np.ndarray:
    """Numbers, then a column for each category, from the records' own words."""
    words = [np.equal.outer(rows.records[name].to_numpy(), of) for name, of in rows.encoder.categories.items()]
    return np.hstack([rows.features[:, ~rows.encoder.categorical], *words]).astype(float)


@pytest.mark.usefixtures("few_trees")
@pytest.mark.parametrize("categorical", ["label", "onehot"])
@pytest.mark.parametrize("name", FILES)
def test_stored_classifiers_predict_as_fitted(small: Training, density: Density, name: str, categorical: str) -> None:
    known = Rows(small.features[::3], small.labels[::3])
    options = Options(categorical=categorical, lr_max_iter=20, colsample_bytree=0.5)
    stored, found, report = train(name, known, density, options, False, small.features, 0)
    assert (report != {}) == (name == "lr")
    classifier = from_bytes(stored)
    seen = density.before(name, small.features)
    np.testing.assert_array_equal(probabilities(name, classifier, seen, small.encoder, options), found)
    again, _, _ = train(name, known, density, options, False, small.features, 0)
    assert again == stored


@pytest.mark.usefixtures("few_trees")
@pytest.mark.parametrize("name", FILES)
def test_the_seed_matters_where_something_is_drawn(small: Training, name: str) -> None:
    features, labels = small.features[::3], small.labels[::3]
    found = {to_bytes(_fit(name, features, labels, small.encoder, seed=seed)) for seed in range(2)}
    assert (len(found) == 1) == (name in DETERMINISTIC)


def test_stored_bytes_do_not_tell_which_equal_values_are_one_object() -> None:
    """A worker process of Dask and one of loky differ in that."""
    forest = _fit("rf", *_data())
    before = to_bytes(forest)
    for tree in forest.estimators_[::2]:
        tree.criterion = "".join(["gi", "ni"])
        tree.ccp_alpha = float("0.0")
    assert to_bytes(forest) == before
    forest.estimators_[0].criterion = "entropy"
    assert to_bytes(forest) != before


def test_an_unknown_type_is_not_loaded(tmp_path: Path) -> None:
    content = skops.io.dumps(zipfile.Path)
    with pytest.raises(UntrustedTypesFoundException):
        from_bytes(content)
    (tmp_path / "dt.skops").write_bytes(content)
    with pytest.raises(InputError, match=r"/dt\.skops: damaged, .* \(UntrustedTypesFoundException\); run `dvc repro`"):
        read_classifier(tmp_path / "dt.skops")


def test_a_pickle_inside_a_classifier_is_not_loaded() -> None:
    """An array of objects is a pickle in numpy's format."""
    pickled = io.BytesIO()
    np.save(pickled, np.array([None]))
    stored, target = zipfile.ZipFile(io.BytesIO(to_bytes(_fit("dt", *_data())))), io.BytesIO()
    with zipfile.ZipFile(target, "w") as changed:
        for name in stored.namelist():
            changed.writestr(name, pickled.getvalue() if name.endswith(".npy") else stored.read(name))
    with pytest.raises(ValueError, match="Object arrays cannot be loaded"):
        from_bytes(target.getvalue())


@pytest.mark.usefixtures("few_trees")
def test_xgboost_with_density_is_xgboost_onehot_on_two_more_columns(small: Training, density: Density) -> None:
    options = Options("label", lr_max_iter=20, colsample_bytree=0.5)
    known = Rows(small.features[::3], small.labels[::3])
    _, found, _ = train("xgb_density", known, density, options, True, small.features, 4)
    widened = np.hstack([small.features, density.of(small.features)])
    x = widened.copy()
    x[:, :41] = inputs("xgb_onehot", "label", small.features, small.encoder)
    types = [*feature_types(small.encoder, 41), "q", "q"]
    weights = (1 / np.bincount(known.labels))[known.labels]
    by_hand = XGBClassifier(
        n_estimators=5, n_jobs=1, random_state=4, colsample_bytree=0.5, enable_categorical=True, feature_types=types,
        max_cat_to_onehot=2**31 - 1,
    ).fit(x[::3], known.labels, sample_weight=weights / weights.mean())  # fmt: skip
    np.testing.assert_array_equal(found, by_hand.predict_proba(x))
    # The density is among what it splits by; without it the probabilities are others.
    assert {"f41", "f42"} & set(by_hand.get_booster().trees_to_dataframe()["Feature"])
    _, without, _ = train("xgb_onehot", known, density, options, True, small.features, 4)
    assert (found != without).any()


@pytest.mark.parametrize("name", ["dt", "rf", "lr", "xgb"])
def test_label_inputs_are_the_features(small: Training, name: str) -> None:
    np.testing.assert_array_equal(inputs(name, "label", small.features, small.encoder), small.features)


@pytest.mark.parametrize("name", ["dt", "rf", "lr"])
def test_onehot_inputs_have_a_column_for_each_category(small: Training, name: str) -> None:
    found = inputs(name, "onehot", small.features, small.encoder)
    assert found.shape[1] == 38 + sum(len(words) for words in small.encoder.categories.values())
    np.testing.assert_array_equal(found, _onehot(small))


@pytest.mark.parametrize(
    ("name", "categorical"), [("xgb", "onehot"), ("xgb_onehot", "label"), ("xgb_onehot", "onehot")]
)
def test_xgboost_sees_the_codes_of_categories(small: Training, name: str, categorical: str) -> None:
    encoder, before = small.encoder, small.features.copy()
    found = inputs(name, categorical, small.features, encoder)
    np.testing.assert_array_equal(small.features, before)
    for category, words in encoder.categories.items():
        codes = found[:, encoder.names.index(category)]
        assert [words[int(code)] for code in codes] == small.records[category].tolist()
    numbers = ~encoder.categorical
    np.testing.assert_array_equal(found[:, numbers], small.features[:, numbers])
    # What stands behind the features stays as it is.
    more = np.arange(2.0 * len(found)).reshape(-1, 2)
    wider = inputs("xgb_density", categorical, np.hstack([small.features, more]), encoder)
    np.testing.assert_array_equal(wider, np.hstack([found, more]))
    assert feature_types(encoder, 43) == [*("c" if of else "q" for of in encoder.categorical), "q", "q"]


def test_codes_between_categories_go_to_the_nearest(small: Training) -> None:
    """SMOTE's rows lie between codes; beyond the last is none of them, as a category that training lacked."""
    encoder = small.encoder
    service = encoder.names.index("service")
    last = len(encoder.categories["service"]) - 1
    features = np.zeros((5, 41))
    wanted = np.array([0.4, 0.6, -3.0, last + 0.2, 99.0])
    features[:, service] = (wanted - encoder.mean[service]) / encoder.scale[service]
    assert inputs("xgb_onehot", "label", features, encoder)[:, service].tolist() == [0, 1, 0, last, last + 1]
    start = 38 + len(encoder.categories["protocol_type"])
    onehot = inputs("lr", "onehot", features, encoder)[:, start : start + last + 1]
    assert onehot[:4].argmax(axis=1).tolist() == [0, 1, 0, last]
    assert onehot.sum(axis=1).tolist() == [1, 1, 1, 1, 0]


def test_xgboosts_own_onehot_splits_are_those_of_onehot_columns(small: Training) -> None:
    """Also for a category that no fitted row has."""
    rare = (small.records["service"] == "ftp_data").to_numpy()
    assert 0 < rare.sum() < len(rare) / 2
    codes, onehot = inputs("xgb", "onehot", small.features, small.encoder), _onehot(small)
    ours = _fit("xgb", small.features[~rare], small.labels[~rare], small.encoder, categorical="onehot")
    by_hand = XGBClassifier(n_jobs=1).fit(onehot[~rare], small.labels[~rare])
    np.testing.assert_array_equal(ours.predict(codes), by_hand.predict(onehot))
    # Each split takes one category from the others.
    splits = ours.get_booster().trees_to_dataframe()["Category"].dropna()
    assert len(splits) > 0
    assert (splits.map(len) == 1).all()


def test_xgboost_onehot_draws_columns(small: Training) -> None:
    rows = small.features[::3], small.labels[::3], small.encoder
    x = inputs("xgb_onehot", "label", rows[0], small.encoder)
    all_columns = _fit("xgb_onehot", *rows, colsample_bytree=1.0).predict_proba(x)
    np.testing.assert_array_equal(all_columns, _fit("xgb", *rows, categorical="onehot").predict_proba(x))
    assert (_fit("xgb_onehot", *rows).predict_proba(x) != all_columns).any()


@pytest.mark.parametrize("voting", ["soft", "hard"])
def test_voting_is_scikit_learns(voting: str) -> None:
    features, labels = _data()
    members = [_fit(name, features, labels) for name in ("xgb", "lr")]
    mixed = np.random.default_rng(1).normal(1, 1.5, size=(300, 4))
    frozen = [(str(i), FrozenEstimator(member)) for i, member in enumerate(members)]
    expected = VotingClassifier(frozen, voting=voting).fit(features, labels)
    probabilities = [member.predict_proba(mixed) for member in members]
    assert (probabilities[0].argmax(axis=1) != probabilities[1].argmax(axis=1)).any()
    found = vote(probabilities, voting)
    np.testing.assert_array_equal(found.argmax(axis=1), expected.predict(mixed))
    if voting == "soft":
        np.testing.assert_allclose(found, expected.predict_proba(mixed), rtol=1e-6)


def test_votes_by_hand() -> None:
    one, two, three = np.array([[0.5, 0.3, 0.2]]), np.array([[0.1, 0.2, 0.7]]), np.array([[0.3, 0.4, 0.3]])
    np.testing.assert_allclose(vote([one, two], "soft"), [[0.3, 0.25, 0.45]])
    np.testing.assert_allclose(vote([one, two], "hard"), [[0.5, 0, 0.5]])
    np.testing.assert_allclose(vote([one, two, two], "hard"), [[1 / 3, 0, 2 / 3]])
    # Ties go to the lower code, whoever votes first.
    assert vote([two, one], "hard").argmax() == vote([one, two], "hard").argmax() == 0
    assert vote([two, three], "hard").argmax() == 1
    assert vote([np.array([[0.25, 0.5, 0.25]]), np.array([[0.25, 0.0, 0.75]])], "soft").argmax() == 2
    assert vote([np.array([[0.0, 0.25, 0.75]]), np.array([[0.0, 0.75, 0.25]])], "soft").argmax() == 1


def test_lr_reaches_the_optimum_that_lbfgs_comes_near(small: Training) -> None:
    features, labels = small.features[::3], small.labels[::3]
    ours = _fit("lr", features, labels)
    exact = LogisticRegression(tol=1e-10, max_iter=100_000).fit(features, labels)
    default = LogisticRegression(max_iter=1000).fit(features, labels)
    found, expected = ours.predict_proba(features), exact.predict_proba(features)
    np.testing.assert_allclose(found, expected, atol=2e-3)
    assert np.abs(found - expected).max() < np.abs(default.predict_proba(features) - expected).max()
    assert lr_report(ours)["iterations"] < 50
    assert ours.coef_.dtype == np.float32


@pytest.mark.parametrize("weighted", [False, True])
def test_weighted_classes_weigh_the_same(weighted: bool) -> None:
    """At LR's optimum the weighted mean of a class's probability is the class's share of the weight."""
    features, labels = _data()
    weights = 1 / np.bincount(labels)[labels] if weighted else np.ones(len(labels))
    shares = [1 / 3] * 3 if weighted else [1 / 6, 2 / 6, 3 / 6]
    found = np.average(_fit("lr", features, labels, weighted=weighted).predict_proba(features), axis=0, weights=weights)
    np.testing.assert_allclose(found, shares, atol=1e-4)
    # Weights are 1 on average.
    by_hand = XGBClassifier(n_jobs=1).fit(features, labels, sample_weight=weights / weights.mean())
    ours = _fit("xgb", features, labels, weighted=weighted)
    np.testing.assert_array_equal(ours.predict_proba(features), by_hand.predict_proba(features))


def test_lr_says_whether_it_converged() -> None:
    features, labels = _data()
    assert lr_report(_fit("lr", features, labels))["converged"]
    assert lr_report(_fit("lr", features, labels, lr_max_iter=2)) == {"iterations": 2, "converged": False}


@pytest.mark.usefixtures("few_trees")
@pytest.mark.parametrize("categorical", ["label", "onehot"])
@pytest.mark.parametrize("name", FILES)
def test_a_category_that_training_lacked_stops_no_classifier(
    small: Training, density: Density, name: str, categorical: str
) -> None:
    """It is the normal case in test files; a stored classifier meets it too."""
    records = small.records.iloc[:40].assign(service="a new service", flag="a new flag")
    features = small.encoder.transform(records).to_numpy()
    before = density.before(name, features)
    assert np.isfinite(inputs(name, categorical, before, small.encoder)).all()
    options = Options(categorical=categorical, lr_max_iter=20, colsample_bytree=0.5)
    known = Rows(small.features[::3], small.labels[::3])
    stored, found, _ = train(name, known, density, options, False, features, 0)
    assert found.shape == (40, 5)
    assert np.isfinite(found).all()
    np.testing.assert_allclose(found.sum(axis=1), 1, atol=1e-5)
    np.testing.assert_array_equal(probabilities(name, from_bytes(stored), before, small.encoder, options), found)
