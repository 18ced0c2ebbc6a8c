"""An Optuna study whose trials are experiments."""

from pathlib import Path

import optuna
from optuna.distributions import BaseDistribution, CategoricalDistribution, FloatDistribution, IntDistribution
from optuna.storages import JournalStorage
from optuna.storages.journal import JournalFileBackend
from optuna.trial import FrozenTrial, TrialState

from tools.experiment import Experiment, digest, starting_point
from tools.settings import Choices, Range, Search


class Study:
    """The study of search.yaml in a file that processes share.

    With other code, other fixed settings or another space it is another study, as its figures would
    not compare; with more trials it is the same.
    """

    def __init__(self, settings: Search, path: Path) -> None:
        self._settings = settings
        self._space = {key: distribution(values) for key, values in settings.space.items()}
        self._name = f"search-{digest(starting_point(), settings.model_dump(mode='json', exclude={'trials'}))}"
        path.parent.mkdir(parents=True, exist_ok=True)
        self._study = optuna.create_study(
            study_name=self._name,
            storage=JournalStorage(JournalFileBackend(str(path))),
            direction="maximize",
            load_if_exists=True,
        )

    def running(self) -> dict[str, Experiment]:
        """Return the experiments whose results are to come, by name, whichever process asked for them."""
        return {trial.name: trial for trial in map(self._experiment, self._trials(TrialState.RUNNING))}

    def ended(self) -> list[Experiment]:
        return [self._experiment(trial) for trial in self._trials(TrialState.COMPLETE, TrialState.FAIL)]

    def ask(self, running: int) -> None:
        """Begin trials until so many are running, or the study has all that it is to have."""
        for _ in range(running - len(self.running())):
            if len(self.running()) + len(self.ended()) < self._settings.trials:
                self._study.ask(self._space)

    def tell(self, name: str, value: float | None) -> None:
        """Give the result of an experiment, None if it failed."""
        number = int(name.rpartition("-")[2])
        self._study.tell(number, value, state=TrialState.FAIL if value is None else TrialState.COMPLETE)

    def _trials(self, *states: TrialState) -> list[FrozenTrial]:
        # A process that was killed while it asked leaves a trial with half of its settings.
        return [trial for trial in self._study.get_trials(states=states) if trial.params.keys() == self._space.keys()]

    def _experiment(self, trial: FrozenTrial) -> Experiment:
        return Experiment(f"{self._name}-{trial.number}", trial.params, self._settings.fixed)


def distribution(values: Range | Choices) -> BaseDistribution:
    """Return a range or a list of values as Optuna's distribution."""
    if not isinstance(values, Range):
        return CategoricalDistribution(values)
    low, high = values.low, values.high
    if isinstance(low, int) and isinstance(high, int):
        return IntDistribution(low, high, log=values.log)
    return FloatDistribution(low, high, log=values.log)
