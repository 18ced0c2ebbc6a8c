"""Files with faults drawn at random: each ends in one line that names the file, or is read as it is written.

A thousand in all, with --chaos some ten thousand of YAML and of flows; each within 2 seconds and 500 MB.
"""

import csv
import gzip
import io
import json
import random
import re
import resource
import time
import zipfile
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
from nids.data.encode import encode
from nids.data.records import Records, read_records
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


def _text(rng: random.Random, text: str) -> bytes:
    """Return a text of cells with a fault or two."""
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
            rows.insert(at, rng.choice(([], ["a"] * len(rows[at]), [""] * len(rows[at]), ["@relation x"], ["<html>"])))
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
    return 2_000 if request.config.getoption("--chaos", default=False) else 40


SHIPPED = sorted(path.stem for path in (ROOT / "datasets").glob("*.yaml"))


@pytest.mark.parametrize(
    ("source", "read"),
    [
        ("params.yaml", read_params),
        ("tools/sweep.yaml", lambda path: load(path, Sweep)),
        ("tools/search.yaml", lambda path: load(path, Search)),
        *((f"datasets/{name}.yaml", lambda path: read_description(path.stem, path.parent)) for name in SHIPPED),
    ],
    ids=["params", "sweep", "search", *SHIPPED],
)
def test_yaml_is_refused_in_one_line_or_read_as_it_is(
    tmp_path: Path, n: int, source: str, read: Callable[[Path], Section]
) -> None:
    text, path = (ROOT / source).read_text(), tmp_path / Path(source).name

    def right(found: Section) -> None:
        written = YAML(typ="safe").load(path.read_bytes().decode("utf-8-sig"))
        if isinstance(found, Description):
            written["files"] = _written_out(written["files"])
        assert json.loads(found.model_dump_json(exclude_unset=True)) == written

    _check(path, n * 5 // 4, lambda rng: _yaml(rng, text), lambda: read(path), right)


def _written_out(files: dict[str, Any]) -> dict[str, Any]:
    """Return the section ``files`` with a list of mappings for each file or list."""

    def whole(file: Any) -> Any:
        return {"name": file} if isinstance(file, str) else file

    sets = {key: files[key] for key in ("train", "test", "data") if key in files}
    lists = {key: [whole(file) for file in (of if isinstance(of, list) else [of])] for key, of in sets.items()}
    extra = {key: {name: whole(file) for name, file in files[key].items()} for key in ("extra_tests",) if key in files}
    return files | lists | extra


DATA = Description.model_validate_json(
    json.dumps(
        {
            "name": "mutated",
            "files": {"data": "data"},
            "columns": {"categorical": ["proto"], "count": ["bytes"], "flag": ["land"], "id": ["id"], "drop": ["free"]},
            "label": {
                "column": "label",
                "normal": "Normal",
                "classes": {"Normal": ["normal"], "Attack": ["do*", "u2r"]},
            },
        }
    )
)
HEADER = "id,proto,bytes,land,speed,free,label"
ROWS = [
    f"{i},{'tcp' if i % 3 else 'udp'},{37 * i % 101},{i % 5 % 2},{i * 7 % 11 / 4},a {i},"
    f"{'normal' if i % 2 else 'dos' if i % 4 else 'u2r'}"
    for i in range(40)
]
TEXT = "\n".join([HEADER, *ROWS])
ARFF = "\n".join(["@relation flows", *(f"@attribute {name} real" for name in HEADER.split(",")), "@data", *ROWS])


def _zip(content: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("flows/data.csv", content)
    return buffer.getvalue()


def _parquet() -> bytes:
    frame = pd.read_csv(io.StringIO(TEXT))
    buffer = io.BytesIO()
    frame.to_parquet(buffer)
    return buffer.getvalue()


def _maybe_damaged(rng: random.Random, archive: bytes) -> bytes:
    return _bytes(rng, archive) if rng.random() < 0.3 else archive


PARQUET = _parquet()
FORMATS: dict[str, Callable[[random.Random], bytes]] = {
    "csv": lambda rng: _text(rng, TEXT),
    "gz": lambda rng: _maybe_damaged(rng, gzip.compress(_text(rng, TEXT))),
    "zip": lambda rng: _maybe_damaged(rng, _zip(_text(rng, TEXT))),
    "arff": lambda rng: _text(rng, ARFF),
    "parquet": lambda rng: _bytes(rng, PARQUET),
}


def _plain(content: bytes) -> str:
    if content.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            content = archive.read(archive.namelist()[0])
    return (gzip.decompress(content) if content.startswith(b"\x1f\x8b") else content).decode("utf-8-sig", "replace")


def _as_written(found: Records, content: bytes) -> None:
    """Assert that records are what the lines say; by another way than pyarrow."""
    lines = [line for line in re.split("\r\n|\r|\n", _plain(content)) if line.strip(",")]
    if lines[0].lstrip().startswith(("@", "%")):
        names = [re.split(r"\s+", line)[1].strip("'\"") for line in lines if line.lower().startswith("@attribute")]
        head = next(i for i, line in enumerate(lines) if line.lower().lstrip().startswith("@data"))
        lines = [line for line in lines[head + 1 :] if line[0] != "%"]
    else:
        names = [name.strip() for name in next(csv.reader(lines[:1]))]
        lines = [line for line in lines if line != lines[0]]
    cells = dict(zip(names, zip(*csv.reader(lines, strict=True), strict=True), strict=True))
    assert set(found.frame) == set(names) - {"id", "free", "label"}
    assert found.types.tolist() == [" ".join(text.split()) for text in cells["label"]]
    for name, values in found.frame.items():
        if name == "proto":
            assert values.tolist() == [re.sub(r"^(-?\d+)\.0+$", r"\1", text.strip()) for text in cells[name]]
        else:
            assert values.tolist() == [float(cell) for cell in cells[str(name)]]


@pytest.mark.parametrize("name", FORMATS)
def test_records_are_refused_in_one_line_or_read_as_they_are(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, n: int, name: str
) -> None:
    """What is read becomes a data set, too, or is refused."""
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "raw/data/flows"
    path.parent.mkdir(parents=True)

    def read() -> Records:
        found = read_records({"data": [path]}, DATA)["data"]
        encode(tmp_path / "raw", DATA)
        return found

    def right(found: Records) -> None:
        if name != "parquet":
            _as_written(found, path.read_bytes())

    path.write_text(TEXT)
    _as_written(read(), path.read_bytes())
    _check(path, n, FORMATS[name], read, right)
