"""The conditional GAN as an over-sampler, the baseline called GAN in the paper's Tables 4-6."""

from collections.abc import Sequence
from numbers import Integral
from typing import Any, ClassVar

from sklearn.utils._param_validation import Interval

from aeflow.generators.cgan import CGAN
from aeflow.over_sampling.columns import Categorical
from aeflow.over_sampling.generative import GenerativeSampler


class CGANSampler(GenerativeSampler):
    """Over-sample with one conditional GAN of label codes and z-scores for all classes that grow.

    Parameters and attributes are those of ``AEFlowSampler``, but for the model's own:

    Parameters
    ----------
    noise_dim : int, default=16
        Dimensions of the generator's noise.
    """

    _name = "CGAN"
    _parameter_constraints: ClassVar[dict] = {
        **GenerativeSampler._parameter_constraints,
        "noise_dim": [Interval(Integral, 1, None, closed="left")],
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
