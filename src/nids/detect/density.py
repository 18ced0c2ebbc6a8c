"""AE-Flow's density of normal traffic as two more features of a classifier."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import numpy as np
import pandas as pd

from aeflow.outlier_detection import AEFlowDetector
from nids.base.files import existing
from nids.data.encoder import Encoder
from nids.data.sets import Training
from nids.detect import NOVEL, WITH_DENSITY
from nids.detect.inputs import category_codes

# The two features, as docs/detector.md has them.
NAMES = ("log p(e|z)", "log p(z)")


@dataclass(frozen=True)
class Density:
    """The density of one class, and what encodes its records."""

    detector: AEFlowDetector
    encoder: Encoder

    @classmethod
    def fit(cls, train: Training, normal: str, settings: Mapping[str, Any], seed: int) -> Self:
        """Return the density of the rows of class ``normal`` in a training set; ``settings`` are the detector's."""
        of_class = train.features[train.labels == train.classes.index(normal)]
        detector = AEFlowDetector(contamination=NOVEL, random_state=seed, **settings)
        return cls(detector.fit(_records(of_class, train.encoder)), train.encoder)

    @classmethod
    def load(cls, path: Path, encoder: Encoder) -> Self:
        """Return the density in a file; raises InputError for one that is missing or holds something else."""
        return cls(AEFlowDetector.load(existing(path)), encoder)

    def save(self, path: Path) -> None:
        """Write the density, without the encoder."""
        path.parent.mkdir(parents=True, exist_ok=True)
        self.detector.save(path)

    def of(self, features: np.ndarray) -> np.ndarray:
        """Return ``AEFlowDetector.log_likelihoods`` of encoded features (n, n_features), (n, 2)."""
        return self.detector.log_likelihoods(_records(features, self.encoder))

    def before(self, name: str, features: np.ndarray) -> np.ndarray:
        """Return encoded features as classifier ``name`` is given them: with ``of`` behind them if it sees it."""
        return np.hstack([features, self.of(features)]) if name in WITH_DENSITY else features


def density_path(seed: int, papers: Sequence[int]) -> Path:
    """Return the file of the density with a seed; ``papers`` are the seeds of the paper's pipeline."""
    return Path(f"data/{'density' if seed in papers else 'densities/seeds'}/seed{seed}.safetensors")


def part_path(part: str) -> Path:
    """Return the file of the density of what is left when ``part`` is held out."""
    return Path(f"data/densities/parts/{part}.safetensors")


def fit_density(
    train: Training, known: np.ndarray | None, normal: str, settings: Mapping[str, Any], seed: int
) -> Density:
    """Return ``Density.fit`` of a training set, or of its ``known`` rows, (n,), bool."""
    return Density.fit(train if known is None else train.known(known), normal, settings, seed)


def _records(features: np.ndarray, encoder: Encoder) -> pd.DataFrame:
    """Return the records of encoded features; in the place of a category that training lacked a text that it lacked."""
    records = encoder.inverse_transform(pd.DataFrame(features, columns=encoder.names))
    for (name, categories), codes in zip(encoder.categories.items(), category_codes(features, encoder).T, strict=True):
        # Behind the last in the alphabet, so it is none of them.
        records.loc[codes == len(categories), name] = categories[-1] + "?"
    return records
