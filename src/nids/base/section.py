"""YAML files as typed, frozen models: unknown keys and impossible values are refused."""

import json
import math
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated, Any, TypeVar, get_args

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError
from pydantic_core import ErrorDetails

from aeflow.errors import InputError
from nids.base.quote import nearest, one_line, quoted
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

    Raises InputError with the file, the key, the reason and the value found; for an unknown key with the nearest one.
    """
    content = read_yaml(path)
    if not isinstance(content, dict):
        raise InputError(f"{path}: not a mapping of keys to values; correct it")
    if fault := _no_json(content, ()):
        raise InputError(f"{path}: {fault}")
    try:
        return model.model_validate_json(json.dumps(content))
    except ValidationError as error:
        raise InputError(f"{path}: {_told(error.errors(), content, model)}") from None


def _told(errors: Sequence[ErrorDetails], content: Any, model: type[Section]) -> str:
    """Return what is wrong, by the error that says most: an unknown key, else the first one."""
    start = _place(errors[0], content)
    # Where a value may be of several types, there is an error for each: one about the content says most.
    within = [one for one in errors if _place(one, content)[: len(start)] == start and not _of_type(one)]
    first = next((one for one in errors if one["type"] == "extra_forbidden"), (within or errors)[0])
    place = _place(first, content)
    key = _key(place)
    if first["type"] == "extra_forbidden":
        known = list(_fields(model, place[:-1]))
        return f"{key}: unknown key{nearest(str(place[-1]), known) or '; known are ' + ', '.join(known)}"
    here = [one for one in errors if _place(one, content) == place]
    found = next((one for one in here if not _of_type(one)), None)
    reasons = [_reason(one) for one in ([found] if found else here)]
    reason = " or ".join([reasons[0], *(other.removeprefix("Input should be ") for other in reasons[1:])])
    value = (found or first)["input"]
    # A section's own check can name one of its keys.
    mark = "." if re.match(r"[a-z_]+: ", reason) else ": "
    return f"{key}{mark if key else ''}{reason}{'' if isinstance(value, dict) else f', found {quoted(value)}'}"


def _of_type(error: ErrorDetails) -> bool:
    return error["type"].endswith(("_type", "literal_error"))


def _place(error: ErrorDetails, content: Any) -> list[str | int]:
    """Return where in the content an error is; pydantic also names types and validators on the way."""
    found: list[str | int] = []
    for part in error["loc"]:
        there = range(len(content)) if isinstance(content, list) else content if isinstance(content, dict) else ()
        if part in there:
            content = content[part]
            found.append(part)
    return [*found, error["loc"][-1]] if error["type"] == "missing" else found


def _fields(model: type[Section], place: Sequence[str | int]) -> Iterator[str]:
    """Yield the keys that there are at a place in a model."""
    at = [model]
    for part in place:
        named = [one.model_fields[str(part)].annotation for one in at if str(part) in one.model_fields]
        at = [section for annotation in named for section in _sections(annotation)] if named else at
    for section in at:
        yield from section.model_fields


def _sections(annotation: Any) -> Iterator[type[Section]]:
    if isinstance(annotation, type) and issubclass(annotation, Section):
        yield annotation
    for argument in get_args(annotation):
        yield from _sections(argument)


def _reason(error: ErrorDetails) -> str:
    kind, value = error["type"], error["input"]
    if kind in ("tuple_type", "list_type"):
        return "Input should be a list, as in [a, b]"
    if kind in ("model_type", "dict_type"):
        return "Input should be a mapping of keys to values"
    if kind == "string_type":
        return f"Input should be a text{'; write it in quotes' if isinstance(value, bool | int | float) else ''}"
    plain = re.sub(r"\d{20,}", lambda digits: f"{float(digits[0]):g}", error["msg"])
    return one_line(plain.removeprefix("Value error, "))


def _key(parts: Sequence[str | int]) -> str:
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
