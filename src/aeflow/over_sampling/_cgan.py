"""The conditional GAN as an over-sampler, the baseline called GAN in the paper's Tables 4-6."""

from collections.abc import Sequence
from numbers import Integral
from typing import Any, ClassVar

from sklearn.utils._param_validation import Interval

from aeflow._generators.cgan import CGAN
from aeflow.over_sampling._columns import Categorical
from aeflow.over_sampling._generative import GenerativeSampler


class CGANSampler(GenerativeSampler):
    """Over-sample with one conditional GAN of label codes and z-scores for all classes that grow.

    A generator G(noise, c) makes rows of class c from noise ~ N(0, I), and a discriminator D(x, c)
    tells them from real ones [1]_. By turns, D lowers -log D(x, c) - log(1 - D(G(noise, c), c)) and
    G the non-saturating loss -log D(G(noise, c), c) [2]_, each a mean over a batch.

    Parameters
    ----------
    sampling_strategy : float, str, dict or callable, default="auto"
        As in imbalanced-learn's over-samplers: "auto" brings every class to the largest one's size,
        a dict gives the rows that each class is to have.
    categorical_features : "auto" or array-like, default="auto"
        Categorical columns, by name, position or mask, beside those of text, category or bool dtype.
    noise_dim : int, default=16
        Dimensions of the generator's noise.
    hidden : sequence of int, default=(64, 64)
        Units of each hidden layer in the generator and the discriminator.
    batch_size : int, default=128
        Rows in a step, drawn with replacement, each class equally likely.
    max_epochs, max_steps : int, default=500 and 2000
        Training ends after so many epochs, or the epochs that fit into so many steps.
    learning_rate : float, default=0.001
        Adam's, the same all the time.
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
        values="generator_loss").plot()``.
    diagnostics_ : dict of dicts
        Of each class: the last epoch of its curve, and the shares of new rows that were legal, or
        copies of real ones, when they were first drawn.
    generators_ : dict
        Of each class: the trained model, which they share, its code there, the table that encodes its
        rows, and the rows.
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
    .. [1] Mirza, Osindero, "Conditional Generative Adversarial Nets", arXiv:1411.1784.
    .. [2] Goodfellow et al., "Generative Adversarial Nets", NeurIPS 2014.

    Examples
    --------
    >>> import numpy as np
    >>> from aeflow import CGANSampler
    >>> X = np.random.default_rng(0).poisson(40, size=(200, 3))
    >>> y = np.repeat([1, 0], [50, 150])
    >>> sampler = CGANSampler(random_state=0)
    >>> X_new, y_new = sampler.fit_resample(X, y)
    >>> np.bincount(y_new)
    array([150, 150])
    >>> sampler.sample(1000, label=1, random_state=0).shape
    (1000, 3)
    """

    _name = "CGAN"
    _parameter_constraints: ClassVar[dict] = {
        **GenerativeSampler._parameter_constraints,
        "noise_dim": [Interval(Integral, 1, 1024, closed="both")],
    }

    def __init__(
        self,
        *,
        sampling_strategy: Any = "auto",
        categorical_features: Categorical = "auto",
        noise_dim: int = 16,
        hidden: Sequence[int] = (64, 64),
        batch_size: int = 128,
        max_epochs: int = 500,
        max_steps: int = 2000,
        learning_rate: float = 0.001,
        random_state: Any = None,
        warm_start: bool = False,
        verbose: bool = False,
    ) -> None:
        super().__init__(sampling_strategy=sampling_strategy)
        self.categorical_features = categorical_features
        self.noise_dim = noise_dim
        self.hidden = hidden
        self.batch_size = batch_size
        self.max_epochs = max_epochs
        self.max_steps = max_steps
        self.learning_rate = learning_rate
        self.random_state = random_state
        self.warm_start = warm_start
        self.verbose = verbose

    def _groups(self, labels: list[Any]) -> list[list[Any]]:
        return [labels] if labels else []

    def _model(self, table: Any, n_classes: int) -> CGAN:
        return CGAN(n_features=table.width, n_classes=n_classes, noise_dim=self.noise_dim, hidden=self.hidden)
