"""AE-Flow as a density: rows unlike those of one class, normal traffic, have a low one."""

import os
from collections.abc import Sequence
from numbers import Integral, Real
from pathlib import Path
from typing import Any, ClassVar, Literal, Self

import numpy as np
import pandas as pd
from sklearn.base import BaseEstimator, OutlierMixin, _fit_context
from sklearn.utils import check_random_state
from sklearn.utils._param_validation import Interval, StrOptions
from sklearn.utils.validation import check_is_fitted

from aeflow._checks import check_hidden, check_shape, note_columns
from aeflow.errors import InputError
from aeflow.outlier_detection._file import read, write
from aeflow.outlier_detection._network import Shape
from aeflow.over_sampling._columns import Categorical, as_frame, as_table, learn_columns, match


class AEFlowDetector(OutlierMixin, BaseEstimator):
    """Detect rows unlike those of one class, by the density that AE-Flow learns of it.

    An autoencoder whose latent a normalizing flow maps to a Gaussian is fitted to rows x of one class, as
    ``AEFlowSampler(objective="stable")`` fits it: z = E(x), p(x | z) is the softmax of the decoder D(z) within each
    column, and h = F(z) ~ N(0, I). A row's score is

        log p(e | z) + log p(h) + log |det dF/dz|,

    the decoder's and the flow's part, at z = E(x) without noise. e = (log p(x_1 | z), log p(x_2 | z), ...) are the
    decoder's errors, one for each column: which are large together tells more than their sum. p(e | z) is that of a
    Gaussian of (z, e), fitted to the same rows; DAGMM [1]_ has a mixture. With one of n rows' share given to what
    was never seen, a column of k cells has

        p(x_j | z) = (1 - 1/n) softmax(D(z))_j + 1 / (n (k + 1)),

    and the last term alone where its category was not learned, or its number is outside of the range learned or
    in a gap below one that many rows have: such rows are possible, and rare.

    Parameters
    ----------
    contamination : float, default=0.05
        The share of the rows given to ``fit`` that count as outliers: it sets ``offset_``. Of other rows of the
        class about as many are taken for outliers.
    categorical_features : "auto" or array-like, default="auto"
        Categorical columns, by name, position or mask, beside those of text, category or bool dtype.
    latent_dim : int, default=12
        Dimensions of z and h.
    coupling_layers : int, default=2
        Coupling layers of the flow F.
    coupling : {"affine", "additive"}, default="affine"
        Real-NVP's layers or NICE's.
    hidden : sequence of int, default=(32, 64)
        Units of each hidden layer in the encoder and the couplings, and from the last to the first in the decoder.
    noise : float, default=0.3
        Standard deviation of the noise on z in training, where z is normalised to 1.
    bins : int, default=20
        Cells for a column's numbers that are no atoms; fewer where 65,536 / columns is less.
    batch_size : int, default=1024
        Rows in a step, drawn with replacement.
    max_epochs, max_steps : int, default=120 and 600
        Training ends after so many epochs, or the epochs that fit into so many steps.
    learning_rate : float, default=0.01
        The highest that it gets; it rises and falls once.
    random_state : int, RandomState instance or None, default=None
        The same int gives the same scores, and leaves the global random states as they are.
    verbose : bool, default=False
        Whether to show the progress of the fit on stderr.

    Attributes
    ----------
    offset_ : float
        Rows with a lower score are outliers: the quantile ``contamination`` of the scores of the rows given.
    training_curve_ : DataFrame
        Means of the loss and its terms over each epoch (column ``epoch``, from 1).
    columns_ : list
        What values each column may hold.
    n_features_in_, feature_names_in_
        As in scikit-learn.

    References
    ----------
    .. [1] Zong et al., "Deep Autoencoding Gaussian Mixture Model for Unsupervised Anomaly Detection", ICLR 2018.

    Examples
    --------
    >>> import numpy as np
    >>> import pandas as pd
    >>> from aeflow import AEFlowDetector
    >>> rng = np.random.default_rng(0)
    >>> service = rng.choice(["http", "ftp"], 500)
    >>> sent = np.where(service == "http", rng.poisson(40, 500), rng.poisson(400, 500))
    >>> detector = AEFlowDetector(random_state=0).fit(pd.DataFrame({"service": service, "bytes": sent}))
    >>> detector.predict(pd.DataFrame({"service": ["http", "http", "ssh"], "bytes": [41, 400, 41]})).tolist()
    [1, -1, -1]
    """

    _parameter_constraints: ClassVar[dict] = {
        "contamination": [Interval(Real, 0, 0.5, closed="right")],
        "categorical_features": [StrOptions({"auto"}), "array-like"],
        "latent_dim": [Interval(Integral, 1, 1024, closed="both")],
        "coupling_layers": [Interval(Integral, 1, 64, closed="both")],
        "coupling": [StrOptions({"affine", "additive"})],
        "hidden": ["array-like"],
        "noise": [Interval(Real, 0, 100, closed="both")],
        "bins": [Interval(Integral, 1, 10_000, closed="both")],
        "batch_size": [Interval(Integral, 2, 16384, closed="both")],
        "max_epochs": [Interval(Integral, 1, 1_000_000, closed="both")],
        "max_steps": [Interval(Integral, 1, 1_000_000, closed="both")],
        "learning_rate": [Interval(Real, 0, 1, closed="neither")],
        "random_state": ["random_state"],
        "verbose": ["boolean"],
    }

    def __init__(
        self,
        *,
        contamination: float = 0.05,
        categorical_features: Categorical = "auto",
        latent_dim: int = 12,
        coupling_layers: int = 2,
        coupling: Literal["affine", "additive"] = "affine",
        hidden: Sequence[int] = (32, 64),
        noise: float = 0.3,
        bins: int = 20,
        batch_size: int = 1024,
        max_epochs: int = 120,
        max_steps: int = 600,
        learning_rate: float = 0.01,
        random_state: Any = None,
        verbose: bool = False,
    ) -> None:
        self.contamination = contamination
        self.categorical_features = categorical_features
        self.latent_dim = latent_dim
        self.coupling_layers = coupling_layers
        self.coupling = coupling
        self.hidden = hidden
        self.noise = noise
        self.bins = bins
        self.batch_size = batch_size
        self.max_epochs = max_epochs
        self.max_steps = max_steps
        self.learning_rate = learning_rate
        self.random_state = random_state
        self.verbose = verbose

    @_fit_context(prefer_skip_nested_validation=True)
    def fit(self, X: Any, y: Any = None) -> Self:
        """Learn the density of rows of one class.

        Parameters
        ----------
        X : array-like, sparse matrix or DataFrame of shape (n_rows, n_features)
            Rows of any dtypes but times and complex numbers.
        y : ignored

        Raises
        ------
        InputError (a ValueError)
            For missing or infinite values, less than two rows, and a loss that does not stay finite.
        """
        check_hidden(self.hidden)
        X = _table(X)
        frame = as_frame(X)
        if len(frame) < 2:
            raise InputError("X: 1 sample (row), and a density needs 2 or more; give more rows")
        # Torch takes seconds to import, and scoring does not need it.
        from aeflow.outlier_detection._fit import fit_likelihood

        columns = learn_columns(frame, self.categorical_features)
        likelihood, curve = fit_likelihood(
            columns,
            frame,
            Shape(self.latent_dim, self.coupling_layers, self.coupling, tuple(self.hidden)),
            seed=check_random_state(self.random_state).randint(2**31 - 1),
            noise=self.noise,
            bins=self.bins,
            batch_size=self.batch_size,
            max_epochs=self.max_epochs,
            max_steps=self.max_steps,
            learning_rate=self.learning_rate,
            progress="AE-Flow" if self.verbose else None,
        )
        offset = float(np.quantile(likelihood(frame).sum(axis=1), self.contamination))
        note_columns(self, X)
        self.columns_, self.training_curve_ = columns, curve
        self._likelihood, self.offset_ = likelihood, offset
        return self

    def log_likelihoods(self, X: Any) -> np.ndarray:
        """Return log p(e | z) and log p(h) + log |det dF/dz| of rows X, shape (n, 2), float64.

        Their sum is the score. The columns of a frame are found by name. Raises NotFittedError before ``fit``, and
        InputError for other columns than those learned, and a missing or infinite value.
        """
        check_is_fitted(self)
        X = _table(X)
        if X.shape[1] != self.n_features_in_ and not isinstance(X, pd.DataFrame):
            raise InputError(
                f"X: X has {X.shape[1]} features, but AEFlowDetector is expecting {self.n_features_in_} features as "
                "input; give the columns that it was fitted to"
            )
        return self._likelihood(match(self.columns_, X))

    def score_samples(self, X: Any) -> np.ndarray:
        """Return the score of rows X, shape (n,), float64: the higher, the more they are like those learned."""
        return self.log_likelihoods(X).sum(axis=1)

    def decision_function(self, X: Any) -> np.ndarray:
        """Return ``score_samples(X) - offset_``, shape (n,): negative for outliers."""
        return self.score_samples(X) - self.offset_

    def predict(self, X: Any) -> np.ndarray:
        """Return 1 for rows like those learned and -1 for outliers, shape (n,), int64."""
        return np.where(self.decision_function(X) < 0, -1, 1)

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write the fitted detector as one safetensors file, whole or not at all; the same one gives the same bytes.

        ``training_curve_`` is left out, and a ``random_state`` that is no whole number. Raises NotFittedError before
        ``fit``, and InputError for a column of other values than texts, bools, whole numbers and floats.
        """
        check_is_fitted(self)
        write(Path(path), self.get_params(), self._likelihood, self.offset_)

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> Self:
        """Return the detector in a file that ``save`` has written: it gives the same bytes of scores.

        Raises InputError for a file that is missing, damaged or something else.
        """
        parameters, likelihood, offset = read(Path(path))
        detector = cls()
        try:
            if set(parameters) != set(detector.get_params()):
                raise InputError("parameters of another version")
            detector.set_params(**parameters)
            check_hidden(detector.hidden)
            detector.hidden = tuple(detector.hidden)
            detector._validate_params()
        except (TypeError, ValueError) as error:
            raise InputError(f"{path}: {' '.join(str(error).split())}; save the detector anew") from None
        columns = dict(zip(likelihood.lookup.order, likelihood.lookup.columns, strict=True))
        detector.columns_ = [columns[i].column for i in range(len(columns))]
        note_columns(detector, pd.DataFrame(columns=pd.Index([column.name for column in detector.columns_])))
        detector._likelihood, detector.offset_ = likelihood, offset
        return detector

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.string = tags.input_tags.categorical = tags.input_tags.sparse = True
        return tags


def _table(X: Any) -> Any:
    """Return rows as ``as_table`` does; raise InputError if they are no table of at least one row and one column."""
    if hasattr(X, "__array__") and not hasattr(X, "shape"):
        X = np.asarray(X)
    if len(getattr(X, "shape", ())) == 1:
        raise InputError(
            "X: 1D array, where a table is expected. Reshape your data: X.reshape(-1, 1) if it is one feature, "
            "X.reshape(1, -1) if it is one row"
        )
    check_shape(X)
    return as_table(X)
