"""One run of a method from the training set to probabilities, in memory."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from nids.balance.synthesise import Synthetic, synthesise
from nids.balance.training_set import Rows, class_counts, cleaned, training_set, undersampled
from nids.data.dataset import Dataset
from nids.data.sets import Training
from nids.detect import WITH_DENSITY, Options
from nids.detect.density import Density
from nids.detect.fit import fit, lr_report, probabilities
from nids.methods import METHODS
from nids.params import Params


@dataclass(frozen=True)
class Settings:
    """What a run reads of params.yaml and the description of the data set, as plain values."""

    sampler: Mapping[str, Any]
    new_rows: Mapping[str, int]
    kept_rows: Mapping[str, int]
    n_clusters: int
    oss_seeds: int
    options: Options

    @classmethod
    def of(cls, method: str, params: Params, dataset: Dataset) -> "Settings":
        """Return the settings of ``method``."""
        return cls(
            sampler=params.of(method),
            new_rows=dataset.new_rows,
            kept_rows=dataset.kept_rows,
            n_clusters=params.kmeans.n_clusters,
            oss_seeds=params.oss.n_seeds,
            options=params.options,
        )


@dataclass(frozen=True)
class Shared:
    """What does not depend on the method, on the same rows with the same seed: the positions, int64, that K-means
    undersampling keeps, and the density of normal traffic.
    """

    undersampled: np.ndarray | None = None
    density: Density | None = None


@dataclass(frozen=True)
class Run:
    """A method with a seed on a training set, which may be a part of the whole one.

    What it needs of ``shared`` has to be there: K-means if the method is undersampled, the density for a classifier of
    WITH_DENSITY.
    """

    method: str
    settings: Settings
    train: Training
    seed: int
    shared: Shared

    def new(self) -> tuple[Rows, Synthetic]:
        """Return the new rows, encoded, and what the sampler says of them."""
        found = synthesise(self.method, self.settings.sampler, self.train, self.settings.new_rows, self.seed)
        return Rows(found.features(self.method, self.train.encoder).to_numpy(), found.labels), found

    def training_set(self) -> tuple[Rows, Synthetic | None]:
        """Return the method's training set, and what its sampler says of the new rows if it has one."""
        row = METHODS[self.method]
        kept = self.shared.undersampled if row.undersampled else None
        assert kept is not None or not row.undersampled, f"{self.method} needs the rows that K-means keeps"
        new, synthetic = self.new() if row.sampler else (None, None)
        return self.rows(kept, new, row.undersampled), synthetic

    def rows(self, kept: np.ndarray | None, new: Rows | None, oss: bool) -> Rows:
        """Return the training set of what the parts have found; ``oss``: after one-sided selection."""
        if oss:
            majority = tuple(self.settings.kept_rows)
            kept = cleaned(self.train, kept, new, majority, self.settings.oss_seeds, self.seed)
        return training_set(self.train, kept, new)

    def probabilities(
        self, rows: Rows, names: Iterable[str], features: np.ndarray
    ) -> tuple[dict[str, np.ndarray], dict[str, Any]]:
        """Fit the classifiers ``names`` on rows; return their probabilities (n, n_classes) for features
        (n, n_features), and LR's report if it is among them.
        """
        found, report = {}, {}
        encoder, options, weighted = self.train.encoder, self.settings.options, METHODS[self.method].weighted
        for name in names:
            seen = Rows(self._before(name, rows.features), rows.labels)
            classifier = fit(name, seen, encoder, options, weighted=weighted, seed=self.seed)
            found[name] = probabilities(name, classifier, self._before(name, features), encoder, options)
            if name == "lr":
                report = lr_report(classifier)
        return found, report

    def _before(self, name: str, features: np.ndarray) -> np.ndarray:
        if name not in WITH_DENSITY:
            return features
        assert self.shared.density is not None, f"{name} needs the density"
        return self.shared.density.before(name, features)


def kept(settings: Settings, train: Training, known: np.ndarray | None, seed: int) -> np.ndarray:
    """Return the positions that K-means undersampling keeps of a training set, or of its ``known`` rows, (n,), bool.

    A part may lack the rows for a whole target of ``kept_rows``: then all stay.
    """
    if known is not None:
        train = train.known(known)
    sizes = class_counts(train.labels, train.classes)
    targets = {name: min(n, sizes[name]) for name, n in settings.kept_rows.items()}
    return undersampled(train, targets, settings.n_clusters, seed)
