"""sweep.yaml and search.yaml as typed models: unknown keys and impossible values are refused."""

from pathlib import Path
from typing import Annotated, Self, TypeVar

from pydantic import Field, JsonValue, PositiveInt, ValidationError, model_validator

from aeflow.errors import InputError
from nids.base.files import read_yaml
from nids.base.section import Section

Model = TypeVar("Model", bound=Section)
Values = Annotated[list[JsonValue], Field(min_length=1)]
Choices = Annotated[list[bool | int | float | str], Field(min_length=1)]


class _Experiments(Section):
    target: str
    fixed: dict[str, JsonValue]


class Sweep(_Experiments):
    grid: Annotated[dict[str, Values], Field(min_length=1)]


class Range(Section):
    low: int | float
    high: int | float
    log: bool = False

    @model_validator(mode="after")
    def _is_a_range(self) -> Self:
        if self.low > self.high or (self.log and self.low <= 0):
            raise ValueError("low is above high, or not above 0 on a logarithmic scale")
        return self


class Search(_Experiments):
    trials: PositiveInt
    space: Annotated[dict[str, Range | Choices], Field(min_length=1)]


def load(path: Path, model: type[Model]) -> Model:
    """Read and check one of the files; raises InputError with the file, the key and the reason."""
    try:
        return model.model_validate(read_yaml(path))
    except ValidationError as error:
        # A range or a list: of the two errors, the one about the content.
        found = error.errors()
        first = next((one for one in found if not one["type"].endswith("_type")), found[0])
        # pydantic also names the types that it tried, as list[...] and the like.
        key = ".".join(str(part) for part in first["loc"] if "[" not in str(part))
        raise InputError(f"{path}: {key}: {first['msg'].removeprefix('Value error, ')}") from None
