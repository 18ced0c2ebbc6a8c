import hashlib
import io
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import skops.io
from sklearn.base import ClassifierMixin
from sklearn.ensemble import VotingClassifier
from sklearn.frozen import FrozenEstimator
from sklearn.linear_model import LogisticRegression
from skops.io.exceptions import UntrustedTypesFoundException
from xgboost import XGBClassifier

from aeflow.base.errors import InputError
from aeflow.classifiers import DETERMINISTIC, FILES
from aeflow.classifiers.fit import fit, lr_report
from aeflow.classifiers.inputs import inputs
from aeflow.classifiers.storage import from_bytes, read_classifier, to_bytes
from aeflow.classifiers.voting import vote
from aeflow.nsl_kdd.encoder import Encoder
from aeflow.nsl_kdd.records import classes_of, read_records
from aeflow.nsl_kdd.schema import CATEGORIES, CLASSES, FEATURES

Data = tuple[pd.DataFrame, np.ndarray, Encoder]
CATEGORICAL = [list(FEATURES).index(name) for name in CATEGORIES]


def _fit(name: str, x: np.ndarray, labels: np.ndarray, **changes: Any) -> ClassifierMixin:
    settings = {
        "categorical": "label",
        "lr_max_iter": 500,
        "colsample_bytree": 0.5,
        "weighted": False,
        "seed": 0,
        **changes,
    }
    return fit(name, x, labels, **settings)


def _data() -> tuple[np.ndarray, np.ndarray]:
    """Three classes that overlap, of 60, 120 and 180 rows."""
    labels = np.repeat([0, 1, 2], [60, 120, 180])
    return np.random.default_rng(0).normal(labels[:, None], 0.8, size=(360, 4)), labels


@pytest.fixture(scope="module")
def demo_rows() -> Data:
    """Every row of R2L and U2R, every fourth of the others, and the encoder of all."""
    records = read_records(Path(__file__).parents[1] / "data/demo/train.txt")
    labels, encoder = classes_of(records), Encoder.fit(records)
    chosen = (labels >= CLASSES.index("R2L")) | (np.arange(len(labels)) % 4 == 0)
    return records[chosen], labels[chosen], encoder


def _features(rows: Data) -> np.ndarray:
    return rows[2].transform(rows[0], "demo").to_numpy()


def _onehot(rows: Data) -> np.ndarray:
    """Numbers, then a column for each category, from the records' own words."""
    records, _, encoder = rows
    words = [np.equal.outer(records[name].to_numpy(), encoder.categories[name]) for name in CATEGORIES]
    return np.hstack([np.delete(_features(rows), CATEGORICAL, axis=1), *words]).astype(float)


@pytest.mark.parametrize("categorical", ["label", "onehot"])
@pytest.mark.parametrize("name", FILES)
def test_stored_classifiers_predict_as_fitted(demo_rows: Data, name: str, categorical: str) -> None:
    x, labels = inputs(name, categorical, _features(demo_rows), demo_rows[2]), demo_rows[1]
    fitted = _fit(name, x[::3], labels[::3], categorical=categorical)
    stored = to_bytes(fitted)
    np.testing.assert_array_equal(from_bytes(stored).predict_proba(x), fitted.predict_proba(x))
    assert to_bytes(_fit(name, x[::3], labels[::3], categorical=categorical)) == stored


@pytest.mark.parametrize("name", FILES)
def test_the_seed_matters_where_something_is_drawn(demo_rows: Data, name: str) -> None:
    x, labels = inputs(name, "label", _features(demo_rows), demo_rows[2])[::3], demo_rows[1][::3]
    found = {to_bytes(_fit(name, x, labels, seed=seed)) for seed in range(3)}
    assert (len(found) == 1) == (name in DETERMINISTIC)


def test_stored_bytes_are_the_same_in_another_process() -> None:
    """skops names arrays by their address in memory, which differs between processes."""
    program = (
        "import hashlib, sys; sys.path[:0] = ['src', 'tests']\n"
        "from test_classifiers import _data, _fit\n"
        "from aeflow.classifiers.storage import to_bytes\n"
        "junk = [object() for _ in range(54321)]\n"
        "print(hashlib.sha256(to_bytes(_fit('rf', *_data()))).hexdigest())"
    )
    there = subprocess.check_output([sys.executable, "-c", program], cwd=Path(__file__).parents[1], text=True)
    assert there.strip() == hashlib.sha256(to_bytes(_fit("rf", *_data()))).hexdigest()


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


@pytest.mark.parametrize("name", ["dt", "rf", "lr", "xgb"])
def test_label_inputs_are_the_features(demo_rows: Data, name: str) -> None:
    features = _features(demo_rows)
    np.testing.assert_array_equal(inputs(name, "label", features, demo_rows[2]), features)


@pytest.mark.parametrize("name", ["dt", "rf", "lr"])
def test_onehot_inputs_have_a_column_for_each_category(demo_rows: Data, name: str) -> None:
    found = inputs(name, "onehot", _features(demo_rows), demo_rows[2])
    assert found.shape[1] == 38 + sum(len(words) for words in demo_rows[2].categories.values())
    np.testing.assert_array_equal(found, _onehot(demo_rows))


@pytest.mark.parametrize(
    ("name", "categorical"), [("xgb", "onehot"), ("xgb_onehot", "label"), ("xgb_onehot", "onehot")]
)
def test_xgboost_sees_the_codes_of_categories(demo_rows: Data, name: str, categorical: str) -> None:
    records, _, encoder = demo_rows
    features = _features(demo_rows)
    before = features.copy()
    found = inputs(name, categorical, features, encoder)
    np.testing.assert_array_equal(features, before)
    for column, category in zip(CATEGORICAL, CATEGORIES, strict=True):
        assert [encoder.categories[category][int(code)] for code in found[:, column]] == records[category].tolist()
    np.testing.assert_array_equal(np.delete(found, CATEGORICAL, axis=1), np.delete(features, CATEGORICAL, axis=1))


def test_codes_between_categories_go_to_the_nearest(demo_rows: Data) -> None:
    """SMOTE's rows lie between codes, and a generator's can lie beyond them."""
    encoder = demo_rows[2]
    service = list(FEATURES).index("service")
    last = len(encoder.categories["service"]) - 1
    features = np.zeros((5, 41))
    wanted = np.array([0.4, 0.6, -3.0, last + 0.2, 99.0])
    features[:, service] = (wanted - encoder.mean[service]) / encoder.scale[service]
    assert inputs("xgb_onehot", "label", features, encoder)[:, service].tolist() == [0, 1, 0, last, last]
    start = 38 + len(encoder.categories["protocol_type"])
    onehot = inputs("lr", "onehot", features, encoder)[:, start : start + last + 1]
    assert onehot.argmax(axis=1).tolist() == [0, 1, 0, last, last]
    assert (onehot.sum(axis=1) == 1).all()


def test_xgboosts_own_onehot_splits_are_those_of_onehot_columns(demo_rows: Data) -> None:
    """Also for a category that no fitted row has."""
    records, labels, encoder = demo_rows
    rare = (records["service"] == "ftp_data").to_numpy()
    assert 0 < rare.sum() < len(rare) / 2
    codes, onehot = inputs("xgb", "onehot", _features(demo_rows), encoder), _onehot(demo_rows)
    ours = _fit("xgb", codes[~rare], labels[~rare], categorical="onehot")
    by_hand = XGBClassifier(n_jobs=1).fit(onehot[~rare], labels[~rare])
    np.testing.assert_array_equal(ours.predict(codes), by_hand.predict(onehot))
    # Each split takes one category from the others.
    splits = ours.get_booster().trees_to_dataframe()["Category"].dropna()
    assert len(splits) > 0
    assert (splits.map(len) == 1).all()


def test_xgboost_onehot_draws_columns(demo_rows: Data) -> None:
    x, labels = inputs("xgb_onehot", "label", _features(demo_rows), demo_rows[2])[::3], demo_rows[1][::3]
    all_columns = _fit("xgb_onehot", x, labels, colsample_bytree=1.0).predict_proba(x)
    np.testing.assert_array_equal(all_columns, _fit("xgb", x, labels, categorical="onehot").predict_proba(x))
    assert (_fit("xgb_onehot", x, labels).predict_proba(x) != all_columns).any()


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


def test_lr_reaches_the_optimum_that_lbfgs_comes_near(demo_rows: Data) -> None:
    features, labels = _features(demo_rows), demo_rows[1]
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
