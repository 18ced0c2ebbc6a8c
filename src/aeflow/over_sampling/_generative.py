"""What the over-samplers share that learn a generative model: imbalanced-learn's contract."""

import copy
from abc import abstractmethod
from collections.abc import Hashable, Iterable, Iterator, Sequence
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
from sklearn.utils import check_random_state
from sklearn.utils._param_validation import Interval, StrOptions
from sklearn.utils.validation import check_is_fitted

from aeflow._checks import check_hidden, check_labels, check_strategy, note_columns, quote
from aeflow._generators.reproducible import reproducible
from aeflow._generators.training import Model, train
from aeflow.errors import InputError
from aeflow.over_sampling._binned import BinnedTable
from aeflow.over_sampling._columns import Categorical, Column, as_frame, as_table, learn_columns, match
from aeflow.over_sampling._scaled import ScaledTable

REDRAWS = 10
# Rows are drawn in chunks of so many, or of fewer if these have more cells in sum: of less, each operation's start
# takes longer than itself, and more do not fit a processor's cache.
CHUNK_ROWS = 2048
CHUNK_CELLS = 2**23


@dataclass(frozen=True)
class Fitted:
    """What was fitted to a class: the trained model, the table that encodes rows, and the class's code in the model.

    ``known`` are hashes of the class's rows (n,), uint64, which new rows are not to repeat, and
    ``repeated`` is the share of these rows that repeat each other.
    """

    model: Model
    table: ScaledTable | BinnedTable
    code: int
    known: np.ndarray
    repeated: float


class _Given:
    """X in a wrapping that imbalanced-learn's own conversion, which knows of fewer dtypes, leaves alone."""

    def __init__(self, X: Any) -> None:
        self.X = X


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
        "batch_size": [Interval(Integral, 1, 16384, closed="both")],
        "max_epochs": [Interval(Integral, 1, 1_000_000, closed="both")],
        "max_steps": [Interval(Integral, 1, 1_000_000, closed="both")],
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
    columns_: list[Column]
    generators_: dict[Any, Any]
    diagnostics_: dict[Any, dict[str, Any]]

    def fit_resample(self, X: Any, y: Any, **params: Any) -> tuple[Any, Any]:
        """Fit a model to each class that is to grow, and return all rows with the new ones.

        Parameters
        ----------
        X : array-like, sparse matrix or DataFrame of shape (n_rows, n_features)
            Rows of any dtypes but times and complex numbers.
        y : array-like of shape (n_rows,)
            A label for each row, none missing.

        Returns
        -------
        X_resampled : as X, of shape (n_rows_returned, n_features)
            The given rows, bit for bit, then the new ones. A frame's index of whole numbers is continued, of
            another index new rows have the missing value.
        y_resampled : as y, of shape (n_rows_returned,)
            Their labels, with the index of ``X_resampled`` where both are pandas'.

        Raises
        ------
        InputError (a ValueError)
            As in the class's description. What was fitted before then stays as it was.
        """
        check_labels(X, y)
        before = self.__dict__.copy()
        try:
            X_new, y_new = super().fit_resample(_Given(X), y, **params)
        except BaseException:
            self.__dict__ = before
            raise
        if isinstance(X_new, pd.DataFrame) and isinstance(y_new, pd.Series | pd.DataFrame):
            y_new.index = X_new.index
        return X_new.tolist() if isinstance(X, list) else X_new, y_new

    def sample(self, n: int, label: Any, random_state: Any = None) -> Any:
        """Return n new rows of a class, drawn from the model that ``fit_resample`` has fitted to it.

        They are legal, and copies of real rows are drawn again, both as in ``fit_resample``.

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
        if not isinstance(n, Integral) or isinstance(n, bool) or n < 1:
            raise InputError(f"n: {quote(n)} is no number of rows; choose a whole number of 1 or more")
        # fit_resample draws by the first number of such a state.
        _, seed = check_random_state(random_state).randint(2**31 - 1, size=2)
        values, _ = self._draw(fitted, int(n), (int(seed),))
        return _append(self._empty, self.columns_, [values])

    def _fitted(self, label: Any) -> Fitted:
        """Return what was fitted to a class; raise NotFittedError or InputError if there is nothing."""
        check_is_fitted(self, "generators_", msg="This %(name)s instance is not fitted yet; call fit_resample first")
        if not isinstance(label, Hashable) or label not in self.generators_:
            grown = ", ".join(quote(known) for known in self.generators_) or "none did"
            raise InputError(f"label: {quote(label)} is not among the classes that grew ({grown}); choose one of them")
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
        X = X.X if isinstance(X, _Given) else X
        check_labels(X, y)
        y, binarize_y = check_target_type(y, indicate_one_vs_all=True)
        check_strategy(self.sampling_strategy, y, grows=True)
        check_hidden(self.hidden)
        X = as_table(X)
        frame = as_frame(X)
        if self.warm_start and hasattr(self, "generators_"):
            match(self.columns_, frame)
        else:
            self.columns_ = learn_columns(frame, self.categorical_features)
        note_columns(self, X)
        return X, np.asarray(y), binarize_y

    def _fit_resample(self, X: Any, y: np.ndarray) -> tuple[Any, np.ndarray]:
        wanted = {label: int(n) for label, n in self.sampling_strategy_.items() if n > 0}
        seed = check_random_state(self.random_state).randint(2**31 - 1)
        self._fit_generators(match(self.columns_, X), y, list(wanted), seed)
        new = []
        for k, (label, n) in enumerate(wanted.items()):
            values, shares = self._draw(self.generators_[label], n, (seed, k))
            self.diagnostics_[label] |= shares
            new.append(values)
        labels = np.repeat(np.array(list(wanted), dtype=y.dtype), list(wanted.values()))
        # A mark of the rows returned: whether each is synthetic.
        self.synthetic_ = np.arange(len(y) + len(labels)) >= len(y)
        # No rows, but what kind of array they are, and their columns and dtypes.
        self._empty = X.iloc[:0].reset_index(drop=True) if isinstance(X, pd.DataFrame) else X[:0]
        return _append(X, self.columns_, new), np.concatenate([y, labels])

    def _fit_generators(self, frame: pd.DataFrame, y: np.ndarray, labels: list[Any], seed: int) -> None:
        """Fit the generators of ``labels``; with ``warm_start``, go on from those fitted before."""
        for label in labels:
            if (y == label).sum() < 2:
                raise InputError(f"class {quote(label)} has 1 row, {self._name} needs 2 or more; leave the class out")
        # Copies: training changes a model in place, and a fit that fails is to leave the earlier one.
        earlier: dict[Any, Fitted] = copy.deepcopy(getattr(self, "generators_", {})) if self.warm_start else {}
        generators, curves = dict(earlier), []
        diagnostics: dict[Any, dict[str, Any]] = {}
        for group in self._groups(labels):
            of_group = np.isin(y, group)
            rows = frame[of_group]
            with reproducible(seed):
                if not all(label in earlier for label in group):
                    table = self._table(self.columns_, frame, rows)
                    model = self._model(table, len(group))
                    empty = np.empty(0, dtype=np.uint64)
                    generators.update(
                        {label: Fitted(model, table, code, empty, 0.0) for code, label in enumerate(group)}
                    )
                fitted = generators[group[0]]
                codes = pd.Series(y[of_group], dtype=object).map({label: generators[label].code for label in group})
                curve = train(
                    fitted.model,
                    torch.from_numpy(fitted.table.encode(rows, bounded=True)),
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
            for label in group:
                known, repeated = _known(self.columns_, frame[y == label])
                generators[label] = replace(generators[label], known=known, repeated=repeated)
        self.generators_, self.diagnostics_ = generators, diagnostics
        self.training_curve_ = pd.concat(curves, ignore_index=True) if curves else pd.DataFrame()

    def _draw(self, fitted: Fitted, n: int, seed: tuple[int, ...]) -> tuple[list[np.ndarray], dict[str, float]]:
        """Return the legal working values of n new rows, and the shares that were legal, or copies, when first drawn.

        A row that equals a real one is drawn again, up to REDRAWS times; but where real rows equal
        each other about as often, it is a fair draw, and to refuse it would leave the unlikely ones.
        """
        values = [np.empty(n, dtype=column.storage) for column in self.columns_]
        copies, legal, shares = np.ones(n, dtype=bool), 0, dict[str, float]()
        for turn in range(1 + REDRAWS):
            wanted = np.flatnonzero(copies)
            for rows, drawn, of_these in _chunks(fitted, wanted, (*seed, turn)):
                for column, found in zip(values, drawn, strict=True):
                    column[rows] = found
                legal += int(of_these.sum())
            copies[wanted] = _among(fitted.known, _hashes(column[wanted] for column in values))
            shares = shares or {"legal_when_drawn": legal / n, "copies_when_drawn": float(copies.mean())}
            if shares["copies_when_drawn"] <= 2 * fitted.repeated or not copies.any():
                break
        return values, shares


def _chunks(
    fitted: Fitted, wanted: np.ndarray, seed: tuple[int, ...]
) -> Iterator[tuple[np.ndarray, list[np.ndarray], np.ndarray]]:
    """Draw rows for the positions ``wanted``: give some of these, the rows' working values, and whether each was legal.

    Noise and uniform numbers come from a stream each, row after row, so that the size of a chunk changes no row.
    """
    noise, uniform = (np.random.default_rng(s) for s in np.random.SeedSequence(seed).spawn(2))
    # Products of matrices are rounded by the number of their rows: in float64, so that float32 does not show it.
    table, model = fitted.table, copy.deepcopy(fitted.model).double()
    size = max(1, min(CHUNK_ROWS, CHUNK_CELLS // max(table.width, len(table.columns))))
    with reproducible(0):
        for start in range(0, len(wanted), size):
            rows = wanted[start : start + size]
            h = torch.from_numpy(noise.standard_normal((len(rows), model.noise_dim)))
            decoded = model.decode(h, fitted.code).numpy().astype(np.float32)
            yield rows, *table.decode(decoded, uniform.random((len(rows), table.n_uniform)))


def _known(columns: Sequence[Column], rows: pd.DataFrame) -> tuple[np.ndarray, float]:
    """Return the hashes of given rows, sorted, and the share of the rows that repeat each other."""
    hashes = _hashes(column.working(rows.iloc[:, i], bounded=True) for i, column in enumerate(columns))
    known, counts = np.unique(hashes, return_counts=True)
    return known, float(counts[counts > 1].sum() / len(rows))


def _hashes(values: Iterable[np.ndarray]) -> np.ndarray:
    """Return a hash of each row of working values, (n,), uint64; equal rows have equal ones, whatever the dtypes."""
    found = np.zeros(1, dtype=np.uint64)
    for column in values:
        alike = column.astype(np.float64 if column.dtype.kind == "f" else np.uint64)
        found = found * np.uint64(1_000_003) + pd.util.hash_array(alike, categorize=False)
    return found


def _among(known: np.ndarray, hashes: np.ndarray) -> np.ndarray:
    """Return for each hash, bool, whether it is among the sorted ``known``."""
    at = np.searchsorted(known, hashes).clip(max=len(known) - 1)
    return known[at] == hashes


def _names(group: list[Any]) -> str:
    return " and ".join(str(label) for label in group)


def _append(X: Any, columns: Sequence[Column], new: Sequence[list[np.ndarray]]) -> Any:
    """Return ``X`` with new rows below it, given as working values of ``columns``, as the same kind of array.

    The columns of a frame stand as in X.
    """
    n_new = sum(len(values[0]) for values in new)
    if isinstance(X, pd.DataFrame):
        order = _positions(X.columns, columns)
        # With its dtype, as pandas makes texts of objects elsewhere.
        frames = [
            pd.DataFrame({k: pd.Series(columns[i].own(of[i]), dtype=columns[i].dtype) for k, i in enumerate(order)})
            for of in new
        ]
        frame = pd.concat([X.set_axis(range(X.shape[1]), axis=1), *frames], ignore_index=True)
        return frame.astype(dict(enumerate(X.dtypes))).set_axis(X.columns, axis=1).set_axis(_index(X.index, n_new))
    array = np.empty((n_new if sparse.issparse(X) else len(X) + n_new, len(columns)), dtype=X.dtype)
    start = len(array) - n_new
    for values in new:
        end = start + len(values[0])
        for i, column in enumerate(columns):
            array[start:end, i] = column.own(values[i])
        start = end
    if sparse.issparse(X):
        return sparse.vstack([X, type(X)(array)], format=X.format)
    array[: len(X)] = X
    return array


def _positions(names: pd.Index, columns: Sequence[Column]) -> list[int]:
    """Return for each name the position of its column; names may repeat, in the order of ``columns`` then."""
    if list(names) == [column.name for column in columns]:
        return list(range(len(columns)))
    position = {column.name: i for i, column in enumerate(columns)}
    return [position[name] for name in names]


def _index(given: pd.Index, n_new: int) -> pd.Index:
    """Return an index with labels for new rows: whole numbers go on, of others there is the missing value."""
    if isinstance(given, pd.RangeIndex) or given.dtype.kind in "iu":
        start = int(given.max()) + 1 if len(given) else 0
        return given.append(pd.RangeIndex(start, start + n_new, name=given.name))
    return given.append(given.take(np.full(n_new, -1), allow_fill=True, fill_value=np.nan))
