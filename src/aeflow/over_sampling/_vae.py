"""The variational autoencoder as an over-sampler, a baseline of the paper (Tables 4-6)."""

from collections.abc import Sequence
from numbers import Integral, Real
from typing import Any, ClassVar

from sklearn.utils._param_validation import Interval

from aeflow._generators.vae import VAE
from aeflow.over_sampling._columns import Categorical
from aeflow.over_sampling._generative import GenerativeSampler


class VAESampler(GenerativeSampler):
    """Over-sample with a variational autoencoder of label codes and z-scores, one for each class.

    The encoder gives q(z | x) = N(m(x), diag(s(x)^2)), the decoder D(z) the mean of a row, and the prior of
    z is N(0, I). The loss is

        ||x - D(z)||^2 / 2 + beta * KL(q(z | x) || N(0, I)),

    the negative evidence lower bound [1]_ if beta is 1 [2]_. New rows are D(z) for z ~ N(0, I).

    Parameters
    ----------
    sampling_strategy : float, str, dict or callable, default="auto"
        As in imbalanced-learn's over-samplers: "auto" brings every class to the largest one's size,
        a dict gives the rows that each class is to have.
    categorical_features : "auto" or array-like, default="auto"
        Categorical columns, by name, position or mask, beside those of text, category or bool dtype.
    latent_dim : int, default=16
        Dimensions of z.
    beta : float, default=1.0
        Weight of the KL term; 1 is the evidence lower bound for a decoder of variance 1.
    hidden : sequence of int, default=(64, 64)
        Units of each hidden layer in the encoder and the decoder.
    batch_size : int, default=128
        Rows in a step, drawn with replacement.
    max_epochs, max_steps : int, default=500 and 1000
        Training ends after so many epochs, or the epochs that fit into so many steps.
    learning_rate : float, default=0.005
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
        Of each class: the last epoch of its curve, and the shares of new rows that were legal, or
        copies of real ones, when they were first drawn.
    generators_ : dict
        Of each class: the trained model, the table that encodes its rows, and the rows.
    columns_ : list
        What values each column may hold.
    n_features_in_, feature_names_in_
        As in scikit-learn.

    Raises
    ------
    InputError (a ValueError)
        For missing or infinite values, a class of one row, and a loss that does not stay finite.

    References
    ----------
    .. [1] Kingma, Welling, "Auto-Encoding Variational Bayes", arXiv:1312.6114.
    .. [2] Higgins et al., "beta-VAE: Learning Basic Visual Concepts with a Constrained Variational
       Framework", ICLR 2017.

    Examples
    --------
    >>> import numpy as np
    >>> from aeflow import VAESampler
    >>> X = np.random.default_rng(0).poisson(40, size=(200, 3))
    >>> y = np.repeat([1, 0], [50, 150])
    >>> sampler = VAESampler(random_state=0)
    >>> X_new, y_new = sampler.fit_resample(X, y)
    >>> np.bincount(y_new)
    array([150, 150])
    >>> sampler.sample(1000, label=1, random_state=0).shape
    (1000, 3)
    """

    _name = "VAE"
    _parameter_constraints: ClassVar[dict] = {
        **GenerativeSampler._parameter_constraints,
        "latent_dim": [Interval(Integral, 1, 1024, closed="both")],
        "beta": [Interval(Real, 0, 1000, closed="right")],
    }

    def __init__(
        self,
        *,
        sampling_strategy: Any = "auto",
        categorical_features: Categorical = "auto",
        latent_dim: int = 16,
        beta: float = 1.0,
        hidden: Sequence[int] = (64, 64),
        batch_size: int = 128,
        max_epochs: int = 500,
        max_steps: int = 1000,
        learning_rate: float = 0.005,
        random_state: Any = None,
        warm_start: bool = False,
        verbose: bool = False,
    ) -> None:
        super().__init__(sampling_strategy=sampling_strategy)
        self.categorical_features = categorical_features
        self.latent_dim = latent_dim
        self.beta = beta
        self.hidden = hidden
        self.batch_size = batch_size
        self.max_epochs = max_epochs
        self.max_steps = max_steps
        self.learning_rate = learning_rate
        self.random_state = random_state
        self.warm_start = warm_start
        self.verbose = verbose

    def _model(self, table: Any, n_classes: int) -> VAE:
        return VAE(n_features=table.width, latent_dim=self.latent_dim, beta=self.beta, hidden=self.hidden)
