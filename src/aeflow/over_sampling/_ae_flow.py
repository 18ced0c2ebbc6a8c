"""AE-Flow as an over-sampler, the method of the paper (Sect. 3.1)."""

import warnings
from collections.abc import Sequence
from numbers import Integral, Real
from typing import Any, ClassVar, Literal, cast

import numpy as np
import pandas as pd
import torch
from sklearn.utils._param_validation import Interval, StrOptions

from aeflow._generators.ae_flow import AEFlow
from aeflow._generators.stable_ae_flow import StableAEFlow
from aeflow.errors import CollapseWarning
from aeflow.over_sampling._binned import BinnedTable
from aeflow.over_sampling._columns import Categorical, Column, match
from aeflow.over_sampling._generative import GenerativeSampler
from aeflow.over_sampling._scaled import ScaledTable

# A fit is taken for collapsed if h's standard deviation, 1 if the flow fits, is outside these
# bounds, or z's below this one.
H_STD = (0.8, 1.25)
Z_STD = 0.1


class AEFlowSampler(GenerativeSampler):
    """Over-sample with an autoencoder whose latent a normalizing flow maps to a Gaussian.

    As in the paper [1]_, one model is fitted to the rows x of each class that is to grow: an encoder E,
    a decoder D and a flow F of coupling layers, NICE's [2]_ or Real-NVP's [3]_, with z = E(x) and
    h = F(z). New rows are D(F^-1(h)) for h ~ N(0, I). With ``objective="paper"`` rows are label codes
    and z-scores, and the loss is its eq. 10,

        ||x - D(z)||^2 - (log p(h) + log |det dF/dz|),

    which shrinks z without end: the fit collapses. With "stable", E(x) is normalised to a standard
    deviation of 1, z = E(x) + noise * eps with eps ~ N(0, I), rows are cells, and the loss is

        -log p(x | z) - (log p(h) + log |det dF/dz|),

    where p(x | z) is the softmax of D(z) within each column, and z is held fixed in the bracket.
    docs/models.md says why, and measures how close the rows come to real ones.

    Parameters
    ----------
    sampling_strategy : float, str, dict or callable, default="auto"
        As in imbalanced-learn's over-samplers: "auto" brings every class to the largest one's size,
        a dict gives the rows that each class is to have.
    categorical_features : "auto" or array-like, default="auto"
        Categorical columns, by name, position or mask, beside those of text, category or bool dtype.
    objective : {"stable", "paper"}, default="stable"
        The loss, as above. "paper" is eq. 10 to the letter, which collapses; "stable" is what works.
    latent_dim : int, default=12
        Dimensions of z and h.
    coupling_layers : int, default=4
        Coupling layers of the flow F.
    coupling : {"affine", "additive"}, default="affine"
        Real-NVP's layers or NICE's.
    hidden : sequence of int, default=(64, 64)
        Units of each hidden layer in the encoder, the decoder and the couplings.
    noise : float, default=0.5
        Standard deviation of the noise on z, which is normalised to 1. "stable" only.
    bins : int, default=20
        Cells for a column's numbers that are no atoms; fewer where 65,536 / columns is less. "stable" only.
    temperature : float, default=0.45
        Divides the decoder's logits when cells are drawn. "stable" only.
    batch_size : int, default=128
        Rows in a step, drawn with replacement.
    max_epochs, max_steps : int, default=60 and 1000
        Training ends after so many epochs, or the epochs that fit into so many steps.
    learning_rate : float, default=0.01
        The highest that it gets; it rises and falls once.
    random_state : int, RandomState instance or None, default=None
        The same int gives the same bytes, and leaves the global random states as they are.
    warm_start : bool, default=False
        Whether a further ``fit_resample`` goes on from the generators fitted before.
    verbose : bool, default=False
        Whether to show the progress of each fit on stderr.

    Attributes
    ----------
    sampling_strategy_ : dict
        New rows of each class.
    synthetic_ : ndarray of shape (n_rows_returned,), bool
        Whether each returned row is synthetic.
    training_curve_ : DataFrame
        Means of the loss and its terms over each epoch (column ``epoch``, from 1) of each fit (column
        ``classes``). To plot it: ``training_curve_.pivot(index="epoch", columns="classes",
        values="loss").plot()``.
    diagnostics_ : dict of dicts
        Of each class: the last epoch of its curve, whether the fit ``collapsed``, and the shares of
        new rows that were legal, or copies of real ones, when they were first drawn.
    generators_ : dict
        Of each class: the trained model, the table that encodes its rows, and the rows.
    columns_ : list
        What values each column may hold.
    n_features_in_, feature_names_in_
        As in scikit-learn.

    Raises
    ------
    InputError (a ValueError)
        For missing or infinite values, a class of one row, a loss that does not stay finite, and
        latent_dim above the number of columns with objective="paper".

    Warns
    -----
    CollapseWarning
        If the fit has collapsed, with the figures that say so.

    References
    ----------
    .. [1] Xiong et al., "Data Balancing Technique Based on AE-Flow Model for Network Intrusion Detection".
    .. [2] Dinh et al., "NICE: Non-linear Independent Components Estimation", arXiv:1410.8516.
    .. [3] Dinh et al., "Density estimation using Real NVP", arXiv:1605.08803.

    Examples
    --------
    >>> import numpy as np
    >>> import pandas as pd
    >>> from aeflow import AEFlowSampler
    >>> rng = np.random.default_rng(0)
    >>> service = rng.choice(["http", "ftp"], 200)
    >>> X = pd.DataFrame({"service": service, "bytes": rng.poisson(40, 200)})
    >>> y = np.repeat(["attack", "normal"], [50, 150])
    >>> sampler = AEFlowSampler(random_state=0)
    >>> X_new, y_new = sampler.fit_resample(X, y)
    >>> print((y_new == "attack").sum(), (y_new == "normal").sum())
    150 150
    >>> sampler.sample(1000, "attack", random_state=0).shape
    (1000, 2)
    """

    _name = "AE-Flow"
    _parameter_constraints: ClassVar[dict] = {
        **GenerativeSampler._parameter_constraints,
        "objective": [StrOptions({"stable", "paper"})],
        # The spreads of z and h are those of a batch: one row has none.
        "batch_size": [Interval(Integral, 2, 16384, closed="both")],
        "latent_dim": [Interval(Integral, 1, 1024, closed="both")],
        "coupling_layers": [Interval(Integral, 1, 64, closed="both")],
        "coupling": [StrOptions({"affine", "additive"})],
        "noise": [Interval(Real, 0, 100, closed="both")],
        "bins": [Interval(Integral, 1, 10_000, closed="both")],
        "temperature": [Interval(Real, 0.01, 100, closed="both")],
    }

    def __init__(
        self,
        *,
        sampling_strategy: Any = "auto",
        categorical_features: Categorical = "auto",
        objective: Literal["stable", "paper"] = "stable",
        latent_dim: int = 12,
        coupling_layers: int = 4,
        coupling: Literal["affine", "additive"] = "affine",
        hidden: Sequence[int] = (64, 64),
        noise: float = 0.5,
        bins: int = 20,
        temperature: float = 0.45,
        batch_size: int = 128,
        max_epochs: int = 60,
        max_steps: int = 1000,
        learning_rate: float = 0.01,
        random_state: Any = None,
        warm_start: bool = False,
        verbose: bool = False,
    ) -> None:
        super().__init__(sampling_strategy=sampling_strategy)
        self.categorical_features = categorical_features
        self.objective = objective
        self.latent_dim = latent_dim
        self.coupling_layers = coupling_layers
        self.coupling = coupling
        self.hidden = hidden
        self.noise = noise
        self.bins = bins
        self.temperature = temperature
        self.batch_size = batch_size
        self.max_epochs = max_epochs
        self.max_steps = max_steps
        self.learning_rate = learning_rate
        self.random_state = random_state
        self.warm_start = warm_start
        self.verbose = verbose

    def latent(self, X: Any, label: Any) -> np.ndarray:
        """Return h = F(E(x)) of rows X in the model of class ``label``, shape (n, latent_dim), float32.

        N(0, I) for rows like those that the model has learned. With objective="stable", z has its
        noise, seeded by 0. The columns of a frame are found by name. Raises NotFittedError before
        ``fit_resample``, and InputError for a class that did not grow, other columns than those learned, a
        category that was not learned, and a missing or infinite value. A number outside of the range
        learned counts as the nearest one with objective="stable".
        """
        fitted = self._fitted(label)
        rows = torch.from_numpy(fitted.table.encode(match(self.columns_, X), bounded=False))
        model = cast(AEFlow | StableAEFlow, fitted.model)
        return model.latent(rows, torch.Generator().manual_seed(0)).numpy()

    def _table(self, columns: list[Column], frame: pd.DataFrame, rows: pd.DataFrame) -> ScaledTable | BinnedTable:
        if self.objective == "paper":
            return ScaledTable.fit(columns, frame)
        return BinnedTable.fit(columns, rows, self.bins)

    def _model(self, table: Any, n_classes: int) -> AEFlow | StableAEFlow:
        shared: dict[str, Any] = {
            "latent_dim": self.latent_dim,
            "coupling_layers": self.coupling_layers,
            "coupling": self.coupling,
            "hidden": self.hidden,
        }
        if self.objective == "paper":
            return AEFlow(n_features=table.width, **shared)
        return StableAEFlow(sizes=table.sizes, noise=self.noise, temperature=self.temperature, **shared)

    def _fit_generators(self, frame: pd.DataFrame, y: np.ndarray, labels: list[Any], seed: int) -> None:
        super()._fit_generators(frame, y, labels, seed)
        for label, found in self.diagnostics_.items():
            found["collapsed"] = not H_STD[0] <= found["h_std"] <= H_STD[1] or found["z_std"] < Z_STD
            if found["collapsed"]:
                warnings.warn(
                    f"AE-Flow on {label}: the fit has collapsed: standard deviation of h {found['h_std']:.2f} "
                    f"(1 if it fits), of z {found['z_std']:.2f}, log |det| {found['log_det']:.1f}",
                    CollapseWarning,
                    stacklevel=4,
                )
