"""Which column of unknown files has the type of a row, and which types are normal traffic and which go together."""

import glob
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

import numpy as np
import pandas as pd

from aeflow.errors import InputError
from nids.base.quote import nearest, quoted
from nids.data.description import Label
from nids.data.labels import Classes, type_of
from nids.draft.commented import some
from nids.draft.sample import Column, Sample, count_types

# What the column is called, in the form of ``plain``.
LABEL = re.compile(r"(.*_)?(label|class|category|attack|attack_?(cat|type)|subcategory)|type|target|outcome")
# What normal traffic is called, the surest first.
NORMAL = ("normal", "benign", "background", "legitimate", "0", "false")
# A text with more values than this is no category.
CATEGORIES = 200
# Where a type's first word ends.
_BREAK = re.compile(r"[\s_-]+")


@dataclass(frozen=True)
class Truth:
    """``label``: as the description has it. ``rows``: of each type, all files together; ``files``: of each file;
    ``sizes``: all rows of each. ``normal`` (n,): which rows of the sample are normal traffic; ``reason``: why that is
    what is normal; ``sure``: whether it need not be chosen.
    """

    label: Label
    rows: Counter[str]
    files: dict[Path, Counter[str]]
    sizes: dict[Path, int]
    normal: np.ndarray
    reason: str
    sure: bool

    def classes(self, files: Iterable[Path]) -> Counter[str]:
        """Return the rows of each class in files."""
        classes = Classes(self.label)
        found: Counter[str] = Counter()
        for path in files:
            for name, n in self.files[path].items():
                if (of_class := classes.of(name)) is not None:
                    found[of_class] += n
        return found


def plain(name: str) -> str:
    """Return the name of a column in small letters, with "_" for all that is no letter and no figure."""
    return re.sub(r"[^a-z0-9]+", "_", name.casefold()).strip("_")


def codes_of(column: Column) -> np.ndarray:
    """Return a number for each value, int64 (n,); that there is none is a value, too."""
    return pd.factorize(column.values, use_na_sentinel=False)[0]


def decides(one: np.ndarray, other: np.ndarray) -> bool:
    """Return whether each number of ``one`` occurs with one number of ``other`` alone; int64 (n,)."""
    return len(pd.unique(one * (other.max() + 1) + other)) == len(pd.unique(one))


def missing_texts(sample: Sample, answer: str, skipped: re.Pattern[str]) -> list[str]:
    """Return the texts that mean that there is no value, in columns of numbers, and in the label those of blanks alone.

    skipped: names of columns that are not read as numbers in any case.
    """
    found = {""}
    for name, column in sample.columns.items():
        if name != answer and not skipped.fullmatch(plain(name)):
            found |= set(column.missing)
    label = sample.columns[answer]
    found |= (
        set(label.missing)
        if label.numeric
        else {text for text in label.values.cat.categories if not text.strip() and text.isprintable()}
    )
    return sorted(found)


def find_label(sample: Sample, given: str | None, path: Path) -> str:
    """Return the column with the type of each row: of several that agree with one of 0 and 1 that with most types.

    Raises InputError if there is none, or not the given one; ``path`` is the file that the message names.
    """
    columns = sample.columns
    if given is not None:
        if given not in columns:
            raise InputError(f"--label: no file has a column {quoted(given)}{nearest(given, columns)}")
        if (n := columns[given].values.nunique()) > CATEGORIES:
            raise InputError(f"--label: column {quoted(given)} has {n:,} values, too many to be types; name another")
        return given
    few = {name: of for name, of in columns.items() if of.values.nunique() <= CATEGORIES}
    binary = {name for name, of in few.items() if _is_binary(of)}
    found = {name for name in few if LABEL.fullmatch(plain(name))}
    if not found and sample.read.names:
        found = {name for name in list(columns)[-3:] if name in binary or (name in few and not few[name].numeric)}
    found = found or {name for name, of in few.items() if _has_normal(of)}
    if not found:
        raise InputError(
            f"{path}: no column is called label, class, attack, type or category, and none has texts such as 'normal' "
            "or 'benign'; name the column with the type of each row: --label NAME"
        )
    codes = {name: codes_of(few[name]) for name in found}
    agree = {name for name in found for other in found & binary if name != other and decides(codes[name], codes[other])}
    names = agree or {name for name in found if _has_normal(few[name])} or found
    return max(sorted(names), key=lambda name: len(np.unique(codes[name])))


def find_truth(paths: Sequence[Path], sample: Sample, answer: str, missing: Sequence[str], given: str | None) -> Truth:
    """Return what the rows of the files are by column ``answer``, all of which are read.

    missing: texts that mean that there is no type; given: the type that is normal, found where it is None. Raises
    InputError for a type that there is not, and for a single one.
    """
    of_sources, sizes = count_types(paths, sample.read, answer)
    rows: Counter[str] = sum(of_sources.values(), Counter())
    empty = sum(rows.pop(text, 0) for text in {text.strip() for text in missing})
    named = sorted((name for name in rows if _rank(name) < len(NORMAL)), key=lambda name: (_rank(name), name))
    zero = _zero(sample, answer) or ""
    sure = True
    if given is not None:
        normal, reason = given, "as --normal says"
        if normal not in rows and not empty:
            raise InputError(f"--normal: no row is of {quoted(normal)}{nearest(normal, rows)}; there are {some(rows)}")
    elif named:
        normal, reason = named[0], "by its name"
    elif empty:
        normal, reason = "normal", "no type is called so, and rows without a type are taken for it"
    elif zero in rows:
        normal, reason = zero, "the one type that is 0 where others are 1"
    elif rows:
        normal, reason, sure = rows.most_common(1)[0][0], "no type is called so; this is the most frequent one", False
    if empty:
        rows[normal] += empty
    if len(rows) < 2:
        found = quoted(next(iter(rows), ""))
        raise InputError(
            f"column {quoted(answer)}: {found} in all {sum(rows.values()):,} rows; give files with normal traffic and "
            "attacks, or name another column: --label NAME"
        )
    files: dict[Path, Counter[str]] = {path: Counter() for path in paths}
    for source, of_source in of_sources.items():
        path = next(path for path in paths if source == str(path) or source.startswith(f"{path}: "))
        for name, n in of_source.items():
            files[path][name if name in rows else normal] += n
    label = _grouped(Label(column=answer, normal=normal, empty=normal if empty else None), rows)
    return Truth(label, rows, files, sizes, _normal_rows(sample.columns[answer], normal, missing), reason, sure)


def _is_binary(column: Column) -> bool:
    return column.numeric and set(column.values.unique()) == {0, 1}


def _has_normal(column: Column) -> bool:
    return not column.numeric and any(_rank(text) < len(NORMAL) for text in column.values.cat.categories)


def _rank(text: str) -> int:
    """Return the position of a type among what normal traffic is called; len(NORMAL) if it is none."""
    word = re.sub(r"\.0*$", "", text.strip().casefold())
    return NORMAL.index(word) if word in NORMAL else len(NORMAL)


def _zero(sample: Sample, answer: str) -> str | None:
    """Return the one type whose rows are 0 in a column of 0 and 1 that the types decide."""
    label = sample.columns[answer]
    for name, column in sample.columns.items():
        if name != answer and LABEL.fullmatch(plain(name)) and _is_binary(column):
            types = label.values[column.values == 0].unique()
            if len(types) == 1 and decides(codes_of(label), codes_of(column)):
                return type_of(str(types[0]))
    return None


def _normal_rows(column: Column, normal: str, missing: Sequence[str]) -> np.ndarray:
    if column.numeric:
        return (column.values.isna() | (column.values == pd.to_numeric(normal, errors="coerce"))).to_numpy()
    texts = column.values.cat.categories
    return np.array([type_of(text) == normal or text in missing for text in texts] + [True])[column.values.cat.codes]


def without_single_rows(label: Label, rows: Counter[str]) -> Label:
    """Return the label without the classes none of whose types has two rows: one is for training, one for the test.

    Raises InputError if no class of attacks is left, or normal traffic is not.
    """
    classes = Classes(label)
    enough = {classes.of(name) for name, n in rows.items() if n > 1}
    if label.normal not in enough or len(enough) < 2:
        what = "no attack has" if label.normal in enough else f"{quoted(label.normal)}, normal traffic, has not"
        raise InputError(f"column {quoted(label.column)}: {what} two rows, one to train on and one to test on")
    left_out = tuple(glob.escape(name) for name in rows if classes.of(name) not in enough)
    kept = label.classes and {name: patterns for name, patterns in label.classes.items() if name in enough}
    return label.model_copy(update={"classes": kept, "leave_out": left_out})


def _grouped(label: Label, rows: Counter[str]) -> Label:
    """Return the label with types that begin alike in one class; without classes each type is one."""
    groups: defaultdict[str, list[str]] = defaultdict(list)
    for name, _ in rows.most_common():
        if name != label.normal:
            groups[_key(_BREAK.split(name)[0])].append(name)
    classes = {_class_name(types): types for types in groups.values()}
    if len(classes) < len(groups):  # two kinds of one name
        classes = {name: [name] for name in rows if name != label.normal}
    if all([name] == types for name, types in classes.items()):
        return label
    patterns = {name: _patterns(types, rows) for name, types in classes.items()}
    return label.model_copy(update={"classes": {label.normal: (glob.escape(label.normal),), **patterns}})


def _key(word: str) -> str:
    return word.casefold().removesuffix("s")


def _begin(name: str, n: int) -> str:
    """Return the first n words of a type."""
    ends = [found.start() for found in _BREAK.finditer(name)] + [len(name)]
    return name[: ends[n - 1]]


def _common(types: Sequence[str]) -> int:
    """Return with how many words all types begin."""
    words = [[_key(word) for word in _BREAK.split(name)] for name in types]
    n = 0
    while all(len(of) > n and of[n] == words[0][n] for of in words):
        n += 1
    return n


def _class_name(types: Sequence[str]) -> str:
    """Return the words with which all types begin, as the most frequent one has them; a file can be called so."""
    return (_begin(types[0], _common(types)) or types[0]).replace("/", "-").lstrip(".")[:100]


def _patterns(types: Sequence[str], rows: Iterable[str]) -> tuple[str, ...]:
    """Return what matches the types and no other ones."""
    begins = {one: _begin(one, _common(types)) for one in types}
    patterns = dict.fromkeys(
        glob.escape(one) if one == begin else glob.escape(one[: len(begin) + 1]) + "*" for one, begin in begins.items()
    )
    matched = {one for one in rows if any(fnmatchcase(one, pattern) for pattern in patterns)}
    if len(patterns) < len(types) and matched == set(types):
        return tuple(patterns)
    return tuple(glob.escape(one) for one in types)
