"""Small flows as text, a description of them, and what is said of files that are refused."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from aeflow.errors import InputError
from nids.data.description import Description
from nids.data.records import Records, read_records

HEADER = "a,proto,b,label"
LABEL = {"column": "label", "normal": "normal"}


def described(**sections: Any) -> Description:
    """Return the description of the columns of HEADER, with other sections."""
    plain = {
        "name": "flows",
        "files": {"data": "flows.csv"},
        "columns": {"categorical": ["proto"]},
        "label": LABEL,
    }
    return Description.model_validate_json(json.dumps({**plain, **sections}))


def rows(n: int = 40) -> list[str]:
    """Return lines: half of them normal, a quarter dos, a quarter scan; a third udp, the others tcp."""
    types = ("scan", "normal", "dos", "normal")
    return [f"{37 * i % 101},{'tcp' if i % 3 else 'udp'},{7 * i % 11 / 4},{types[i % 4]}" for i in range(n)]


def text(*lines: str) -> str:
    """Return a file of HEADER and lines."""
    return "".join(f"{line}\n" for line in (HEADER, *lines))


def changed(line: int, **cells: str) -> str:
    """Return a file with other cells in a line, counted from 1; the header line is the first."""
    lines = rows()
    of_line = dict(zip(HEADER.split(","), lines[line - 2].split(","), strict=True))
    lines[line - 2] = ",".join((of_line | cells).values())
    return text(*lines)


def read(path: Path, content: str | bytes, **sections: Any) -> Records:
    """Return the records of a file with this content."""
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return read_records({"data": [path]}, described(**sections))["data"]


def refusal(path: Path, content: str | bytes, **sections: Any) -> str:
    """Return what is said of a file with this content, after its name."""
    with pytest.raises(InputError) as caught:
        read(path, content, **sections)
    return told(caught.value, str(path))


def told(error: InputError, start: str) -> str:
    """Return an error's one line after its start."""
    line = str(error)
    assert line.isprintable()
    assert len(line) < len(start) + 400
    assert line.startswith(start), line
    return line.removeprefix(start)


def write(folder: Path, files: Mapping[str, str | bytes]) -> Path:
    """Write files, KEY/NAME, below a folder as the stage fetch does."""
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    return folder
