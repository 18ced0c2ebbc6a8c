"""No module and no stage names a class, type, column or file of a data set: all such names are in datasets/."""

import re
from pathlib import Path

import pytest
from conftest import ROOT

from nids.data.description import read_description

# Names in datasets/ that are words of English or of code as well.
WORDS = {
    *("Attack", "Label", "attack", "back", "back.", "count", "flag", "hot", "id", "label", "named", "normal"),
    *("state", "type"),
}
CODE = sorted(
    path
    for folder in ("src", "stages")
    for path in (ROOT / folder).rglob("*")
    if path.suffix in (".py", ".j2", ".yaml", ".mplstyle") and ".egg-info" not in str(path)
)


def _names() -> set[str]:
    found: set[str] = set()
    for path in (ROOT / "datasets").glob("*.yaml"):
        given = read_description(path.stem, path.parent)
        label, columns = given.label, given.columns
        types = {name for of in (label.classes or {}).values() for name in of}
        files = [file for of_set in given.files.sets.values() for file in of_set]
        found |= {given.name, label.column, label.normal, *(label.classes or {}), *types, *given.files.extra_tests}
        found |= {*given.read.names, *columns.id, *columns.drop, *columns.categorical, *given.clean.missing_in}
        found |= {name for file in files for name in (file.name, file.title) if name}
    # A pattern is no name.
    return {name for name in found if not set("*?[") & set(name)}


NAMES = _names()
ANY = "|".join(re.escape(name) for name in sorted(NAMES - WORDS, key=len, reverse=True))
# As a whole word; an underline ends a word, so recall_X names X.
NAMED = re.compile(f"(?<![A-Za-z0-9])({ANY})(?![A-Za-z0-9])")


def test_what_is_looked_for_are_the_names_of_the_data_sets() -> None:
    assert {"U2R", "Normal", "httptunnel", "src_bytes", "KDDTest+", "KDDTrain+.txt", "NSL-KDD", "test_21"} <= NAMES
    assert {"BENIGN", "Flow Bytes/s", "srcip", "sttl", "UNSW-NB15 (82k)", "IPV4_SRC_ADDR", "dns_query"} <= NAMES
    assert WORDS < NAMES
    for text in ('row["U2R"]', "recall_R2L", "of KDDTest+,", "# the type httptunnel"):
        assert NAMED.search(text)
    for text in ("one-hot", "Normality", "maps"):
        assert not NAMED.search(text)


@pytest.mark.parametrize("path", CODE, ids=[path.relative_to(ROOT).as_posix() for path in CODE])
def test_code_names_nothing_of_a_data_set(path: Path) -> None:
    # The examples of docstrings have frames of their own.
    text = re.sub(r"^ +(>>>|\.\.\.) .*", "", path.read_text(encoding="utf-8"), flags=re.MULTILINE)
    lines = enumerate(text.splitlines(), 1)
    assert [f"line {i}: {found[0]}" for i, line in lines if (found := NAMED.search(line))] == []
