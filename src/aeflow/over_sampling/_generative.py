"""What the over-samplers share that learn a generative model: imbalanced-learn's contract."""

from abc import abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass, replace
from numbers import Integral, Real
from typing import Any, ClassVar

import numpy as np
import pandas as pd
import torch
from imblearn.over_sampling.base import BaseOverSampler
from imblearn.utils import check_target_type
from imblearn.utils._tags import Tags
from scipy import sparse
from sklearn.utils import _safe_indexing, check_consistent_length, check_random_state
from sklearn.utils._param_validation import Interval, StrOptions
from sklearn.utils.validation import check_is_fitted, validate_data

from aeflow._generators.reproducible import reproducible
from aeflow._generators.training import Model, train
from aeflow.errors import InputError
from aeflow.over_sampling._binned import BinnedTable
from aeflow.over_sampling._columns import Categorical, Column, learn_columns, to_frame
from aeflow.over_sampling._scaled import ScaledTable

REDRAWS = 10


@dataclass(frozen=True)
class Fitted:
    """What was fitted to a class: the trained model, the table that encodes rows, the code of the class in the model,
    and the rows themselves, which new ones are not to repeat.
    """

    model: Model
    table: ScaledTable | BinnedTable
    code: int
    rows: pd.DataFrame


class GenerativeSampler(BaseOverSampler):
    """Base of the samplers: fit a model to each class that is to grow, and draw its new rows.

    The result holds the given rows first, as they were, then the new ones, class after class.
    New rows are legal: categories are among those of the given rows, numbers have no more digits
    after the point than theirs (so whole numbers stay whole) and lie in the range that they span.
    """

    _parameter_constraints: ClassVar[dict] = {
        **BaseOverSampler._parameter_constraints,
        "categorical_features": [StrOptions({"auto"}), "array-like"],
        "hidden": ["array-like"],
        "batch_size": [Interval(Integral, 1, None, closed="left")],
        "max_epochs": [Interval(Integral, 1, None, closed="left")],
        "max_steps": [Interval(Integral, 1, None, closed="left")],
        "learning_rate": [Interval(Real, 0, 1, closed="neither")],
        "warm_start": ["boolean"],
        "verbose": ["boolean"],
    }

    # The name that messages and progress bars give the generator.
    _name: ClassVar[str]

    sampling_strategy: Any
    random_state: Any
    categorical_features: Categorical
    hidden: Sequence[int]
    batch_size: int
    max_epochs: int
    max_steps: int
    learning_rate: float
    warm_start: bool
    verbose: bool

    def sample(self, n: int, label: Any, random_state: Any = None) -> Any:
        """Return n new rows of a class, drawn from the model that ``fit_resample`` has fitted to it.

        They are legal, and copies of real rows are drawn again, both as in ``fit_resample``. For that
        the sampler keeps the rows of the classes that grew.

        Parameters
        ----------
        n : int
            Rows to draw, 1 or more.
        label : object
            A class that grew, as it stands in y.
        random_state : int, RandomState instance or None, default=None
            The same int gives the same bytes, and other rows than those that ``fit_resample`` drew. None
            draws from numpy's global random state, so that each call gives other rows.

        Returns
        -------
        ndarray, sparse matrix or DataFrame of shape (n, n_features)
            The same kind as the X that was fitted, with its dtypes and columns.

        Raises
        ------
        NotFittedError
            Before ``fit_resample``.
        InputError (a ValueError)
            For n below 1, and for a class that did not grow.
        """
        fitted = self._fitted(label)
        if not isinstance(n, Integral) or n < 1:
            raise InputError(f"n: {n!r} is no number of rows; choose a whole number of 1 or more")
        # fit_resample draws by the first number of such a state.
        _, seed = check_random_state(random_state).randint(2**31 - 1, size=2)
        rows, _ = self._draw(fitted, int(n), np.random.default_rng(seed), torch.Generator().manual_seed(int(seed)))
        return _as(self._empty, rows)

    def _fitted(self, label: Any) -> Fitted:
        """Return what was fitted to a class; raise NotFittedError or InputError if there is nothing."""
        check_is_fitted(self, "generators_", msg="This %(name)s instance is not fitted yet; call fit_resample first")
        if label not in self.generators_:
            grown = ", ".join(str(known) for known in self.generators_) or "none did"
            raise InputError(f"label: {label!r} is not among the classes that grew ({grown}); choose one of them")
        return self.generators_[label]

    def _groups(self, labels: list[Any]) -> list[list[Any]]:
        """Return the classes that each model learns: one each."""
        return [[label] for label in labels]

    def _table(self, columns: list[Column], frame: pd.DataFrame, rows: pd.DataFrame) -> ScaledTable | BinnedTable:
        """Return what encodes rows for a model that learns ``rows`` of the whole ``frame``."""
        return ScaledTable.fit(columns, frame)

    @abstractmethod
    def _model(self, table: Any, n_classes: int) -> Model:
        """Return an untrained model, its weights drawn from torch's global random state."""

    def __sklearn_tags__(self) -> Tags:
        tags = super().__sklearn_tags__()
        tags.input_tags.string = tags.input_tags.categorical = True
        return tags

    def _check_X_y(self, X: Any, y: Any) -> tuple[Any, Any, bool]:  # noqa: N802 (imbalanced-learn's name)
        y, binarize_y = check_target_type(y, indicate_one_vs_all=True)
        if isinstance(X, pd.DataFrame):
            # A frame stays one, with its dtypes; this notes how many columns it has, and their names.
            validate_data(self, X, skip_check_array=True)
            check_consistent_length(X, y)
        else:
            # What is not finite is found, and named by its place, when the columns are learned.
            X = validate_data(self, X, dtype=None, accept_sparse=["csr", "csc"], ensure_all_finite=False)
            check_consistent_length(X, y)
        names = list(X.columns) if isinstance(X, pd.DataFrame) else list(range(X.shape[1]))
        columns = learn_columns(to_frame(X), names, self.categorical_features)
        if not (self.warm_start and hasattr(self, "generators_")):
            self.columns_ = columns
        return X, np.asarray(y), binarize_y

    def _fit_resample(self, X: Any, y: np.ndarray) -> tuple[Any, np.ndarray]:
        wanted = {label: int(n) for label, n in self.sampling_strategy_.items() if n > 0}
        frame = to_frame(X)
        seed = check_random_state(self.random_state).randint(2**31 - 1)
        self._fit_generators(frame, y, list(wanted), seed)
        rng, noise = np.random.default_rng(seed), torch.Generator().manual_seed(seed)
        new = []
        for label, n in wanted.items():
            rows, shares = self._draw(self.generators_[label], n, rng, noise)
            self.diagnostics_[label] |= shares
            new.append(rows)
        labels = np.repeat(np.array(list(wanted), dtype=y.dtype), list(wanted.values()))
        # A mark of the rows returned: whether each is synthetic.
        self.synthetic_ = np.arange(len(y) + len(labels)) >= len(y)
        # No rows, but what kind of array they are, and their columns and dtypes.
        self._empty = _safe_indexing(X, np.arange(0))
        return _append(X, frame, new), np.concatenate([y, labels])

    def _fit_generators(self, frame: pd.DataFrame, y: np.ndarray, labels: list[Any], seed: int) -> None:
        """Fit the generators of ``labels``; with ``warm_start``, go on from those fitted before."""
        for label in labels:
            if (y == label).sum() < 2:
                raise InputError(f"class {label} has 1 row, {self._name} needs 2 or more; leave the class out")
        earlier: dict[Any, Fitted] = getattr(self, "generators_", {}) if self.warm_start else {}
        generators, curves = dict(earlier), []
        diagnostics: dict[Any, dict[str, Any]] = {}
        for group in self._groups(labels):
            rows = frame[np.isin(y, group)]
            with reproducible(seed):
                if not all(label in earlier for label in group):
                    table = self._table(self.columns_, frame, rows)
                    model = self._model(table, len(group))
                    generators.update(
                        {label: Fitted(model, table, code, frame[y == label]) for code, label in enumerate(group)}
                    )
                else:
                    generators.update({label: replace(earlier[label], rows=frame[y == label]) for label in group})
                fitted = generators[group[0]]
                codes = pd.Series(y[np.isin(y, group)]).map({label: generators[label].code for label in group})
                curve = train(
                    fitted.model,
                    torch.from_numpy(fitted.table.encode(rows)),
                    torch.tensor(codes.to_numpy(), dtype=torch.int64),
                    max_epochs=self.max_epochs,
                    max_steps=self.max_steps,
                    batch_size=self.batch_size,
                    learning_rate=self.learning_rate,
                    progress=f"{self._name} on {_names(group)}" if self.verbose else None,
                )
            finite = np.isfinite(curve.filter(like="loss").to_numpy()).all(axis=1)
            if not finite.all():
                raise InputError(
                    f"{self._name} on {_names(group)}: the loss is not finite from epoch "
                    f"{curve['epoch'].iloc[int(finite.argmin())]} on; lower learning_rate, now {self.learning_rate}"
                )
            curves.append(curve.assign(classes=_names(group)))
            diagnostics.update({label: curve.drop(columns="epoch").iloc[-1].to_dict() for label in group})
        self.generators_, self.diagnostics_ = generators, diagnostics
        self.training_curve_ = pd.concat(curves, ignore_index=True) if curves else pd.DataFrame()

    def _draw(
        self, fitted: Fitted, n: int, rng: np.random.Generator, noise: torch.Generator
    ) -> tuple[pd.DataFrame, dict[str, float]]:
        """Return n legal new rows of a class, and the shares that were legal, or copies, when first drawn.

        A row that equals a real one is drawn again, up to REDRAWS times; but where real rows equal
        each other about as often, it is a fair draw, and to refuse it would leave the unlikely ones.
        """
        known, repeated = pd.MultiIndex.from_frame(fitted.rows), fitted.rows.duplicated(keep=False).mean()
        rows, copy, legal = self._draw_legal(fitted, n, known, rng, noise)
        shares = {"legal_when_drawn": float(legal.mean()), "copies_when_drawn": float(copy.mean())}
        if copy.mean() <= 2 * repeated:
            return rows, shares
        for _ in range(REDRAWS):
            if not copy.any():
                break
            again, still_copy, _ = self._draw_legal(fitted, int(copy.sum()), known, rng, noise)
            rows = pd.concat([rows[~copy], again], ignore_index=True)
            copy = np.concatenate([np.zeros(len(rows) - len(again), dtype=bool), still_copy])
        return rows, shares

    def _draw_legal(
        self, fitted: Fitted, n: int, known: pd.MultiIndex, rng: np.random.Generator, noise: torch.Generator
    ) -> tuple[pd.DataFrame, np.ndarray, np.ndarray]:
        """Return n new rows, and for each whether it is among ``known``, and was legal before it was made so."""
        numbers = fitted.table.decode(fitted.model.sample(n, fitted.code, noise).numpy(), rng)
        legal = [column.is_legal(numbers[:, i]) for i, column in enumerate(self.columns_)]
        values = {i: column.legal(numbers[:, i]) for i, column in enumerate(self.columns_)}
        rows = pd.DataFrame(values).astype(fitted.rows.dtypes)
        return rows, pd.MultiIndex.from_frame(rows).isin(known), np.logical_and.reduce(legal)


def _names(group: list[Any]) -> str:
    return " and ".join(str(label) for label in group)


def _append(X: Any, frame: pd.DataFrame, new: list[pd.DataFrame]) -> Any:
    """Return ``X``, of which ``frame`` is a copy, with new rows below it, as the same kind of array."""
    if isinstance(X, pd.DataFrame):
        return pd.concat([frame, *new], ignore_index=True).set_axis(X.columns, axis=1)
    parts = [X, *(_as(X, rows) for rows in new)]
    return sparse.vstack(parts, format=X.format) if sparse.issparse(X) else np.concatenate(parts)


def _as(X: Any, rows: pd.DataFrame) -> Any:
    """Return rows as the same kind of array as ``X``."""
    if isinstance(X, pd.DataFrame):
        return rows.astype(dict(enumerate(X.dtypes))).set_axis(X.columns, axis=1)
    values = rows.to_numpy(X.dtype)
    return type(X)(values) if sparse.issparse(X) else values
