"""What a page was built from: package versions, SHA-256 of data, parameters and code, and each part's stage."""

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

from nids.base.code import code_hash
from nids.base.files import existing
from nids.data.description import Description
from nids.params import Params
from nids.show.pages.blocks import Block, text
from nids.show.pages.cells import cell, column, table, words

# What is shown, where it is, and the address of the stage that makes it.
MadeBy = Sequence[tuple[str, str, str]]


def provenance(
    params: Params, description: Description, hashes: Mapping[str, str], root: Path = Path()
) -> dict[str, Any]:
    """Return what stands behind a page made in ``root``: "packages", "data", "params" and "code".

    hashes: the SHA-256 of each data file, KEY/FILE.
    """
    requirements = existing(root / "requirements.txt").read_text(encoding="utf-8")
    return {
        "packages": package_versions(requirements),
        "data": dict(hashes),
        "params": params_hash(params, description),
        "code": code_hash(root),
    }


def package_versions(requirements: str) -> dict[str, str]:
    """Return the installed version of each package that a requirements file names."""
    names = re.findall(r"^[A-Za-z0-9][\w.-]*", requirements, re.MULTILINE)
    return {name: version(name) for name in names}


def params_hash(params: Params, dataset: Description) -> str:
    """Return one SHA-256 of the parameters and the data set's description: comments and order do not matter."""
    content = {"params": params.model_dump(mode="json"), "dataset": dataset.model_dump(mode="json")}
    return hashlib.sha256(json.dumps(content, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def provenance_blocks(found: Mapping[str, Any], made_by: MadeBy) -> list[Block]:
    """Return the tables of what ``provenance`` found, and of how to make each part again."""
    hashes = [*found["data"].items(), ("parameters", found["params"]), ("code", found["code"])]
    return [
        text(
            "`dvc repro` runs what has changed of the paper's pipeline, `dvc repro -P` of the evidence too. One part "
            "alone, whether or not it has changed:"
        ),
        table(
            "made-by",
            "How to make each part again",
            [column(title, numeric=False) for title in ("What", "Where", "Command")],
            [
                (stage, [words(what), words(where), cell(f"dvc repro -fs {stage}", stage, tone="code")])
                for what, where, stage in made_by
            ],
        ),
        table(
            "hashes",
            "SHA-256",
            [column(title, numeric=False) for title in ("What", "SHA-256")],
            [(name, [words(name), cell(digest, digest, tone="code")]) for name, digest in hashes],
            note="Parameters: params.yaml and the data set's file as JSON with sorted keys. Code: src and stages.",
        ),
        table(
            "packages",
            "Package versions",
            [column(title, numeric=False) for title in ("Package", "Version")],
            [(name, [words(name), words(number)]) for name, number in found["packages"].items()],
        ),
    ]
