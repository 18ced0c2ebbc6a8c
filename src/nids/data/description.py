"""datasets/NAME.yaml as a typed, frozen model: what its author says of a data set."""

import re
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from aeflow.errors import InputError
from nids.base.quote import nearest, quoted
from nids.base.section import Section, Seed, Seeds, Text, load

FOLDER = Path("datasets")
# In the place of a column's name: the file that a row is from.
FILE = "file"
Names = tuple[Text, ...]
# Names of files and of columns of the stored test labels, which no test set can have.
TAKEN = ("train", "test", "data", "test_new", "label", "type", "seen")


def names_a_file(name: str) -> str:
    """Return the name. Raises ValueError for one that no file can have."""
    if not 0 < len(name) <= 100 or "/" in name or name.startswith("."):
        raise ValueError("it is to have from 1 to 100 characters, no / and no point before others")
    return name


# What files are called by, so that it leads to no other folder.
FileName = Annotated[Text, AfterValidator(names_a_file)]


# What stands below a key explains it in the schema for editors, too (tools/schema.py).
class DataFile(Section):
    """A file."""

    name: FileName
    """Its name in the folder or at a mirror, or a pattern of names: * ? [1-4]."""
    title: Text | None = None
    """What pages call it."""
    sha256: Annotated[str, Field(pattern="^[0-9a-f]{64}$")] | None = None
    """Its SHA-256, which is checked."""
    rows: Annotated[int, Field(gt=0)] | None = None
    """How many rows it has, which is checked."""

    @property
    def is_pattern(self) -> bool:
        return any(mark in self.name for mark in "*?[")

    @model_validator(mode="after")
    def _a_pattern_is_not_one_file(self) -> Self:
        if self.is_pattern and (self.sha256 or self.rows):
            raise ValueError(f"sha256 and rows are of one file, and {quoted(self.name)} is a pattern")
        return self


def _as_file(value: Any) -> Any:
    if not isinstance(value, str | dict | DataFile):
        raise ValueError("give a file's name, or a mapping with its name")
    return {"name": value} if isinstance(value, str) else value


def _as_files(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else (value,)


# A name alone is a file, and one file a list of them.
OneFile = Annotated[DataFile, BeforeValidator(_as_file, json_schema_input_type=FileName | DataFile)]
SomeFiles = Annotated[
    tuple[OneFile, ...], BeforeValidator(_as_files, json_schema_input_type=OneFile | tuple[OneFile, ...])
]


class Files(Section):
    """Where the files are: those to train on and to test on, or data that is yet to be split."""

    folder: Text = ""
    """The folder that has them; $NAME is an environment variable."""
    mirrors: Names = ()
    """Where to fetch them if the folder has them not: MIRROR/NAME, in this order."""
    train: SomeFiles = ()
    """The files to train on."""
    test: SomeFiles = ()
    """The files to test on."""
    data: SomeFiles = ()
    """Files that are split into a training and a test set."""
    extra_tests: dict[FileName, OneFile] = Field(default={})
    """Further test sets, each a file, by a name of letters, figures and _."""
    max_rows: Annotated[int, Field(ge=100)] | None = None
    """How many rows of a set are read at most: as large a share of each type, but all of a class below 2,000."""

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


# In whose bytes lines and cells are found.
ASCII = "".join(map(chr, range(128)))


def _separates(text: str) -> str:
    if (text != "\t" and not re.fullmatch(r"[ -~]", text)) or re.fullmatch(r'[\w".+-]', text):
        raise ValueError('one character, such as ";", or a tab, "\\t", that is in no number and no quote')
    return text


class Read(Section):
    """How text files are read."""

    encoding: Text = "utf-8"
    """utf-8, or cp1252 for example."""
    separator: Annotated[str, AfterValidator(_separates)] = ","
    """What stands between two cells."""
    names: Names = ()
    """The names of all columns, where the files have no header line."""
    comment: Text = ""
    """How lines begin that are left out."""
    missing: Names = ("",)
    """Texts that mean that there is no value."""

    @model_validator(mode="after")
    def _encoding_has_ascii(self) -> Self:
        try:
            known = ASCII.encode(self.encoding) == ASCII.encode()
        except (LookupError, UnicodeError):
            known = False
        if not known:
            raise ValueError(f"encoding: {quoted(self.encoding)} is not read; utf-8 and cp1252 are, or save as UTF-8")
        return self


class Columns(Section):
    """The columns that are not just numbers."""

    id: Names = ()
    """Addresses, times, row numbers: no features."""
    drop: Names = ()
    """Other columns that are no features, such as a second answer."""
    categorical: Names = ()
    """Texts, or numbers that are names."""
    count: Names = ()
    """Whole numbers from 0 up, which is checked."""
    flag: Names = ()
    """0 or 1, which is checked."""
    rate: Names = ()
    """From 0 to 1 in steps of 0.01, which is checked."""
    rename: dict[str, Text] = Field(default={})
    """New names of columns, by those in the files."""


class Label(Section):
    """The answer: types of traffic, and their classes."""

    column: Text
    """The column with the type of each row."""
    normal: Text
    """The class of normal traffic."""
    empty: Text | None = None
    """The class of rows without a type."""
    classes: Annotated[dict[FileName, Annotated[Names, Field(min_length=1)]], Field(min_length=2)] | None = None
    """The types of each class, or patterns of them, in the order of pages; without it each type is a class."""
    leave_out: Names = ()
    """Types, or patterns of them, whose rows are left out."""


Missing = Literal["error", "drop", "median"] | Annotated[float, Field(ge=-1e100, le=1e100)]


class Clean(Section):
    """What becomes of values and rows that no method can use."""

    missing: Missing = "error"
    """What becomes of missing and of infinite values: error, drop (the row), median (of training), or a value."""
    missing_in: dict[str, Missing] = Field(default={})
    """The same for single columns."""
    sentinels: dict[str, tuple[Annotated[float, Field(allow_inf_nan=False)], ...]] = Field(default={})
    """Numbers that mean that there is no value, by column."""
    constant: Literal["keep", "drop"] = "keep"
    """Columns with one value in all training rows."""
    duplicates: Literal["keep", "drop"] = "keep"
    """Training rows that equal an earlier one."""
    unknown: Literal["other", "error"] = "other"
    """Categories that training lacks: a code of their own, or an error."""


class Split(Section):
    """Which rows of ``files.data`` are for the test."""

    by: Literal["stratified", "group", "time", "types"] = "stratified"
    """stratified: a share of each type; group: whole groups; time: the last rows; types: whole attack types."""
    test: Annotated[float, Field(ge=0.01, le=0.9)] = 0.3
    """The share of the rows that are for the test."""
    seed: Seed = 0
    """The random state of the split, and of max_rows."""
    column: Text | None = None
    """The column of groups or times; for groups also file, the file that a row is from."""
    types: Names = ()
    """The attack types that are held out, or patterns of them."""

    @model_validator(mode="after")
    def _what_is_needed_is_given(self) -> Self:
        if self.by in ("group", "time") and self.column is None:
            also = f"; {FILE!r} for the file of a row" if self.by == "group" else ""
            raise ValueError(f"column: give the column of {'groups' if self.by == 'group' else 'times'}{also}")
        if self.by not in ("group", "time") and self.column is not None:
            raise ValueError("column: for by: group and by: time alone; choose one of them, or leave it out")
        if self.by == "types" and not self.types:
            raise ValueError("types: give the attack types that are held out")
        if self.by != "types" and self.types:
            raise ValueError("types: for by: types alone; choose that, or leave them out")
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
        of_texts = [name for name in self.clean.sentinels if name in columns.categorical]
        if of_texts:
            raise ValueError(
                f"clean.sentinels: {quoted(of_texts[0])} is in columns.categorical; list its texts in read.missing"
            )
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
    """Rows to add to each small class: a number, a share of its rows, or auto."""
    kept_rows: Amounts = "auto"
    """Rows that undersampling leaves of each large class: a number, a share of its rows, or auto."""


class Fidelity(Section):
    """How close synthetic rows are to held-out ones."""

    folds: Annotated[int, Field(ge=2, le=100)] = 5
    """Parts into which the rows of the small classes are cut, each held out once."""
    seeds: Seeds = (0,)
    """The random states of cuts and fits."""


class Show(Section):
    """What pages show besides."""

    paper: Text | None = None
    """The file with the numbers that the paper prints of this data set."""
    alone: Text | None = None
    """A type that pages show by itself."""


class Description(Source):
    """A data set."""

    name: Annotated[Text, Field(min_length=1)]
    """What pages call it."""
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
