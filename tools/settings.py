"""sweep.yaml and search.yaml as typed models: unknown keys and impossible values are refused."""

import json
import math
from collections import Counter
from typing import Annotated, Self

from pydantic import AfterValidator, Field, JsonValue, model_validator

from nids.base.quote import quoted
from nids.base.section import Section, Text

MOST_EXPERIMENTS = 10_000


def _distinct(values: list[JsonValue]) -> list[JsonValue]:
    written = Counter(json.dumps(value) for value in values)
    value, count = written.most_common(1)[0]
    if count > 1:
        raise ValueError(f"{quoted(value)} stands twice")
    return values


# A key of params.yaml, or FILE:KEY, and a stage, as DVC's commands take them.
Key = Annotated[str, Field(pattern=r"^[+~]{0,2}\w[\w.:/+\[\]-]{0,199}$")]
Stage = Annotated[str, Field(pattern=r"^\w[\w.:/@+-]{0,199}$")]
Values = Annotated[list[JsonValue], Field(min_length=1, max_length=MOST_EXPERIMENTS), AfterValidator(_distinct)]
Choices = Annotated[list[bool | int | float | Text], Field(min_length=1, max_length=1000), AfterValidator(_distinct)]
# Ends beyond are not all numbers of float64, in which Optuna reckons.
LARGEST = 2**53


class _Experiments(Section):
    target: Stage
    fixed: dict[Key, JsonValue]


class Sweep(_Experiments):
    grid: Annotated[dict[Key, Values], Field(min_length=1)]

    @model_validator(mode="after")
    def _can_be_run(self) -> Self:
        n = math.prod(map(len, self.grid.values()))
        if n > MOST_EXPERIMENTS:
            raise ValueError(f"grid: {n:,} combinations, more than {MOST_EXPERIMENTS:,}; choose fewer values")
        return self


class Range(Section):
    low: int | float
    high: int | float
    log: bool = False

    @model_validator(mode="after")
    def _is_a_range(self) -> Self:
        if self.low > self.high or (self.log and self.low <= 0):
            raise ValueError("low is above high, or not above 0 on a logarithmic scale")
        if max(abs(self.low), abs(self.high)) > LARGEST:
            raise ValueError(f"low and high have to lie between -{LARGEST} and {LARGEST}")
        return self


class Search(_Experiments):
    trials: Annotated[int, Field(gt=0, le=MOST_EXPERIMENTS)]
    space: Annotated[dict[Key, Range | Choices], Field(min_length=1)]
