import subprocess
import sys
import zipfile

import numpy as np
import pytest
import skops.io
from sklearn.ensemble import VotingClassifier
from sklearn.linear_model import LogisticRegression
from skops.io.exceptions import UntrustedTypesFoundException
from xgboost import XGBClassifier

from aeflow.classifiers import FILES
from aeflow.classifiers.confusion import confusions
from aeflow.classifiers.fit import fit, lr_report, vote
from aeflow.classifiers.storage import from_bytes, to_bytes


def _data() -> tuple[np.ndarray, np.ndarray]:
    labels = np.arange(300) % 3
    return np.random.default_rng(0).normal(labels[:, None], 0.8, size=(300, 4)), labels


@pytest.mark.parametrize("name", FILES)
def test_stored_classifiers_predict_as_fitted(name: str) -> None:
    features, labels = _data()
    fitted = fit(name, features, labels, 500, 0)
    stored = to_bytes(fitted)
    np.testing.assert_array_equal(from_bytes(stored).predict_proba(features), fitted.predict_proba(features))
    assert to_bytes(fit(name, features, labels, 500, 0)) == stored


def test_stored_bytes_are_the_same_in_another_process() -> None:
    """skops names arrays by their address in memory, which differs between processes."""
    program = (
        "import hashlib, sys; sys.path[:0] = ['src', 'tests']\n"
        "from test_classifiers import _data\n"
        "from aeflow.classifiers.fit import fit; from aeflow.classifiers.storage import to_bytes\n"
        "junk = [object() for _ in range(int(sys.argv[1]))]\n"
        "print(hashlib.sha256(to_bytes(fit('rf', *_data(), 500, 0))).hexdigest())"
    )
    found = {subprocess.check_output([sys.executable, "-c", program, n]) for n in ("1", "54321")}
    assert len(found) == 1


def test_an_unknown_type_is_not_loaded(tmp_path: object) -> None:
    with pytest.raises(UntrustedTypesFoundException):
        from_bytes(skops.io.dumps(zipfile.Path))


def test_voting_is_scikit_learns_without_a_second_fit() -> None:
    features, labels = _data()
    xgb, lr = fit("xgb", features, labels, 500, 0), fit("lr", features, labels, 500, 0)
    members = [
        ("xgb", XGBClassifier(random_state=0, n_jobs=1)),
        ("lr", LogisticRegression(max_iter=500, random_state=0)),
    ]
    for voting in ("soft", "hard"):
        expected = VotingClassifier(members, voting=voting).fit(features, labels)
        ours = vote(xgb, lr, voting, np.arange(3))
        assert ours.named_estimators_["xgb"].estimator is xgb
        np.testing.assert_array_equal(ours.predict(features), expected.predict(features))


def test_hard_voting_gives_ties_to_the_lower_code() -> None:
    features, labels = _data()
    xgb, lr = fit("xgb", features, labels, 500, 0), fit("lr", features, labels, 500, 0)
    mixed = np.random.default_rng(1).normal(1, 1.5, size=(300, 4))
    votes = np.array([xgb.predict(mixed), lr.predict(mixed)])
    assert (votes[0] != votes[1]).any()
    np.testing.assert_array_equal(vote(xgb, lr, "hard", np.arange(3)).predict(mixed), votes.min(axis=0))


def test_lr_says_whether_it_converged() -> None:
    features, labels = _data()
    assert lr_report(fit("lr", features, labels, 500, 0))["converged"]
    assert lr_report(fit("lr", features, labels, 2, 0)) == {"iterations": 2, "converged": False}


def test_confusion_counts_rows_of_a_class_by_what_they_were_taken_for() -> None:
    features, labels = _data()
    fitted = {name: fit(name, features, labels, 500, 0) for name in FILES}
    stored = {name: to_bytes(classifier) for name, classifier in fitted.items()}
    found = confusions(stored, "soft", {"test": (features, labels)}, 4)["test"]
    assert list(found) == [*FILES, "voting"]
    predicted = fitted["lr"].predict(features)
    for i in range(4):
        for j in range(4):
            assert found["lr"][i][j] == ((labels == i) & (predicted == j)).sum()
