"""A model folder, from what the stages have left."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from nids.base.files import existing, intact, read_frame, read_json, write_bytes, write_json, write_text
from nids.data.dataset import Dataset
from nids.data.sets import ENCODED, read_encoder
from nids.detect import FILES
from nids.detect.density import density_path
from nids.methods import METHODS
from nids.params import Params
from nids.predict.card import EXAMPLES, card
from nids.predict.manifest import DENSITY, ENCODER, Manifest, sha256, write_manifest


def folder_of(method: str) -> Path:
    """Return the place of a method's folder among the models: its arm, and its name where an arm has several."""
    arm = METHODS[method].arm
    return Path(arm) if method == arm else Path(arm, method)


def package(
    folder: Path,
    method: str,
    seed: int,
    params: Params,
    dataset: Dataset,
    summary: Mapping[str, Any],
    rules: Mapping[str, Mapping[str, Any]],
    provenance: Mapping[str, Any],
) -> None:
    """Write the model folder of a method: its classifiers for a seed, and all that flows are read and encoded with.

    summary: the scores of the method's classifiers on the test set; rules: the decision rules that are chosen for
    some of them; provenance: as in ``nids.show.pages.provenance``. Raises InputError for a file that is missing or
    holds something else.
    """
    arm = METHODS[method].arm
    encoder = read_encoder()
    records = read_frame(ENCODED / "records.parquet")
    numbers = [name for name, kind in encoder.features.items() if kind != "category"]
    for name in FILES.values():
        path = Path(f"data/classifiers/{arm}/{method}/seed{seed}") / name
        write_bytes(folder / name, existing(path).read_bytes())
    write_json(folder / ENCODER, encoder.to_json())
    write_bytes(folder / DENSITY, existing(density_path(seed, params.seeds)).read_bytes())
    write_text(folder / EXAMPLES, _examples(records, encoder.names, dataset))
    manifest = Manifest(
        dataset=dataset.name,
        source=dataset.source,
        method=method,
        seed=seed,
        categorical=params.encode.categorical,
        voting=params.classifiers.voting,
        classes=dataset.classes,
        normal=dataset.normal,
        rows=dataset.found.rows,
        balanced=_numbers(Path(f"data/probabilities/{arm}/reports.json"), method, f"seed{seed}", "rows"),
        fills=_numbers(ENCODED / "cleaning.json", "values"),
        ranges={name: (float(records[name].min()), float(records[name].max())) for name in numbers},
        multipliers={name: rule["multipliers"] for name, rule in rules.items()},
        files={name: sha256(folder / name) for name in sorted((*FILES.values(), DENSITY, ENCODER, EXAMPLES))},
        data=provenance["data"],
        params=provenance["params"],
        code=provenance["code"],
    )
    write_manifest(folder, manifest)
    write_text(folder / "README.md", card(manifest, dataset, summary, rules))


def _numbers(path: Path, *keys: str) -> dict[str, Any]:
    """Return the numbers that stand under nested keys of a JSON file."""
    found = read_json(path)
    with intact(path):
        for key in keys:
            found = found[key]
        if not all(isinstance(number, int | float) for number in found.values()):
            raise TypeError
    return found


def _examples(records: Any, names: list[str], dataset: Dataset) -> str:
    """Return five training rows as CSV, of as many classes as there are."""
    classes = np.array([dataset.class_of[name] for name in records[" type"]])
    firsts = [np.flatnonzero(classes == name) for name in dataset.shown]
    rows = [int(of[k]) for k in range(5) for of in firsts if k < len(of)][:5]
    return records.loc[sorted(rows), names].to_csv(index=False, lineterminator="\n")
