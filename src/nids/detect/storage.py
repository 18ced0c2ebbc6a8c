"""Fitted classifiers as bytes that cannot run code: skops, and XGBoost's own format."""

import io
import json
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import skops.io
from sklearn.base import ClassifierMixin
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.tree import DecisionTreeClassifier
from xgboost import XGBClassifier

from nids.base.files import intact
from nids.detect import FILES

# What each file of FILES holds.
TYPES = {
    "dt": DecisionTreeClassifier,
    "rf": RandomForestClassifier,
    "lr": LogisticRegression,
    "xgb": XGBClassifier,
    "xgb_onehot": XGBClassifier,
    "xgb_density": XGBClassifier,
}

# skops asks to name it, because node indices out of range could crash a prediction.
TRUSTED = ["sklearn.tree._tree.Tree"]


def to_bytes(classifier: ClassifierMixin) -> bytes:
    """Return the same bytes for the same fitted classifier."""
    if isinstance(classifier, XGBClassifier):
        return bytes(classifier.get_booster().save_raw("ubj"))
    return _canonical(skops.io.dumps(classifier))


def read_classifier(path: Path) -> ClassifierMixin:
    """Return the classifier in one of FILES.

    Raises InputError if the file is missing, damaged, larger unpacked than it is, of types that are not known, or
    another classifier than its name says.
    """
    with intact(path):
        of_name = TYPES[{file: name for name, file in FILES.items()}[path.name]]
        if of_name is XGBClassifier:
            # A damaged booster can end the process that reads it, without an error.
            subprocess.run([sys.executable, "-c", _TRY, str(path)], check=True, capture_output=True, timeout=300)
        classifier = from_bytes(path.read_bytes())
        if type(classifier) is not of_name:
            raise TypeError
        _check_trees(classifier)
        classifier.predict_proba(np.zeros((1, classifier.n_features_in_)))
        return classifier


_TRY = """
import sys
from xgboost import XGBClassifier
classifier = XGBClassifier(n_jobs=1)
classifier.load_model(sys.argv[1])
classifier.get_booster().get_dump()
classifier.predict_proba([[0.0] * classifier.n_features_in_])
"""


def from_bytes(content: bytes) -> ClassifierMixin:
    """Return the classifier; of the types in skops files only known ones are made.

    Raises ValueError for an archive that is larger unpacked than it is: ``to_bytes`` does not compress.
    """
    if not zipfile.is_zipfile(io.BytesIO(content)):
        classifier = XGBClassifier(n_jobs=1)
        classifier.load_model(bytearray(content))
        return classifier
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        if sum(file.file_size for file in archive.infolist()) > len(content):
            raise ValueError("larger unpacked than it is")
    return skops.io.loads(content, trusted=TRUSTED)


def _check_trees(classifier: ClassifierMixin) -> None:
    """Raise ValueError for a tree whose nodes lead out of it, or back: a prediction would crash or never end."""
    for fitted in getattr(classifier, "estimators_", [classifier]):
        if isinstance(fitted, DecisionTreeClassifier):
            tree = fitted.tree_
            nodes = np.arange(tree.node_count)
            inner = tree.children_left != -1
            for children in (tree.children_left, tree.children_right):
                if not ((children > nodes) & (children < len(nodes)))[inner].all():
                    raise ValueError("children")
            if not ((tree.feature >= 0) & (tree.feature < classifier.n_features_in_))[inner].all():
                raise ValueError("feature")


def _canonical(content: bytes) -> bytes:
    """Return a skops archive without memory addresses and times.

    skops names arrays and marks shared objects by their address in memory, and zip records the
    time; addresses are numbered here in their order of appearance. Whether equal numbers and texts
    are one object depends on how the process got them, so these are numbered one by one.
    """
    numbers: dict[int | str, int] = {}

    def renumber(value: Any) -> Any:
        if isinstance(value, list):
            return [renumber(item) for item in value]
        if not isinstance(value, dict):
            return value
        value = {key: renumber(item) for key, item in value.items()}
        if "__id__" in value:
            plain = value["__loader__"] == "JsonNode"
            value["__id__"] = numbers.setdefault(f"plain {len(numbers)}" if plain else value["__id__"], len(numbers))
        if value.get("type") == "numpy":
            value["file"] = f"{numbers.setdefault(int(value['file'].removesuffix('.npy')), len(numbers))}.npy"
        return value

    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(target, "w") as new:
        schema = renumber(json.loads(old.read("schema.json")))
        new.writestr(zipfile.ZipInfo("schema.json"), json.dumps(schema))
        for name in old.namelist():
            if name != "schema.json":
                number = numbers[int(name.removesuffix(".npy"))]
                new.writestr(zipfile.ZipInfo(f"{number}.npy"), old.read(name))
    return target.getvalue()
