"""The variational autoencoder as an over-sampler, a baseline of the paper (Tables 4-6)."""

from collections.abc import Sequence
from numbers import Integral, Real
from typing import Any, ClassVar

from sklearn.utils._param_validation import Interval

from aeflow.generators.vae import VAE
from aeflow.over_sampling.columns import Categorical
from aeflow.over_sampling.generative import GenerativeSampler


class VAESampler(GenerativeSampler):
    """Over-sample with a variational autoencoder of label codes and z-scores, one for each class.

    Parameters and attributes are those of ``AEFlowSampler``, but for the model's own:

    Parameters
    ----------
    latent_dim : int, default=16
        Dimensions of the latent variable.
    beta : float, default=1.0
        Weight of the KL term; 1 is the evidence lower bound for a unit-variance decoder.
    """

    _name = "VAE"
    _parameter_constraints: ClassVar[dict] = {
        **GenerativeSampler._parameter_constraints,
        "latent_dim": [Interval(Integral, 1, None, closed="left")],
        "beta": [Interval(Real, 0, None, closed="neither")],
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
