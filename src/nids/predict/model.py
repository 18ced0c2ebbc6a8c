"""A fitted model, from its folder."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Self

import numpy as np
import pandas as pd
from sklearn.base import BaseEstimator, ClassifierMixin
from xgboost import DMatrix, XGBClassifier

from aeflow.errors import InputError
from nids.base.files import intact, read_json
from nids.base.quote import quoted
from nids.data.encoder import Encoder
from nids.detect import FILES, MAIN, WITH_DENSITY, Options
from nids.detect.density import NAMES, Density
from nids.detect.fit import probabilities
from nids.detect.inputs import feature_types, inputs, sees_codes
from nids.detect.voting import vote
from nids.predict.manifest import DENSITY, ENCODER, read_manifest
from nids.predict.prepare import Prepared, check_names, prepare

# What Voting is made of.
MEMBERS = ("xgb", "lr")


class Model(ClassifierMixin, BaseEstimator):
    """A classifier of flows as they are recorded, with the encoder that it was trained with.

    ``load`` gives one; it is fitted. Rows are frames of texts and numbers with the columns of the training files, found
    by name; what else a frame has is not looked at. A cell without a value gets the one of the data set's description;
    rows in which it gives none are an error here (`aeflow predict` goes on without them).

    Parameters
    ----------
    folder : path
        The model folder, models/METHOD.
    classifier : str, default="xgb_density"
        Which of its classifiers: dt, rf, lr, xgb, voting, xgb_onehot or xgb_density.

    Attributes
    ----------
    classes_ : ndarray of shape (n_classes,)
        The classes, in the order of ``predict_proba``.
    feature_names_in_ : ndarray of shape (n_features,)
        The columns that rows need.
    manifest_, encoder_
        What the folder says of the model, and what encodes rows.

    Examples
    --------
    >>> from nids.predict.model import Model
    >>> model = Model.load("models/ae_flow")            # doctest: +SKIP
    >>> model.predict(frame)                            # doctest: +SKIP
    array(['benign', 'flood', 'benign'], dtype=object)
    """

    def __init__(self, folder: Any = None, classifier: str = MAIN[0]) -> None:
        self.folder = folder
        self.classifier = classifier

    @classmethod
    def load(cls, folder: str | Path, classifier: str = MAIN[0]) -> Self:
        """Return the model of a folder.

        Raises InputError for a folder that is none, a file that was exchanged or is damaged, and an unknown classifier.
        """
        return cls(Path(folder), classifier)._loaded()

    def _loaded(self) -> Self:
        folder = Path(self.folder)
        self.manifest_ = read_manifest(folder)
        content = read_json(folder / ENCODER)
        with intact(folder / ENCODER):
            self.encoder_: Encoder = Encoder.from_json(content)
        names = MEMBERS if self.classifier == "voting" else (self.classifier,)
        absent = [name for name in names if FILES.get(name) not in self.manifest_.files]
        if absent:
            there = ", ".join(name for name, file in FILES.items() if file in self.manifest_.files)
            raise InputError(f"{folder}: no classifier {quoted(absent[0])}; there are {there}")
        self._classifiers = {name: _read(folder / FILES[name]) for name in names}
        self._density = Density.load(folder / DENSITY, self.encoder_)
        self.classes_ = np.array(self.manifest_.classes, dtype=object)
        self.feature_names_in_ = np.array(self.encoder_.names, dtype=object)
        self.n_features_in_ = len(self.feature_names_in_)
        return self

    def fit(self, X: Any, y: Any = None) -> Self:
        """Load the folder; the model is fitted by `dvc repro`."""
        return self._loaded()

    def __sklearn_is_fitted__(self) -> bool:
        return hasattr(self, "_classifiers")

    def prepare(self, frame: pd.DataFrame, broken: np.ndarray | None = None) -> Prepared:
        """Return rows as the classifiers see them, and what is wrong with each; see ``nids.predict.prepare``."""
        check_names("X", [str(name) for name in frame], self.encoder_.names)
        nothing = np.full(len(frame), "", dtype=object) if broken is None else broken
        return prepare(frame, nothing, self.manifest_, self.encoder_)

    def with_density(self, features: np.ndarray) -> np.ndarray:
        """Return encoded rows (n, n_features) with the two parts of AE-Flow's log-density, NAMES, behind them."""
        return np.hstack([features, self._density.of(features)])

    def novelty(self, rows: np.ndarray) -> np.ndarray:
        """Return of rows of ``with_density`` by how much log p is below that of most normal flows, shape (n,), float64.

        It is above 0 for the rows that are less likely than all but ``contamination`` of the normal training rows.
        """
        return self._density.detector.offset_ - rows[:, -len(NAMES) :].sum(axis=1)

    def _seen(self, name: str, rows: np.ndarray) -> np.ndarray:
        return rows if name in WITH_DENSITY else rows[:, : -len(NAMES)]

    def probabilities(self, rows: np.ndarray) -> np.ndarray:
        """Return the class probabilities of rows of ``with_density``, shape (n, n_classes), float64."""
        options = Options(self.manifest_.categorical, lr_max_iter=1, colsample_bytree=1.0)
        found = [
            probabilities(name, classifier, self._seen(name, rows), self.encoder_, options).astype(np.float64)
            for name, classifier in self._classifiers.items()
        ]
        return vote(found, self.manifest_.voting) if self.classifier == "voting" else found[0]

    def contributions(self, rows: np.ndarray) -> np.ndarray:
        """Return what each feature of rows of ``with_density`` adds to the margin of each class.

        Shape (n, n_classes, n_features), float32; NAMES are behind the features of a classifier that sees them.

        XGBoost's own, Tree SHAP: https://xgboost.readthedocs.io/en/stable/prediction.html. Raises InputError for
        another classifier.
        """
        if not self.classifier.startswith("xgb"):
            raise InputError("--explain: only XGBoost gives contributions; choose --classifier xgb_density or xgb")
        options = self.manifest_.categorical
        codes = sees_codes(self.classifier, options)
        seen = inputs(self.classifier, options, self._seen(self.classifier, rows), self.encoder_)
        matrix = DMatrix(
            seen,
            feature_types=feature_types(self.encoder_, seen.shape[1]) if codes else None,
            enable_categorical=codes,
            nthread=1,
        )
        booster = self._classifiers[self.classifier].get_booster()
        found = np.asarray(booster.predict(matrix, pred_contribs=True))[..., :-1]
        # Of two classes XGBoost has one margin, the second one's.
        return np.stack([-found, found], axis=1) if found.ndim == 2 else found

    def predict_proba(self, X: pd.DataFrame) -> np.ndarray:
        """Return the class probabilities of rows, shape (n, n_classes).

        Raises InputError for a column that is missing and a cell without a value that the description gives none.
        """
        found = self.prepare(X)
        if not found.scored.all():
            row = int((~found.scored).argmax())
            raise InputError(f"row {row} (from 0), {found.problems[row]}; correct it or drop the row")
        return self.probabilities(self.with_density(found.features))

    def predict(self, X: pd.DataFrame) -> np.ndarray:
        """Return the likeliest class of each row, shape (n,)."""
        return self.classes_[self.predict_proba(X).argmax(axis=1)]

    def rename(self, names: Mapping[str, str]) -> None:
        """Let columns of files have other names: ``{theirs: ours}``, beside those of the description."""
        columns = self.manifest_.source.columns
        renamed = columns.model_copy(update={"rename": columns.rename | dict(names)})
        source = self.manifest_.source.model_copy(update={"columns": renamed})
        self.manifest_ = self.manifest_.model_copy(update={"source": source})

    def multipliers(self) -> Mapping[str, float]:
        """Return the decision rule, by class. Raises InputError for a model without."""
        if self.classifier not in self.manifest_.multipliers:
            raise InputError(
                f"{self.folder}: no decision rule for {self.classifier}; the evidence chooses one: "
                "`dvc repro evidence/dvc.yaml:model` makes models/evidence/METHOD"
            )
        return self.manifest_.multipliers[self.classifier]


def _read(path: Path) -> ClassifierMixin:
    """Return a classifier; its file is the one that the model was made with."""
    if path.suffix == ".ubj":
        with intact(path):
            classifier = XGBClassifier(n_jobs=1)
            classifier.load_model(bytearray(path.read_bytes()))
            return classifier
    from nids.detect.storage import read_classifier  # skops imports all of scikit-learn, and torch with it: seconds

    return read_classifier(path)
