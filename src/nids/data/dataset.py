"""A data set as the stages see it: its description in parts, and what encode has found in its files."""

from collections.abc import Callable, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

from pydantic import TypeAdapter

from aeflow.errors import InputError
from nids.base.files import intact, write_bytes
from nids.base.section import Section
from nids.data import balance
from nids.data.description import Amounts, Description, Fidelity, Files, Show, Source

# What validation holds out.
HELD_OUT = {
    "types": "held-out attack types",
    "groups": "held-out groups",
    "periods": "held-out periods of time",
    "rows": "held-out rows",
}


class Found(Section):
    """What is found in the training files: the types of each class, the classes in the order of pages; the class of
    normal traffic; the training rows of each class; the title of the training set; and by what validation holds rows
    out.
    """

    classes: dict[str, tuple[str, ...]]
    normal: str
    rows: dict[str, int]
    train: str
    held_out: Literal["types", "groups", "periods", "rows"]


# What each part is. The last two are no parts of the description: what encode finds in the training files, and the
# titles of the test sets that have rows of every class.
STORED: dict[str, TypeAdapter[Any]] = {
    "name": TypeAdapter(str),
    "files": TypeAdapter(Files),
    "source": TypeAdapter(Source),
    "new_rows": TypeAdapter(Amounts),
    "kept_rows": TypeAdapter(Amounts),
    "fidelity": TypeAdapter(Fidelity),
    "show": TypeAdapter(Show),
    "found": TypeAdapter(Found),
    "tests": TypeAdapter(dict[str, str]),
}
# A file for each part, so that a stage depends on what it reads alone.
PATHS = {key: Path(f"data/description/{key}.json") for key in STORED} | {
    "found": Path("data/dataset.json"),
    "tests": Path("data/test_sets.json"),
}


class Dataset:
    """A data set. ``read`` returns a part by its key in STORED; each is read when it is first asked for."""

    def __init__(self, read: Callable[[str], Any]) -> None:
        self._read = read

    @cached_property
    def name(self) -> str:
        return self._read("name")

    @cached_property
    def files(self) -> Files:
        return self._read("files")

    @cached_property
    def source(self) -> Source:
        return self._read("source")

    @cached_property
    def found(self) -> Found:
        return self._read("found")

    @cached_property
    def fidelity(self) -> Fidelity:
        return self._read("fidelity")

    @cached_property
    def show(self) -> Show:
        return self._read("show")

    @cached_property
    def new_rows(self) -> dict[str, int]:
        """The rows to add to each small class."""
        return balance.new_rows(self._read("new_rows"), self.found.rows)

    @cached_property
    def kept_rows(self) -> dict[str, int]:
        """The rows to keep of each large class."""
        return balance.kept_rows(self._read("kept_rows"), self.found.rows)

    @property
    def train(self) -> str:
        """The title of the training set."""
        return self.found.train

    @property
    def test(self) -> str:
        """The title of the test set."""
        return self.tests["test"]

    @cached_property
    def tests(self) -> dict[str, str]:
        """The titles of the test sets by key; ``test_new`` is the test set without rows that training has."""
        return self._read("tests")

    @property
    def normal(self) -> str:
        return self.found.normal

    @property
    def shown(self) -> tuple[str, ...]:
        """The classes in the order of pages."""
        return tuple(self.found.classes)

    @cached_property
    def classes(self) -> tuple[str, ...]:
        """The classes in the order of their codes, which is LabelEncoder's: sorted."""
        return tuple(sorted(self.found.classes))

    @cached_property
    def class_of(self) -> dict[str, str]:
        """The class of each type that training has."""
        return {name: of for of, types in self.found.classes.items() for name in types}

    @property
    def minority(self) -> tuple[str, ...]:
        return tuple(self.new_rows)

    @cached_property
    def measured(self) -> tuple[str, ...]:
        """The small classes with two rows for each part of ``fidelity``. Raises InputError for none."""
        folds = self.fidelity.folds
        found = tuple(name for name in self.minority if self.found.rows[name] >= 2 * folds)
        if not found:
            most = max(self.found.rows[name] for name in self.minority) // 2
            remedy = f"choose {most} or less" if most > 1 else "let a larger class grow, by balance.new_rows"
            raise InputError(
                f"fidelity.folds: {folds} parts, and no class of balance.new_rows has 2 rows for each; {remedy}"
            )
        return found

    @property
    def held_out(self) -> str:
        """What validation holds out, for the middle of a sentence."""
        return HELD_OUT[self.found.held_out]

    @property
    def optimistic(self) -> str:
        """What to say of validation where it holds out rows at random, "" elsewhere."""
        if self.found.held_out != "rows":
            return ""
        return (
            "Every class of attacks has one type, so validation holds out rows at random and not whole types: its "
            "macro recall and its false alarms are optimistic, as traffic and attacks that nobody has seen are harder."
        )

    @property
    def majority(self) -> tuple[str, ...]:
        return tuple(self.kept_rows)

    @property
    def watched(self) -> tuple[str, ...]:
        """The classes whose recall is shown by itself everywhere: the small ones, and normal traffic."""
        return tuple(dict.fromkeys((*self.minority, self.normal)))


def in_memory(description: Description, found: Found, tests: Mapping[str, str]) -> Dataset:
    """Return a data set of these."""
    return Dataset((_parts(description) | {"found": found, "tests": tests}).__getitem__)


def write_description(description: Description) -> None:
    """Write the parts of a description."""
    for key, part in _parts(description).items():
        write_part(key, part)


def write_part(key: str, part: Any) -> None:
    """Write a part by its key in STORED."""
    write_bytes(PATHS[key], STORED[key].dump_json(part, indent=2) + b"\n")


def read_dataset() -> Dataset:
    """Return the data set whose parts the stages describe and encode have written.

    A part raises InputError where its file is missing or holds something else.
    """

    def read(key: str) -> Any:
        with intact(PATHS[key]) as path:
            return STORED[key].validate_json(path.read_bytes())

    return Dataset(read)


def _parts(description: Description) -> dict[str, Any]:
    return {
        "name": description.name,
        "files": description.files,
        "source": Source(**{key: getattr(description, key) for key in Source.model_fields}),
        "new_rows": description.balance.new_rows,
        "kept_rows": description.balance.kept_rows,
        "fidelity": description.fidelity,
        "show": description.show,
    }
