"""The draft of a data set's description, made from its files: what each line rests on is a comment."""

import glob
import re
import warnings
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd

from aeflow.errors import InputError
from nids.base.quote import quoted
from nids.data import balance
from nids.data.account import TELLING
from nids.data.clean import row_hashes
from nids.data.description import Split
from nids.data.split import times
from nids.draft.commented import comment, items, pair, scalar, sequence, some
from nids.draft.kinds import ID, TIME, Columns, find_columns
from nids.draft.sample import Sample, read_sample
from nids.draft.truth import Truth, find_label, find_truth, missing_texts, plain, without_single_rows

# From this share of rows on a value that cannot be one stands for none.
SENTINEL = 0.01
MANY_ROWS = 1_000_000
# With more classes than this, most are too small to be learned.
MANY_CLASSES = 20


@dataclass(frozen=True)
class Sets:
    """The files of each set; ``within``: files in none of them, all of whose rows another has, or further test sets;
    ``reason``: why files are to be split whose names say training and test.
    """

    train: list[Path]
    test: list[Path]
    data: list[Path]
    within: dict[Path, Path]
    reason: str


def draft(paths: Sequence[Path], label: str | None = None, normal: str | None = None, name: str | None = None) -> str:
    """Return the text of a description of the data set that these files are.

    label: the column with the type of a row; normal: the type of normal traffic; name: what pages call the data set.
    Each is found where it is not given.

    Raises InputError for files that are not there, lie in several folders, or that ``read_sample`` refuses; and for
    what ``find_label``, ``find_truth``, ``find_columns`` and ``without_single_rows`` do not find.
    """
    for path in paths:
        if not path.is_file():
            raise InputError(f"{path}: {'a folder; give the files in it' if path.is_dir() else 'no such file'}")
    paths = sorted(set(paths))
    if other := next((path for path in paths if path.parent != paths[0].parent), None):
        raise InputError(f"{paths[0]} and {other} are in two folders; put them, or links to them, into one")
    sample = read_sample(paths)
    answer = find_label(sample, label, paths[0])
    missing = missing_texts(sample, answer, re.compile(f"{TIME.pattern}|{ID.pattern}"))
    truth = find_truth(paths, sample, answer, missing, normal)
    columns = find_columns(sample, truth, missing)
    sets = _sets(paths, sample, truth, columns)
    if sets.data:
        of_types = sum((truth.files[path] for path in sets.data), Counter())
        truth = replace(truth, label=without_single_rows(truth.label, of_types))
    parts = [
        [
            *comment(
                "Drafted by `aeflow describe`. A comment says what the line below it rests on. CHOOSE: see to it."
            ),
            *comment(f"{len(sample.file):,} of {sum(truth.sizes.values()):,} rows were looked at; all labels were."),
            pair("name", name or _name(paths)),
        ],
        _files_lines(paths, sets, truth),
        _read_lines(sample, columns),
        _columns_lines(columns),
        _label_lines(truth),
        _clean_lines(columns, len(sample.file)),
        _split_lines(sample, sets, truth),
        _balance_lines(sets, truth),
    ]
    return "\n\n".join("\n".join(lines) for lines in parts if lines) + "\n"


def _sets(paths: Sequence[Path], sample: Sample, truth: Truth, columns: Columns) -> Sets:
    of_words = {word: [path for path in paths if word in path.name.casefold()] for word in ("train", "test")}
    train, test = of_words.values()
    if set(train) & set(test):
        train, test = [], []
    within = {**_within(train, sample, truth, columns), **_within(test, sample, truth, columns)}
    left = [path for path in paths if path not in within]
    if not train or not test or len(train) + len(test) < len(paths):
        return Sets([], [], left, within, "")
    own = [path for path in test if path not in within]
    rows = truth.classes(train), truth.classes(own)
    lacking = sorted(set(rows[0]) ^ set(rows[1]))
    if not lacking:
        return Sets([path for path in train if path not in within], own, [], within, "")
    several = f" ({len(lacking)} classes are in one of them alone)" if len(lacking) > 1 else ""
    reason = (
        f"the names say training and test, but no {'test' if lacking[0] in rows[0] else 'training'} file has "
        f"{quoted(lacking[0])}{several}, and both need every class; so all are to be split. Or let label.classes group "
        "the types so that both have each class, and give train and test"
    )
    return Sets([], [], left, within, reason)


def _within(paths: Sequence[Path], sample: Sample, truth: Truth, columns: Columns) -> dict[Path, Path]:
    """Return of each file all of whose rows another, larger one has, which one that is; files read whole alone."""
    frame = pd.DataFrame({name: of.values for name, of in columns.features.items()})
    label = sample.columns[truth.label.column].values
    hashes = row_hashes(frame.assign(**{"\0label": label}))
    sources = {path: np.array([of == str(path) for of in sample.file]) for path in paths}
    rows = {path: hashes[of] for path, of in sources.items() if of.sum() == truth.sizes[path]}
    found: dict[Path, Path] = {}
    for path, own in rows.items():
        for other, of in rows.items():
            if len(own) < len(of) and other not in found and np.isin(own, of).all():
                found[path] = other
                break
    return found


def _name(paths: Sequence[Path]) -> str:
    if len(paths) == 1:
        return re.sub(r"\.(csv|txt|arff|parquet|gz|zip)", "", paths[0].name, flags=re.IGNORECASE)
    return paths[0].parent.absolute().name


def _files_lines(paths: Sequence[Path], sets: Sets, truth: Truth) -> list[str]:
    lines = comment("Rows of each type in each file, to compare with what the source of the data says:")
    for path in paths:
        counts = some((f"{name} {n:,}" for name, n in truth.files[path].most_common()), 40)
        lines += comment(f"{path.name}: {truth.sizes[path]:,}: {counts}")
    lines.append("files:")
    if not str(paths[0]).startswith("/"):
        lines += comment("from the folder in which the commands run; ${VARIABLE}/... takes it from the environment", 2)
    lines.append(pair("folder", str(paths[0].parent), 2))
    if sum(truth.sizes.values()) > MANY_ROWS:
        lines += comment("`max_rows: 500000` reads about as many of all rows, and no class below 2,000 loses any.", 2)
    for path, other in sets.within.items():
        lines += comment(f"{path.name}: all its rows are in {other.name}, too.", 2)
    if sets.data:
        lines += comment(f"CHOOSE: {sets.reason}.", 2) if sets.reason else []
        return lines + _of_set("data", sets.data, paths, truth)
    sizes = [sum(truth.sizes[path] for path in of) for of in (sets.train, sets.test)]
    if sizes[0] < sizes[1]:
        lines += comment("CHOOSE: there is more to test on than to train on; are the names of the files swapped?", 2)
    lines += [*_of_set("train", sets.train, [], truth), *_of_set("test", sets.test, [], truth)]
    if further := [path for path, other in sets.within.items() if other in sets.test]:
        lines.append("  extra_tests:")
        for path in further:
            key = re.sub(r"\W+", "_", path.name.rpartition(".")[0] or path.name).strip("_").lower()
            lines.append(f"    {key if key.isidentifier() else 'set_' + key}: {_file(path, truth)}")
    return lines


def _of_set(key: str, files: Sequence[Path], given: Sequence[Path], truth: Truth) -> list[str]:
    suffix = re.search(r"(\.[a-z]+)?(\.gz)?$", files[0].name, re.IGNORECASE)
    pattern = f"*{suffix[0]}" if suffix else "*"
    if len(files) > 1 and list(files) == list(given) and set(files) == set(files[0].parent.glob(pattern)):
        return [pair(key, pattern, 2)]
    if len(files) == 1:
        return [f"  {key}: {_file(files[0], truth)}"]
    return [f"  {key}:", *(f"    - {_file(path, truth)}" for path in files)]


def _file(path: Path, truth: Truth) -> str:
    name = glob.escape(path.name)
    rows = f", rows: {truth.sizes[path]}" if name == path.name else ""
    return f"{{name: {scalar(name)}{rows}}}"


def _read_lines(sample: Sample, columns: Columns) -> list[str]:
    read, lines = sample.read, []
    if sample.text:
        what = {"utf-8": "all bytes are UTF-8", "cp1252": "bytes that are not UTF-8, but letters in Windows-1252"}
        mark = "; a byte order mark at the beginning is left out" if sample.marked else ""
        lines += comment(what.get(read.encoding, "bytes that are neither UTF-8 nor Windows-1252") + mark, 2)
        lines.append(pair("encoding", read.encoding, 2))
        lines.append(pair("separator", read.separator, 2))
    if read.names:
        lines += comment(
            "CHOOSE: there is no header line. Give the columns their names, here and below. With a header line in the "
            "files, `aeflow describe` finds more: identifiers by their names, for one.",
            2,
        )
        lines += sequence("names", read.names, 2)
    if columns.missing != [""]:
        lines += comment("texts that mean that there is no value, in columns that are numbers otherwise", 2)
        lines += sequence("missing", columns.missing, 2)
    return ["read:", *lines] if lines else []


def _columns_lines(columns: Columns) -> list[str]:
    lines = []
    for key in ("id", "drop", "categorical"):
        if of_key := getattr(columns, key):
            lines += items(key, dict(sorted(of_key.items(), key=lambda of: of[1])), 2)
    lines = ["columns:", *lines] if lines else []
    if columns.telling:
        listed = some((f"{name} {area:.2f}" for name, area in columns.telling.items()), 40)
        lines += comment(
            f"Each of these alone tells attacks from normal traffic, with an area under the ROC curve (AUC) above "
            f"{TELLING}. If one is of this network and not of attacks, list it in columns.drop: {listed}.",
            2 if lines else 0,
        )
    return lines


def _label_lines(truth: Truth) -> list[str]:
    label = truth.label
    lines = ["label:", *comment(f"{len(truth.rows)} types", 2), pair("column", label.column, 2)]
    if label.classes is None and len(truth.rows) > MANY_CLASSES:
        lines += comment("CHOOSE: each type is a class; `classes: {Name: [type, pattern*], ...}` groups them.", 2)
    choose = "" if truth.sure else "CHOOSE: which type is normal traffic? "
    lines += [*comment(f"{choose}{truth.reason}", 2), pair("normal", label.normal, 2)]
    if label.empty is not None:
        lines += comment("CHOOSE: rows without a type are taken for this class.", 2)
        lines.append(pair("empty", label.empty, 2))
    if label.classes is not None:
        lines += comment(
            "Types that begin alike are taken for one class. Without `classes` each type is a class of its own.", 2
        )
        lines.append("  classes:")
        for name, patterns in label.classes.items():
            lines += sequence(name, patterns, 4)
    if label.leave_out:
        lines += comment("a single row, and a class needs one to train on and one to test on", 2)
        lines += sequence("leave_out", label.leave_out, 2)
    return lines


def _clean_lines(columns: Columns, n: int) -> list[str]:
    sentinels = {}
    missing: Counter[str] = Counter()
    constant = []
    for name, column in columns.features.items():
        if name in columns.categorical:
            absent = column.values.isna() | column.values.isin(columns.missing)
        else:
            absent = ~np.isfinite(column.values)
            below = column.values < 0
            if (column.values[below] == -1).all() and below.sum() > SENTINEL * n and (column.values > -1).any():
                sentinels[name] = below.mean()
        missing[name] = int(absent.sum())
        if column.values.where(~absent).nunique(dropna=False) == 1:
            constant.append(name)
    missing = +missing
    lines = []
    if missing or sentinels:
        found = f" ({some(f'{name} {rows:,}' for name, rows in missing.items())})" if missing else ""
        lines += comment(
            f"what becomes of cells without a number or with an infinite one{found}: the training rows' median; "
            "instead: drop the row, or a number",
            2,
        )
        lines.append(pair("missing", "median", 2))
    if sentinels:
        found = some(f"{name} {100 * share:.0f}%" for name, share in sentinels.items())
        lines += comment(f"CHOOSE: -1 where no other number is negative: does it mean no value? {found} of rows", 2)
        lines += ["  sentinels:", *(f"    {scalar(name)}: [-1]" for name in sentinels)]
    if constant:
        lines += [*comment(f"one value in every row: {some(constant, 40)}", 2), pair("constant", "drop", 2)]
    frame = pd.DataFrame({name: of.values for name, of in columns.features.items()})
    share = 100 * pd.Series(row_hashes(frame)).duplicated().mean()
    lines += comment(f"{share:.1f}% of the rows looked at equal an earlier one in all features; or: drop", 2)
    lines.append(pair("duplicates", "keep", 2))
    return ["clean:", *lines]


def _split_lines(sample: Sample, sets: Sets, truth: Truth) -> list[str]:
    if not sets.data:
        return []
    split = Split()
    lines = ["split:"]
    parts = [set(truth.classes([path])) for path in sets.data]
    if len(parts) * split.test >= 1 and all(sum(name in of for of in parts) > 1 for name in set().union(*parts)):
        lines += comment("or whole files: by: group, column: file", 2)
    for name in _time_columns(sample, sets):
        lines += comment(f"or the last rows in time: by: time, column: {scalar(name)}", 2)
    lines += comment("as large a share of each type, drawn at random", 2)
    return [*lines, pair("by", split.by, 2), f"  test: {split.test}"]


def _time_columns(sample: Sample, sets: Sets) -> list[str]:
    found = []
    for name, column in sample.columns.items():
        everywhere = all(name in names for names in sample.names.values())
        if TIME.fullmatch(plain(name)) and everywhere and column.values.nunique() > 1:
            with warnings.catch_warnings(action="error"):  # pandas guesses each date by itself
                try:
                    times(column.values.astype(object).to_numpy(), Split(by="time", column=name))
                except (InputError, UserWarning):
                    continue
            found.append(name)
    return found


def _balance_lines(sets: Sets, truth: Truth) -> list[str]:
    rows = dict(truth.classes(sets.train))
    if sets.data:
        classes = truth.classes(sets.data)
        rows = {name: max(n - max(round(Split().test * n), 1), 1) for name, n in classes.items()}
    kept = balance.kept_rows("auto", rows)
    keeps = some((f"{name} {n:,} of {rows[name]:,}" for name, n in kept.items()), 40) or "all rows of all classes"
    try:
        new = balance.new_rows("auto", rows)
    except InputError:
        enough = {name: n for name, n in rows.items() if n >= balance.FEWEST} or rows
        name = min(enough, key=lambda name: enough[name])
        p = round(float(np.median(list(rows.values()))))
        n = p - rows[name] if p > rows[name] else rows[name]
        return [
            *comment(f"auto lets no class grow here; it keeps {keeps}"),
            "balance:",
            *comment(f"CHOOSE: {name} has fewest of the training rows, about {rows[name]:,}", 2),
            "  new_rows:",
            f"    {scalar(name)}: {n}",
        ]
    adds = some((f"{name} {n:,} to {rows[name]:,}" for name, n in new.items()), 40)
    return comment(f"balance is auto where nothing is said. Of training rows it adds about: {adds}; it keeps: {keeps}.")
