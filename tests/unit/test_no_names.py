"""No module and no stage names a class, type, column or file of a data set: all such names are in datasets/."""

import re
from pathlib import Path

import pytest
from conftest import ROOT

from nids.data.description import read_description

# Names in datasets/ that are words of English or of code as well.
WORDS = {"attack", "back", "count", "flag", "hot", "named", "normal"}
CODE = sorted(
    path
    for folder in ("src", "stages")
    for path in (ROOT / folder).rglob("*")
    if path.suffix in (".py", ".j2", ".yaml", ".mplstyle") and ".egg-info" not in str(path)
)


def _names() -> set[str]:
    found: set[str] = set()
    for path in (ROOT / "datasets").glob("*.yaml"):
        dataset = read_description(path.stem, path.parent)
        found |= {dataset.name, *dataset.classes, *dataset.class_of, *dataset.read.names, *dataset.files.parts}
        found |= {name for file in dataset.files.all.values() for name in (file.name, file.title)}
    return found


NAMES = _names()
ANY = "|".join(re.escape(name) for name in sorted(NAMES - WORDS, key=len, reverse=True))
# As a whole word; an underline ends a word, so recall_X names X.
NAMED = re.compile(f"(?<![A-Za-z0-9])({ANY})(?![A-Za-z0-9])")


def test_what_is_looked_for_are_the_names_of_the_data_sets() -> None:
    assert {"U2R", "Normal", "httptunnel", "src_bytes", "KDDTest+", "KDDTrain+.txt", "NSL-KDD", "test_21"} <= NAMES
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
