"""YAML files as typed, frozen models: unknown keys and impossible values are refused."""

import json
import math
import re
from pathlib import Path
from typing import Annotated, Any, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from aeflow.errors import InputError
from nids.base.quote import one_line, quoted
from nids.base.yaml import read_yaml


class Section(BaseModel):
    """A mapping of a YAML file."""

    # strict: the text "8" is not the number 8. frozen: what a stage read is what DVC recorded.
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, allow_inf_nan=False)


Model = TypeVar("Model", bound=Section)


def _distinct(seeds: tuple[int, ...]) -> tuple[int, ...]:
    if len(set(seeds)) != len(seeds):
        raise ValueError("a seed stands twice")
    return seeds


def _printable(text: str) -> str:
    if not text.isprintable():
        raise ValueError("a character that cannot be printed")
    return text


# XGBoost takes seeds up to 2**31 - 1 only.
Seed = Annotated[int, Field(ge=0, lt=2**31)]
Seeds = Annotated[tuple[Seed, ...], Field(min_length=1, max_length=1000), AfterValidator(_distinct)]
# A text of one line.
Text = Annotated[str, Field(max_length=1000), AfterValidator(_printable)]


def load(path: Path, model: type[Model]) -> Model:
    """Read and check a YAML file.

    Raises InputError with the file, the key, the reason and the value found.
    """
    content = read_yaml(path)
    if not isinstance(content, dict):
        raise InputError(f"{path}: not a mapping of keys to values; correct it")
    if fault := _no_json(content, ()):
        raise InputError(f"{path}: {fault}")
    try:
        return model.model_validate_json(json.dumps(content))
    except ValidationError as error:
        # Where a value may be of several types, there is an error for each: the one about the content says most.
        found = error.errors()
        first = next((one for one in found if not one["type"].endswith("_type")), found[0])
        key = _key(part for part in first["loc"] if not re.fullmatch(r"[a-z-]+\[.*\]", str(part)))
        reason = one_line(first["msg"].removeprefix("Value error, "))
        value = "" if isinstance(first["input"], dict) else f", found {quoted(first['input'])}"
        raise InputError(f"{path}: {f'{key}: ' if key else ''}{reason}{value}") from None


def _key(parts: Any) -> str:
    """Return the place of a value as people write it; a name that is not plain is quoted."""
    return ".".join(str(part) if re.fullmatch(r"[\w.:/+-]{1,60}", str(part)) else quoted(part) for part in parts)


def _no_json(value: Any, place: tuple[Any, ...]) -> str:
    """Return what of a value YAML has and JSON has not, "" if nothing."""
    at = f"{_key(place)}: " if place else ""
    if isinstance(value, dict):
        for name in value:
            if not isinstance(name, str):
                return f"{at}the key {quoted(name)} is no text; write it in quotes"
        found = (_no_json(of, (*place, name)) for name, of in value.items())
    elif isinstance(value, list):
        found = (_no_json(of, (*place, i)) for i, of in enumerate(value))
    elif isinstance(value, int) and abs(value) >= 2**63:
        return f"{at}a whole number of more than 64 bits"
    elif isinstance(value, float) and not math.isfinite(value):
        return f"{at}{value} is not a finite number"
    else:
        if value is None or isinstance(value, str | int | float):
            return ""
        return f"{at}{quoted(value)} is of type {type(value).__name__}; write it as a text, in quotes"
    return next(filter(None, found), "")
