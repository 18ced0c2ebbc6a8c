"""datasets/NAME.yaml as a typed, frozen model: all that the study knows of a data set."""

from collections import Counter
from collections.abc import Iterable
from functools import cached_property
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import Field, PositiveInt, model_validator

from aeflow.errors import InputError
from nids.base.section import Section, Seeds, load

FOLDER = Path("datasets")
# count: a whole number from 0 up. flag: 0 or 1. rate: from 0 to 1 in steps of 0.01. number: any finite one.
Kind = Literal["category", "count", "flag", "rate", "number"]
Names = tuple[str, ...]
# Names of files and of columns of the stored test labels, which no part can have.
TAKEN = ("train", "test", "test_new", "label", "type", "seen")


class DataFile(Section):
    """A file: its ``name`` in the folder or at a mirror, its ``title`` on pages, its checksum."""

    name: str
    title: str
    sha256: Annotated[str, Field(pattern="^[0-9a-f]{64}$")]


class Files(Section):
    """Where the files are; ``parts`` are further test sets, whose rows are all in ``test``."""

    folder: str
    mirrors: Names
    train: DataFile
    test: DataFile
    parts: dict[str, DataFile]

    @property
    def all(self) -> dict[str, DataFile]:
        return {"train": self.train, "test": self.test, **self.parts}


class Read(Section):
    """How the files are read: without a header line, so with the names of their columns."""

    names: Annotated[Names, Field(min_length=1)]


class Columns(Section):
    """The columns that are not just numbers, by what they are; ``drop`` are no features."""

    category: Names
    count: Names
    flag: Names
    rate: Names
    drop: Names


class Label(Section):
    """The column with a row's type, the types of each class in the order of pages, and the class of normal traffic."""

    column: str
    normal: str
    classes: Annotated[dict[str, Annotated[Names, Field(min_length=1)]], Field(min_length=2)]


class Balance(Section):
    """Rows to add to the small classes, and rows to keep of the large ones."""

    new_rows: Annotated[dict[str, PositiveInt], Field(min_length=1)]
    kept_rows: Annotated[dict[str, PositiveInt], Field(min_length=1)]


class Fidelity(Section):
    """Parts into which the rows of the small classes are cut, each held out once, and the seeds of cuts and fits."""

    folds: Annotated[int, Field(ge=2)]
    seeds: Seeds


class Show(Section):
    """paper: the file with the numbers that the paper prints of this data set; alone: a type shown by itself."""

    paper: str | None
    alone: str | None


class Description(Section):
    """A data set. ``name`` is how pages call it."""

    name: str
    files: Files
    read: Read
    columns: Columns
    label: Label
    balance: Balance
    fidelity: Fidelity
    show: Show

    @cached_property
    def features(self) -> dict[str, Kind]:
        """The kind of each feature, in the order of the files."""
        kinds: dict[str, Kind] = {
            name: kind for kind in ("category", "count", "flag", "rate") for name in getattr(self.columns, kind)
        }
        left_out = {self.label.column, *self.columns.drop}
        return {name: kinds.get(name, "number") for name in self.read.names if name not in left_out}

    @cached_property
    def classes(self) -> Names:
        """The classes in the order of their codes, which is LabelEncoder's: sorted."""
        return tuple(sorted(self.label.classes))

    @cached_property
    def class_of(self) -> dict[str, str]:
        """The class of each type."""
        return {name: of for of, types in self.label.classes.items() for name in types}

    @property
    def minority(self) -> Names:
        return tuple(self.balance.new_rows)

    @property
    def majority(self) -> Names:
        return tuple(self.balance.kept_rows)

    @property
    def watched(self) -> Names:
        """The classes whose recall is shown by itself everywhere: the small ones, and normal traffic."""
        return tuple(dict.fromkeys((*self.minority, self.label.normal)))

    @property
    def shown(self) -> Names:
        """The classes in the order of pages."""
        return tuple(self.label.classes)

    @property
    def tests(self) -> dict[str, str]:
        """The test sets by key, with their titles; ``test_new`` is the test file without rows that training has."""
        titles = {"test": self.files.test.title, **{key: part.title for key, part in self.files.parts.items()}}
        new = f"{self.files.test.title} without rows that occur in {self.files.train.title}"
        return {**titles, "test_new": new}

    @model_validator(mode="after")
    def _names_agree(self) -> Self:
        listed = {f"columns.{kind}": getattr(self.columns, kind) for kind in Columns.model_fields}
        _once("read.names", self.read.names)
        _once("columns", [name for names in listed.values() for name in names] + [self.label.column])
        _once("label.classes", [name for types in self.label.classes.values() for name in types])
        for key, names in {**listed, "label.column": (self.label.column,)}.items():
            _among(key, names, self.read.names, "column of read.names")
        _among("label.normal", (self.label.normal,), self.label.classes, "class of label.classes")
        for key in Balance.model_fields:
            _among(f"balance.{key}", getattr(self.balance, key), self.label.classes, "class of label.classes")
        _once("balance", [*self.balance.new_rows, *self.balance.kept_rows])
        if self.show.alone is not None:
            _among("show.alone", (self.show.alone,), self.class_of, "type of label.classes")
        for key in self.files.parts:
            if key in TAKEN or not key.isidentifier():
                raise ValueError(f"files.parts: {key!r} cannot be the name of a part; choose another")
        if not self.features:
            raise ValueError("columns: no column is left as a feature")
        if "label" in self.features:  # so are the codes of the classes called where features are stored
            raise ValueError("columns: a feature cannot be called 'label'; list it in columns.drop")
        return self


def _once(key: str, names: Iterable[str]) -> None:
    twice = [name for name, count in Counter(names).items() if count > 1]
    if twice:
        raise ValueError(f"{key}: {twice[0]!r} stands twice")


def _among(key: str, names: Iterable[str], known: Iterable[str], what: str) -> None:
    unknown = [name for name in names if name not in tuple(known)]
    if unknown:
        raise ValueError(f"{key}: {unknown[0]!r} is no {what}")


def read_description(dataset: str, folder: Path = FOLDER) -> Description:
    """Return the description of a data set.

    Raises InputError with file and key for a data set without a file and for one that is not right.
    """
    path = folder / f"{dataset}.yaml"
    if not path.is_file():
        there = ", ".join(sorted(path.stem for path in folder.glob("*.yaml")))
        raise InputError(
            f"params.yaml: dataset: {dataset!r} has no description {path}; choose one of {there}, or write it; "
            "the committed choice: git checkout params.yaml"
        )
    return load(path, Description)
