"""What a report was built from: package versions, and SHA-256 of data and parameters."""

import hashlib
import json
import re
from importlib.metadata import version

from aeflow.base.params import Params


def package_versions(requirements: str) -> dict[str, str]:
    """Return the installed version of each package that a requirements file names."""
    names = re.findall(r"^[A-Za-z0-9][\w.-]*", requirements, re.MULTILINE)
    return {name: version(name) for name in names}


def data_hashes(params: Params) -> dict[str, str]:
    """Return the SHA-256 of each data file, which stage ``fetch`` has verified."""
    files = params.data.files
    return {f"data/raw/{name}.txt": getattr(files, name).sha256 for name in type(files).model_fields}


def params_hash(params: Params) -> str:
    """Return the SHA-256 of the parameters as JSON with sorted keys: comments and order do not matter."""
    text = json.dumps(params.model_dump(mode="json"), sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
