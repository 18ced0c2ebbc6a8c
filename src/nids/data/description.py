"""datasets/NAME.yaml as a typed, frozen model: what its author says of a data set."""

from collections import Counter
from collections.abc import Iterable
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from aeflow.errors import InputError
from nids.base.quote import quoted
from nids.base.section import Section, Seed, Seeds, Text, load

FOLDER = Path("datasets")
# In the place of a column's name: the file that a row is from.
FILE = "file"
Names = tuple[Text, ...]
# Names of files and of columns of the stored test labels, which no test set can have.
TAKEN = ("train", "test", "data", "test_new", "label", "type", "seen")


def _names_a_file(name: str) -> str:
    if not name or "/" in name or name.startswith("."):
        raise ValueError("no name of a file can be made of it: it is empty, has a / or begins with a point")
    return name


# What files are called by, so that it leads to no other folder.
FileName = Annotated[Text, Field(max_length=100), AfterValidator(_names_a_file)]


class DataFile(Section):
    """A file: its ``name`` in the folder or at a mirror, or a pattern of names as in a shell; what pages call it; and
    its rows and SHA-256, which are checked.
    """

    name: FileName
    title: Text | None = None
    sha256: Annotated[str, Field(pattern="^[0-9a-f]{64}$")] | None = None
    rows: Annotated[int, Field(gt=0)] | None = None

    @property
    def is_pattern(self) -> bool:
        return any(mark in self.name for mark in "*?[")

    @model_validator(mode="after")
    def _a_pattern_is_not_one_file(self) -> Self:
        if self.is_pattern and (self.sha256 or self.rows):
            raise ValueError(f"sha256 and rows are of one file, and {quoted(self.name)} is a pattern")
        return self


def _as_file(value: Any) -> Any:
    return {"name": value} if isinstance(value, str) else value


def _as_files(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else (value,)


# A name alone is a file, and one file a list of them.
OneFile = Annotated[DataFile, BeforeValidator(_as_file)]
SomeFiles = Annotated[tuple[OneFile, ...], BeforeValidator(_as_files)]


class Files(Section):
    """Where the files are: those to train on and to test on, or ``data`` that is yet to be split; further test sets;
    and how many rows of all these are read at most.
    """

    folder: Text = ""
    mirrors: Names = ()
    train: SomeFiles = ()
    test: SomeFiles = ()
    data: SomeFiles = ()
    extra_tests: dict[FileName, OneFile] = Field(default={})
    max_rows: Annotated[int, Field(ge=100)] | None = None

    @property
    def sets(self) -> dict[str, tuple[DataFile, ...]]:
        """The files of each set: "train" and "test", or "data", and the further test sets."""
        given = {"train": self.train, "test": self.test, "data": self.data}
        return {
            **{key: files for key, files in given.items() if files},
            **{key: (file,) for key, file in self.extra_tests.items()},
        }

    @model_validator(mode="after")
    def _train_and_test_or_data(self) -> Self:
        if bool(self.data) == bool(self.train or self.test) or bool(self.train) != bool(self.test):
            raise ValueError("give train and test, or data that is to be split, and not both")
        for key in self.extra_tests:
            if key in TAKEN or not key.isidentifier():
                raise ValueError(f"extra_tests: {quoted(key)} cannot be the name of a test set; choose another")
        return self


class Read(Section):
    """How text files are read: ``names`` where they have no header line; ``missing`` are the texts that mean that
    there is no value.
    """

    encoding: Text = "utf-8"
    separator: Annotated[Text, Field(min_length=1, max_length=1)] | Literal["\t"] = ","
    names: Names = ()
    comment: Text = ""
    missing: Names = ("",)

    @model_validator(mode="after")
    def _encoding_is_known(self) -> Self:
        try:
            "".encode(self.encoding)
        except LookupError:
            raise ValueError(f"encoding: {quoted(self.encoding)} is not known; utf-8 and cp1252 are common") from None
        return self


class Columns(Section):
    """The columns that are not just numbers.

    ``id`` and ``drop`` are no features. ``categorical``: texts, or numbers that are names. ``count``, ``flag`` and
    ``rate`` are checked: whole numbers from 0 up; 0 or 1; from 0 to 1 in steps of 0.01. ``rename``: new names.
    """

    id: Names = ()
    drop: Names = ()
    categorical: Names = ()
    count: Names = ()
    flag: Names = ()
    rate: Names = ()
    rename: dict[str, Text] = Field(default={})


class Label(Section):
    """The column with a row's type, the class of normal traffic, and the types of each class as patterns, in the
    order of pages; without ``classes`` each type is a class. ``empty``: the class of a row without a type.
    """

    column: Text
    normal: Text
    empty: Text | None = None
    classes: Annotated[dict[FileName, Annotated[Names, Field(min_length=1)]], Field(min_length=2)] | None = None
    leave_out: Names = ()


Missing = Literal["error", "drop", "median"] | Annotated[float, Field(ge=-1e100, le=1e100)]


class Clean(Section):
    """What becomes of missing values (and of infinite ones), in all columns and in single ones; values that stand for
    missing; constant columns; duplicated training rows; and categories that training lacks.
    """

    missing: Missing = "error"
    missing_in: dict[str, Missing] = Field(default={})
    sentinels: dict[str, tuple[Annotated[float, Field(allow_inf_nan=False)], ...]] = Field(default={})
    constant: Literal["keep", "drop"] = "keep"
    duplicates: Literal["keep", "drop"] = "keep"
    unknown: Literal["other", "error"] = "other"


class Split(Section):
    """Which rows are for the test: those of its files, a share of each type, of whole groups, the last ones in time,
    or all of some attack types.
    """

    by: Literal["stratified", "group", "time", "types"] = "stratified"
    test: Annotated[float, Field(ge=0.01, le=0.9)] = 0.3
    seed: Seed = 0
    column: Text | None = None
    types: Names = ()

    @model_validator(mode="after")
    def _what_is_needed_is_given(self) -> Self:
        if (self.by in ("group", "time")) != (self.column is not None):
            raise ValueError(f"column: the column of groups or times, for these alone (of groups also {FILE!r})")
        if (self.by == "types") != bool(self.types):
            raise ValueError("types: the attack types that are held out, for `by: types` alone")
        return self


class Source(Section):
    """What becomes of the files until they are a training and a test set."""

    files: Files
    read: Read = Read()
    columns: Columns = Columns()
    label: Label
    clean: Clean = Clean()
    split: Split = Split()

    @model_validator(mode="after")
    def _names_agree(self) -> Self:
        columns = self.columns
        listed = {f"columns.{kind}": getattr(columns, kind) for kind in Columns.model_fields if kind != "rename"}
        _once("read.names", self.read.names)
        # What is left out can be listed as what it is, too.
        features = [
            name for key, names in listed.items() if key not in ("columns.drop", "columns.id") for name in names
        ]
        _once("columns", [*features, self.label.column])
        for key in ("columns.drop", "columns.id"):
            _once(key, [*listed[key], self.label.column])
        _once("columns.rename", columns.rename.values())
        if self.read.names:
            # Columns are called by their new names everywhere else.
            names = [columns.rename.get(name, name) for name in self.read.names]
            _among("columns.rename", columns.rename, self.read.names, "column of read.names")
            for key, of_key in {**listed, "label.column": (self.label.column,)}.items():
                _among(key, of_key, names, "column of read.names")
        if self.split.column == FILE and len(self.files.data) == 1 and not self.files.data[0].is_pattern:
            raise ValueError("split.column: one file is one group; give several files, or split otherwise")
        if not self.files.data and self.split != Split():
            raise ValueError("split: train and test are given, so nothing is to be split; give files.data instead")
        if self.label.classes is not None:
            _among("label.normal", (self.label.normal,), self.label.classes, "class of label.classes")
            empty = () if self.label.empty is None else (self.label.empty,)
            _among("label.empty", empty, self.label.classes, "class of label.classes")
            _once("label.classes", [name for types in self.label.classes.values() for name in types])
        return self


# Beyond a hundred million rows nothing is trained, and it would take a machine's memory.
Rows = Annotated[int, Field(gt=0, le=100_000_000)]
# A number of rows, a share of the class's rows, or what the rule in balance.py gives.
Amount = Rows | Annotated[float, Field(gt=0, le=1000)] | Literal["auto"]
Amounts = dict[str, Amount] | Literal["auto"]


class Balance(Section):
    """Rows to add to the small classes, and rows to keep of the large ones."""

    new_rows: Amounts = "auto"
    kept_rows: Amounts = "auto"


class Fidelity(Section):
    """Parts into which the rows of the small classes are cut, each held out once, and the seeds of cuts and fits."""

    folds: Annotated[int, Field(ge=2, le=100)] = 5
    seeds: Seeds = (0,)


class Show(Section):
    """paper: the file with the numbers that the paper prints of this data set; alone: a type shown by itself."""

    paper: Text | None = None
    alone: Text | None = None


class Description(Source):
    """A data set. ``name`` is how pages call it."""

    name: Text
    balance: Balance = Balance()
    fidelity: Fidelity = Fidelity()
    show: Show = Show()

    @model_validator(mode="after")
    def _amounts_agree(self) -> Self:
        amounts = {key: getattr(self.balance, key) for key in Balance.model_fields}
        named = {key: of_key for key, of_key in amounts.items() if of_key != "auto"}
        _once("balance", [name for of_key in named.values() for name in of_key])
        if self.label.classes is not None:
            for key, of_key in named.items():
                _among(f"balance.{key}", of_key, self.label.classes, "class of label.classes")
        return self


def _once(key: str, names: Iterable[str]) -> None:
    twice = [name for name, count in Counter(names).items() if count > 1]
    if twice:
        raise ValueError(f"{key}: {quoted(twice[0])} stands twice")


def _among(key: str, names: Iterable[str], known: Iterable[str], what: str) -> None:
    among = list(known)
    unknown = [name for name in names if name not in among]
    if unknown:
        raise ValueError(f"{key}: {quoted(unknown[0])} is no {what}{nearest(unknown[0], among)}")


def nearest(name: str, known: Iterable[str]) -> str:
    """Return a hint at the known name that is nearest to an unknown one, "" if none is near."""
    plain = {other.strip().casefold(): other for other in known}
    found = get_close_matches(name.strip().casefold(), plain, n=1, cutoff=0.6)
    return f" (nearest is {quoted(plain[found[0]])})" if found else ""


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
