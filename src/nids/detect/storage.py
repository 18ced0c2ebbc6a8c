"""Fitted classifiers as bytes that cannot run code: skops, and XGBoost's own format."""

import io
import json
import zipfile
from pathlib import Path
from typing import Any

import skops.io
from sklearn.base import ClassifierMixin
from xgboost import XGBClassifier

from nids.base.files import intact

# skops asks to name it, because node indices out of range could crash a prediction.
TRUSTED = ["sklearn.tree._tree.Tree"]


def to_bytes(classifier: ClassifierMixin) -> bytes:
    """Return the same bytes for the same fitted classifier."""
    if isinstance(classifier, XGBClassifier):
        return bytes(classifier.get_booster().save_raw("ubj"))
    return _canonical(skops.io.dumps(classifier))


def read_classifier(path: Path) -> ClassifierMixin:
    """Return the classifier in a file; raises InputError if it is missing, damaged or of types that are not known."""
    with intact(path):
        return from_bytes(path.read_bytes())


def from_bytes(content: bytes) -> ClassifierMixin:
    """Return the classifier; of the types in skops files only known ones are made."""
    if not zipfile.is_zipfile(io.BytesIO(content)):
        classifier = XGBClassifier(n_jobs=1)
        classifier.load_model(bytearray(content))
        return classifier
    return skops.io.loads(content, trusted=TRUSTED)


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
