"""Which code a checkout holds."""

import hashlib
from pathlib import Path


def code_hash(root: Path) -> str:
    """Return one SHA-256 of the packages' files and the stages below ``root``, names included."""
    found = [path for folder in ("src/aeflow", "src/nids", "stages") for path in (root / folder).rglob("*")]
    files = [path for path in found if path.is_file() and "__pycache__" not in path.parts]
    digest = hashlib.sha256()
    for name, path in sorted((path.relative_to(root).as_posix(), path) for path in files):
        digest.update(f"{name}\0{hashlib.sha256(path.read_bytes()).hexdigest()}\n".encode())
    return digest.hexdigest()
