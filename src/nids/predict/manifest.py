"""What a model folder says of itself: model.json."""

import hashlib
from pathlib import Path
from typing import Annotated

from pydantic import Field

from aeflow.errors import InputError
from nids.base.files import existing, intact, write_bytes
from nids.base.section import Section
from nids.data.description import Source, names_a_file

MANIFEST, ENCODER, DENSITY = "model.json", "encoder.json", "density.safetensors"
Sha256 = Annotated[str, Field(pattern="^[0-9a-f]{64}$")]


class Manifest(Section):
    """What a model was made of, and how it reads flows.

    - dataset: what pages call the data set; source: its description, as far as reading and cleaning need it.
    - method, seed: of the training set; categorical, voting: as in params.yaml.
    - classes: in the order of their codes; normal: the class of normal traffic.
    - rows: the training rows of each class, as files have them; balanced: those that the classifiers saw.
    - fills: the value of cells without one, by column; ranges: the lowest and the highest training value of each
      feature that is a number.
    - multipliers: the decision rule of each classifier that has one, by class.
    - files: the SHA-256 of each file of the folder; data, params, code: those of what it was made from.
    """

    dataset: str
    source: Source
    method: str
    seed: int
    categorical: str
    voting: str
    classes: tuple[str, ...]
    normal: str
    rows: dict[str, int]
    balanced: dict[str, int]
    fills: dict[str, float]
    ranges: dict[str, tuple[float, float]]
    multipliers: dict[str, dict[str, float]]
    files: dict[str, Sha256]
    data: dict[str, Sha256]
    params: Sha256
    code: Sha256


def write_manifest(folder: Path, manifest: Manifest) -> None:
    write_bytes(folder / MANIFEST, manifest.model_dump_json(indent=2).encode() + b"\n")


def read_manifest(folder: Path) -> Manifest:
    """Return the manifest of a model folder, each of whose files is the one that it was made with.

    Raises InputError for a folder without one, one that holds something else, and a file that was exchanged.
    """
    if not (folder / MANIFEST).is_file():
        raise InputError(f"{folder}: no model, as it has no {MANIFEST}; `dvc repro` makes models/METHOD")
    with intact(folder / MANIFEST) as path:
        manifest = Manifest.model_validate_json(path.read_bytes())
        for name in manifest.files:
            names_a_file(name)
    for name, digest in manifest.files.items():
        if sha256(folder / name) != digest:
            raise InputError(f"{folder / name}: not the file that the model was made with; fetch the model again")
    return manifest


def sha256(path: Path) -> str:
    with existing(path).open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
