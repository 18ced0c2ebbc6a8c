"""Files with faults drawn at random: each ends in one line that names the file, or is read as it is written.

Some dozens of each kind; with --chaos ten thousand of YAML and of records, each within 2 seconds and 500 MB.
"""

import json
import random
import re
import resource
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from conftest import ROOT
from ruamel.yaml import YAML
from tools.settings import Search, Sweep

from aeflow.errors import InputError
from nids.base.section import Section, load
from nids.data.description import Description, read_description
from nids.data.records import read_records
from nids.params import read_params

SECONDS, KILOBYTES = 2, 500_000
# In the place of a value of YAML.
VALUES = [
    *("", "~", "null", "true", "yes", "0", "-1", "1", "2", "1.5", ".nan", ".inf", "-.inf", "1e-300", "1e400", "1e-3"),
    *("1000000", "1000000000000", "9" * 30, "9" * 5000, "0x" + "f" * 5000, "0o17", "1_000", "012", "12:30:45"),
    *(
        "2020-01-01",
        "2020-01-01T00:00:00Z",
        "'text'",
        '"a\\nb"',
        '"\\0"',
        '"\\e[31m"',
        '"\\ud800"',
        "ü",
        "日本",
        "\u2028",
    ),
    *("[]", "{}", "[[]]", "{a: 1}", "[1, 1]", "[a, 1, null]", "[" * 5000, "[" * 100_000, "{a: " * 5000, "- " * 5000),
    *("!!set {a, b}", "!!bool 1", "!!binary aGk=", "!!python/object/apply:os.system [ls]", "!x 1", "!!int '5'"),
    *("&z [*z]", "&a 1", "*a", "<<: {a: 1}", "=", "? [a]", "|\n  text", ">\n  text", "%TAG", "@", "`", "'", '"', "#"),
    *("x" * 100_000, "../../etc/passwd", "-f", "a=b", "a b", "$HOME", "con", "\t", "---", "...", ": :", "\0", "\ufeff"),
]
BOMB = "".join(f"a{i}: &a{i} [{', '.join([f'*a{i - 1}' if i else 'x'] * 9)}]\n" for i in range(12))
# In the place of a cell of records.
CELLS = [
    *("", " ", "0", "-1", "1", "+1", "-0", "1.0", "0.5", "0.123", "1e3", "1e19", "1e308", "1e400", "-1e-400", "0x10"),
    *("1_000", "nan", "NaN", "inf", "-Infinity", "NA", "null", "None", "True", "false", "many", "٣", "1 ", " 1", "1,2"),
    *(
        "tcp",
        "TCP",
        "tcp ",
        "tcp.",
        '"tcp"',
        '"',
        "'",
        "t\0cp",
        "\x1b[31m",
        "\x07",
        "t\tcp",
        "\u200b",
        "\u2028",
        "é",
        "#",
    ),
    *("normal", "normal.", "Normal", "wannacry", "9007199254740993", "9223372036854775808", "9" * 400, "x" * 100_000),
    *("=1+1", "<b>", "@", "%", "\\", "\\n", "1e", "--1", "1-2", ".", "-", "5.", ".5", "1d5", "1E5", "\udc96"),
]


def _bytes(rng: random.Random, content: bytes) -> bytes:
    """Return a text with a few bytes changed, put in or taken out, with a part twice or without its end."""
    found = bytearray(content)
    for _ in range(rng.randint(1, 4)):
        at, n = rng.randrange(len(found) + 1), rng.choice((1, 1, 2, 10, 100))
        way = rng.randrange(5)
        if way == 0:
            found[at : at + 1] = bytes([rng.randrange(256)])
        elif way == 1:
            found[at:at] = bytes(rng.choice(b" \t\r\n,;:'\"[]{}&*!#|>%@-\0") for _ in range(n))
        elif way == 2:
            del found[at : at + n]
        elif way == 3:
            found[at:at] = found[at : at + 10 * n]
        elif rng.random() < 0.1:
            del found[at:]
    return bytes(found)


def _yaml(rng: random.Random, text: str) -> bytes:
    """Return YAML with a fault or two."""
    lines = text.splitlines()
    for _ in range(rng.randint(1, 2)):
        way, at = rng.randrange(7), rng.randrange(len(lines))
        if way <= 2:  # a value
            keyed = [i for i, line in enumerate(lines) if re.match(r"[^#]*(: |- )\S", line)]
            at = rng.choice(keyed)
            lines[at] = re.sub(r"((: |- )\S.*)$", "", lines[at]) + rng.choice((": ", "- ")) + rng.choice(VALUES)
        elif way == 3:  # a key
            lines[at] = re.sub(r"[\w.]+:", lambda _: f"{rng.choice(VALUES)[:100]}:", lines[at], count=1)
        elif way == 4:  # a line twice, or not at all
            lines[at : at + 1] = [lines[at]] * rng.choice((0, 2))
        elif way == 5:  # another level
            lines[at] = " " * rng.randrange(5) + lines[at]
        else:
            lines.insert(at, BOMB if rng.random() < 0.2 else f"added: {rng.choice(VALUES)}")
        lines = lines or [""]
    content = "\n".join(lines).encode("utf-8", "surrogatepass")
    if rng.random() < 0.3:
        content = _bytes(rng, content)
    return content.decode("utf-8", "ignore").encode("utf-16") if rng.random() < 0.02 else content


def _records(rng: random.Random, text: str) -> bytes:
    """Return records with a fault or two."""
    rows = [line.split(",") for line in text.splitlines()]
    for _ in range(rng.randint(1, 2)):
        way, at = rng.randrange(8), rng.randrange(len(rows))
        if way <= 3 and rows[at]:
            rows[at][rng.randrange(len(rows[at]))] = rng.choice(CELLS)
        elif way == 4:
            rows[at] += [rng.choice(CELLS)] * rng.choice((1, 2, 3, 36))
        elif way == 5:
            del rows[at][rng.randrange(len(rows[at]) + 1) :]
        elif way == 6:
            rows[at : at + 1] = [rows[at]] * rng.choice((0, 2))
        else:
            rows.insert(at, rng.choice(([], ["a"] * len(rows[at]), ["@relation x"], ["<html>"])))
    ends = rng.choice(("\n", "\n", "\n", "\r\n", "\r"))
    content = ends.join(",".join(row) for row in rows).encode("utf-8", "surrogateescape")
    if rng.random() < 0.3:
        content = _bytes(rng, content)
    return rng.choice((b"", b"", b"\xef\xbb\xbf")) + content


def _check(
    path: Path, n: int, make: Callable[[random.Random], bytes], read: Callable[[], Any], right: Callable[[Any], None]
) -> None:
    """Read n files; each is refused in one line that names it, or right; and some are of either kind."""
    refused = 0
    for seed in range(n):
        path.write_bytes(make(random.Random(seed)))
        before, start = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.process_time()
        try:
            found = read()
        except InputError as error:
            refused += 1
            message = str(error)
            assert message.isprintable(), (seed, message)
            assert len(message) < 1000, (seed, message)
            assert path.name in message, (seed, message)
            assert "no record; " not in message, (seed, message)
        except BaseException as error:
            raise AssertionError(f"seed {seed}") from error
        else:
            right(found)
        assert time.process_time() - start < SECONDS, seed
        assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < KILOBYTES, seed
    assert n / 4 < refused < n


@pytest.fixture
def n(request: pytest.FixtureRequest) -> int:
    return 10_000 if request.config.getoption("--chaos", default=False) else 80


@pytest.mark.parametrize(
    ("source", "read"),
    [
        ("params.yaml", read_params),
        ("tools/sweep.yaml", lambda path: load(path, Sweep)),
        ("tools/search.yaml", lambda path: load(path, Search)),
        ("datasets/demo.yaml", lambda path: read_description("demo", path.parent)),
    ],
)
def test_yaml_is_refused_in_one_line_or_read_as_it_is(
    tmp_path: Path, n: int, source: str, read: Callable[[Path], Section]
) -> None:
    text, path = (ROOT / source).read_text(), tmp_path / Path(source).name

    def right(found: Section) -> None:
        written = YAML(typ="safe").load(path.read_bytes().decode("utf-8-sig"))
        assert json.loads(found.model_dump_json(exclude_unset=True)) == written

    _check(path, max(80, n // 4), lambda rng: _yaml(rng, text), lambda: read(path), right)


def test_records_are_refused_in_one_line_or_read_as_they_are(tmp_path: Path, n: int, dataset: Description) -> None:
    lines = (ROOT / "data/demo/train.txt").read_text().splitlines()
    # Some of each type.
    kept = pd.Series(lines).groupby([line.split(",")[-2] for line in lines]).head(6)
    text, path = "\n".join(kept), tmp_path / "records.txt"

    def right(found: pd.DataFrame) -> None:
        written = path.read_bytes().decode("utf-8-sig")
        rows = [line.split(",") for line in re.split("\r\n|\r|\n", written.removesuffix("\n"))]
        rows = rows if rows[-1] != [""] else rows[:-1]
        for name, *cells in zip(dataset.read.names, *rows, strict=True):
            if found[name].dtype == "str":
                assert found[name].tolist() == cells
            else:
                assert found[name].tolist() == pytest.approx([float(cell) for cell in cells], rel=1e-15, abs=1e-300)

    _check(path, n, lambda rng: _records(rng, text), lambda: read_records(path, dataset), right)
