"""datasets/NAME.yaml as a typed, frozen model: all that the study knows of a data set."""

from collections import Counter
from collections.abc import Iterable
from functools import cached_property
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from aeflow.errors import InputError
from nids.base.quote import quoted
from nids.base.section import Section, Seeds, Text, load

FOLDER = Path("datasets")
# count: a whole number from 0 up. flag: 0 or 1. rate: from 0 to 1 in steps of 0.01. number: any finite one.
Kind = Literal["category", "count", "flag", "rate", "number"]
Names = tuple[Text, ...]
# Row numbers beyond a million are no study's, and would take a machine's memory.
Rows = Annotated[int, Field(gt=0, le=1_000_000)]
# Names of files and of columns of the stored test labels, which no part can have.
TAKEN = ("train", "test", "test_new", "label", "type", "seen")


def _names_a_file(name: str) -> str:
    if not name or "/" in name or name.startswith("."):
        raise ValueError("no name of a file can be made of it: it is empty, has a / or begins with a point")
    return name


# What files are called by, so that it leads to no other folder.
FileName = Annotated[Text, Field(max_length=100), AfterValidator(_names_a_file)]


class DataFile(Section):
    """A file: its ``name`` in the folder or at a mirror, its ``title`` on pages, its checksum."""

    name: FileName
    title: Text
    sha256: Annotated[str, Field(pattern="^[0-9a-f]{64}$")]


class Files(Section):
    """Where the files are; ``parts`` are further test sets, whose rows are all in ``test``."""

    folder: Text
    mirrors: Names
    train: DataFile
    test: DataFile
    parts: dict[FileName, DataFile]

    @property
    def all(self) -> dict[str, DataFile]:
        return {"train": self.train, "test": self.test, **self.parts}


class Read(Section):
    """How the files are read: without a header line, so with the names of their columns."""

    names: Annotated[Names, Field(min_length=1)]


class Columns(Section):
    """The columns that are not just numbers, by what they are; those in ``drop`` are no features, whatever they are."""

    category: Names
    count: Names
    flag: Names
    rate: Names
    drop: Names


class Label(Section):
    """The column with a row's type, the types of each class in the order of pages, and the class of normal traffic."""

    column: Text
    normal: Text
    classes: Annotated[dict[FileName, Annotated[Names, Field(min_length=1)]], Field(min_length=2)]


class Balance(Section):
    """Rows to add to the small classes, and rows to keep of the large ones."""

    new_rows: Annotated[dict[str, Rows], Field(min_length=1)]
    kept_rows: Annotated[dict[str, Rows], Field(min_length=1)]


class Fidelity(Section):
    """Parts into which the rows of the small classes are cut, each held out once, and the seeds of cuts and fits."""

    folds: Annotated[int, Field(ge=2, le=100)]
    seeds: Seeds


class Show(Section):
    """paper: the file with the numbers that the paper prints of this data set; alone: a type shown by itself."""

    paper: Text | None
    alone: Text | None


class Description(Section):
    """A data set. ``name`` is how pages call it."""

    name: Text
    files: Files
    read: Read
    columns: Columns
    label: Label
    balance: Balance
    fidelity: Fidelity
    show: Show

    @cached_property
    def kinds(self) -> dict[str, Kind]:
        """The kind of each column but the label's, in the order of the files."""
        listed: dict[str, Kind] = {
            name: kind for kind in ("category", "count", "flag", "rate") for name in getattr(self.columns, kind)
        }
        return {name: listed.get(name, "number") for name in self.read.names if name != self.label.column}

    @cached_property
    def features(self) -> dict[str, Kind]:
        """The kind of each feature, in the order of the files."""
        return {name: kind for name, kind in self.kinds.items() if name not in self.columns.drop}

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
        # What is left out can be listed as what it is, too.
        kinds = [name for key, names in listed.items() if key != "columns.drop" for name in names]
        _once("columns", [*kinds, self.label.column])
        _once("columns.drop", [*self.columns.drop, self.label.column])
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
                raise ValueError(f"files.parts: {quoted(key)} cannot be the name of a part; choose another")
        if not self.features:
            raise ValueError("columns: no column is left as a feature")
        if "label" in self.features:  # so are the codes of the classes called where features are stored
            raise ValueError("columns: a feature cannot be called 'label'; list it in columns.drop")
        return self


def _once(key: str, names: Iterable[str]) -> None:
    twice = [name for name, count in Counter(names).items() if count > 1]
    if twice:
        raise ValueError(f"{key}: {quoted(twice[0])} stands twice")


def _among(key: str, names: Iterable[str], known: Iterable[str], what: str) -> None:
    among = set(known)
    unknown = [name for name in names if name not in among]
    if unknown:
        raise ValueError(f"{key}: {quoted(unknown[0])} is no {what}")


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
