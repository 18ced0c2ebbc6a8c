"""YAML files as typed, frozen models: unknown keys and impossible values are refused."""

import json
from pathlib import Path
from typing import Annotated, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from aeflow.errors import InputError
from nids.base.files import read_yaml


class Section(BaseModel):
    """A mapping of a YAML file."""

    # strict: the text "8" is not the number 8. frozen: what a stage read is what DVC recorded.
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, allow_inf_nan=False)


Model = TypeVar("Model", bound=Section)


def _distinct(seeds: tuple[int, ...]) -> tuple[int, ...]:
    if len(set(seeds)) != len(seeds):
        raise ValueError("a seed stands twice")
    return seeds


# XGBoost takes seeds up to 2**31 - 1 only.
Seed = Annotated[int, Field(ge=0, lt=2**31)]
Seeds = Annotated[tuple[Seed, ...], Field(min_length=1), AfterValidator(_distinct)]


def load(path: Path, model: type[Model]) -> Model:
    """Read and check a YAML file.

    Raises InputError with the file, the key, the reason and the value found.
    """
    content = read_yaml(path)
    if not isinstance(content, dict):
        raise InputError(f"{path}: not a mapping of keys to values; correct it")
    try:
        return model.model_validate_json(json.dumps(content))
    except TypeError as error:
        raise InputError(f"{path}: {error}; write it as a text") from None
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(str(part) for part in first["loc"])
        reason = first["msg"].removeprefix("Value error, ")
        found = "" if isinstance(first["input"], dict) else f", found {first['input']!r}"
        raise InputError(f"{path}: {f'{key}: ' if key else ''}{reason}{found}") from None
