"""`make schema`: datasets/schema.json, by which an editor completes and checks datasets/NAME.yaml."""

import ast
import json
from itertools import pairwise
from pathlib import Path
from typing import Any

from nids.data import description
from nids.data.description import Description

ROOT = Path(__file__).parents[1]
TARGET = ROOT / "datasets/schema.json"


def schema() -> dict[str, Any]:
    """Return the schema of a description as people write it, in which each key is explained."""
    found = Description.model_json_schema(mode="validation")
    texts = _explained()
    for name, section in (*found["$defs"].items(), ("Source", found), ("Description", found)):
        for key, text in texts[name].items():
            section["properties"][key]["description"] = text
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **_without_titles(found)}


def _explained() -> dict[str, dict[str, str]]:
    """Return of each section what stands below its keys. pydantic can do that, too, but takes a quarter of a second."""
    tree = ast.parse(Path(description.__file__).read_text(encoding="utf-8"))
    return {
        section.name: {
            key.target.id: str(below.value.value)
            for key, below in pairwise(section.body)
            if isinstance(key, ast.AnnAssign)
            and isinstance(key.target, ast.Name)
            and isinstance(below, ast.Expr)
            and isinstance(below.value, ast.Constant)
        }
        for section in tree.body
        if isinstance(section, ast.ClassDef)
    }


def _without_titles(value: Any) -> Any:
    """Return a schema without the titles that repeat its keys."""
    if isinstance(value, dict):
        return {key: _without_titles(of) for key, of in value.items() if key != "title" or not isinstance(of, str)}
    return [_without_titles(of) for of in value] if isinstance(value, list) else value


def text() -> str:
    return json.dumps(schema(), indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    TARGET.write_text(text(), encoding="utf-8")
