"""`aeflow describe`: each rule of the draft on a small file, and drafts that run as they are."""

import gzip
import re
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner
from conftest import ROOT

from aeflow.errors import InputError
from nids.commands import commands, main
from nids.data import balance
from nids.data.dataset import Dataset, in_memory
from nids.data.description import Description, read_description
from nids.data.encode import encode
from nids.data.fetch import fetch_all
from nids.draft.draft import draft

SHARED = ROOT.parent / "shared/data"
N = 60


def flows(n: int = N, /, **columns: Any) -> pd.DataFrame:
    """Rows with two numbers, a protocol, and a label: half of it normal, the rest of two types."""
    seed = columns.pop("seed", 0)
    rng = np.random.default_rng(seed)
    label = ["Normal", "scan", "Normal", "flood"] * (n // 4) + ["Normal"] * (n % 4)
    return pd.DataFrame(
        {"dur": rng.random(n).round(4), "bytes": rng.integers(0, 9, n), "proto": rng.choice(["tcp", "udp", "-"], n)}
        | columns
        | {"label": columns.get("label", label)}
    )


class Drafted:
    """A draft as text and as it is read."""

    def __init__(self, text: str, folder: Path) -> None:
        self.text = text
        self.path = folder / "drafted.yaml"
        self.path.write_text(text, encoding="utf-8")
        self.description = read_description("drafted", folder)

    def comment(self, start: str) -> str:
        """The comment that begins so, on one line."""
        flat = re.sub(r"\n *# (?!CHOOSE)", " ", self.text)
        return next((line for line in flat.splitlines() if start in line), "")


Describe = Callable[..., Drafted]


@pytest.fixture
def describe(tmp_path: Path) -> Describe:
    """Write frames, by file name, into one folder and draft their description."""

    def of(files: dict[str, pd.DataFrame] | pd.DataFrame, separator: str = ",", **options: str) -> Drafted:
        folder = tmp_path / "lab"
        folder.mkdir(exist_ok=True)
        frames = files if isinstance(files, dict) else {"flows.csv": files}
        for name, frame in frames.items():
            frame.to_csv(folder / name, index=False, sep=separator)
        return Drafted(draft([folder / name for name in frames], **options), tmp_path)

    return of


@pytest.fixture
def encoded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[Description], Dataset]:
    """Fetch and encode what a description says, and ask what auto gives."""
    monkeypatch.chdir(tmp_path)

    def of(description: Description) -> Dataset:
        fetch_all(description.files, Path("data/raw"), timeout=1, attempts=1)
        found, tests, _ = encode(Path("data/raw"), description)
        assert balance.new_rows(description.balance.new_rows, found.rows)
        balance.kept_rows(description.balance.kept_rows, found.rows)
        return in_memory(description, found, tests)

    return of


def test_a_plain_file_needs_little(describe: Describe, encoded: Callable[[Description], Dataset]) -> None:
    drafted = describe(flows())
    found = drafted.description
    assert (found.name, found.files.folder) == ("flows", str(drafted.path.parent / "lab"))
    assert [(file.name, file.rows) for file in found.files.data] == [("flows.csv", N)]
    assert (found.label.column, found.label.normal, found.label.classes) == ("label", "Normal", None)
    assert found.columns.categorical == ("proto",)
    assert found.read.missing == ("",)
    assert "CHOOSE" not in re.sub(r".*CHOOSE: see to it.*|# CHOOSE: \w+ has fewest", "", drafted.text)
    assert encoded(found).normal == "Normal"


@pytest.mark.parametrize(
    "name",
    ["Flow ID", "src_ip", "srcip", "Source IP", "IPV4_SRC_ADDR", "SrcAddr", "sport", "Src Port", "L4_SRC_PORT", "ts",
     "Timestamp", "Stime", "ltime", "uid", "id.orig_h", "FLOW_START_MILLISECONDS"],
)  # fmt: skip
def test_identifiers_by_their_names(describe: Describe, name: str) -> None:
    assert describe(flows(**{name: [1, 2, 3] * (N // 3)})).description.columns.id == (name,)


@pytest.mark.parametrize(
    "name", ["src_ip_bytes", "ct_dst_ltm", "is_sm_ips_ports", "dst_host_count", "Idle Min", "width"]
)
def test_names_that_only_look_like_identifiers(describe: Describe, name: str) -> None:
    assert describe(flows(**{name: [1, 2, 3] * (N // 3)})).description.columns.id == ()


def test_identifiers_by_their_values(describe: Describe) -> None:
    texts = [f"flow {i}" for i in range(N)]
    assert describe(flows(row=range(7, 7 + N), what=texts, rises=[0, *range(N - 1)])).description.columns.id == (
        "what",
        "row",
    )


def test_rows_counted_anew_in_each_file(describe: Describe) -> None:
    drafted = describe({"a.csv": flows(row=range(N)), "b.csv": flows(row=range(N), seed=1)})
    assert drafted.description.columns.id == ("row",)


def test_answers_are_dropped(describe: Describe) -> None:
    kinds = ["Normal", "scan", "Normal", "flood"] * (N // 4)
    binary = [int(kind != "Normal") for kind in kinds]
    group = [{"Normal": "none", "scan": "probe", "flood": "probe"}[kind] for kind in kinds]
    drafted = describe(flows(attack_cat=kinds, category=group, label=binary, twin=[f"x{kind}" for kind in kinds]))
    assert drafted.description.label.column == "attack_cat"
    assert set(drafted.description.columns.drop) == {"label", "category", "twin"}


def test_a_binary_label_alone(describe: Describe, encoded: Callable[[Description], Dataset]) -> None:
    drafted = describe(flows(label=[0, 1, 1] * (N // 3)))
    assert (drafted.description.label.column, drafted.description.label.normal) == ("label", "0")
    assert list(encoded(drafted.description).classes) == ["0", "1"]


def test_the_type_that_is_0(describe: Describe) -> None:
    kinds = ["quiet", "scan", "flood"] * (N // 3)
    drafted = describe(flows(type=kinds, label=[int(kind != "quiet") for kind in kinds]))
    assert (drafted.description.label.column, drafted.description.label.normal) == ("type", "quiet")
    assert "CHOOSE: which" not in drafted.text


def test_no_type_is_called_normal(describe: Describe) -> None:
    drafted = describe(flows(label=["quiet", "quiet", "scan"] * (N // 3)))
    assert drafted.description.label.normal == "quiet"
    assert "CHOOSE: which type is normal traffic?" in drafted.text


def test_rows_without_a_type(describe: Describe, encoded: Callable[[Description], Dataset]) -> None:
    kinds = ["", " scan", "", "flood", " "] * (N // 5)
    drafted = describe(flows(attack_cat=kinds, label=[int(kind.strip() != "") for kind in kinds]))
    assert (drafted.description.label.normal, drafted.description.label.empty) == ("normal", "normal")
    assert drafted.description.columns.drop == ("label",)
    assert sum(encoded(drafted.description).found.rows.values()) == round(0.7 * 36) + 2 * round(0.7 * 12)


def test_types_that_begin_alike(describe: Describe, encoded: Callable[[Description], Dataset]) -> None:
    kinds = ["Normal", "DoS Hulk", "DoS slowloris", "Web Attack \u2013 XSS", "Web Attack \ufffd Sql", "Backdoor",
             "Backdoors", "DDoS attacks-A", "DDOS attack-B", "DDoS attacks-C", "Bot"]  # fmt: skip
    drafted = describe(flows(110, label=kinds * 10))
    assert drafted.description.label.classes == {
        "Normal": ("Normal",),
        "DoS": ("DoS *",),
        "Web Attack": ("Web Attack *",),
        "Backdoor": ("Backdoor", "Backdoors"),
        "DDoS attacks": ("DDoS attacks-*", "DDOS attack-*"),
        "Bot": ("Bot",),
    }
    assert set(encoded(drafted.description).classes) == {
        "Normal",
        "DoS",
        "Web Attack",
        "Backdoor",
        "DDoS attacks",
        "Bot",
    }


def test_a_class_of_one_row_is_left_out(describe: Describe, encoded: Callable[[Description], Dataset]) -> None:
    kinds = ["Normal", "scan", "flood"] * (N // 3)
    drafted = describe(flows(label=[*kinds[:-1], "worm [1]"]))
    assert drafted.description.label.leave_out == ("worm [[]1]",)
    assert "worm [1]" not in encoded(drafted.description).classes


def test_texts_that_mean_missing(describe: Describe, encoded: Callable[[Description], Dataset]) -> None:
    numbers = [1, "-", 3.5, "NaN", "?", ""] * (N // 6)
    drafted = describe(flows(size=numbers, state=["-", "S0", "S1"] * (N // 3)))
    assert drafted.description.read.missing == ("", "-", "?", "NaN")
    assert drafted.description.columns.categorical == ("proto", "state")
    assert drafted.description.clean.missing == "median"
    assert "size 40" in drafted.comment("what becomes of cells")
    encoded(drafted.description)


def test_a_dash_in_texts_alone_is_a_category(describe: Describe) -> None:
    drafted = describe(flows(state=["-", "S0", "S1"] * (N // 3), src_port=["-", 80, 90] * (N // 3)))
    assert drafted.description.read.missing == ("",)
    assert drafted.description.clean.missing == "error"


def test_infinite_numbers(describe: Describe, encoded: Callable[[Description], Dataset]) -> None:
    drafted = describe(flows(rate=[1.5, "Infinity", "-inf"] * (N // 3)))
    assert drafted.description.clean.missing == "median"
    assert "rate 40" in drafted.comment("what becomes of cells")
    encoded(drafted.description)


def test_sentinels(describe: Describe) -> None:
    drafted = describe(flows(window=[-1, 5, 7] * (N // 3), below=[-1, -2, 7] * (N // 3), rest=[-1, *[3] * (N - 1)]))
    assert drafted.description.clean.sentinels == {"window": (-1.0,), "rest": (-1.0,)}
    assert "CHOOSE: -1" in drafted.text


def test_rare_negative_numbers_are_no_sentinels(describe: Describe) -> None:
    assert describe(flows(200, window=[-1, *[3, 4, 5] * 66, 4])).description.clean.sentinels == {}


def test_constant_columns(describe: Describe, encoded: Callable[[Description], Dataset]) -> None:
    drafted = describe(flows(zero=[0] * N, same=["x"] * N, nothing=[""] * N))
    assert drafted.description.clean.constant == "drop"
    assert "one value in every row: zero, same" in drafted.text
    assert drafted.description.columns.drop == ("nothing",)
    encoded(drafted.description)


def test_duplicates_are_counted_on_features(describe: Describe) -> None:
    rows = flows(row=range(N), dur=[0.5] * N, bytes=[1, 2, 3, 4] * (N // 4), proto=["tcp"] * N)
    assert "93.3% of the rows" in describe(rows).text


def test_codes_are_categories(describe: Describe) -> None:
    rng = np.random.default_rng(1)
    codes = {name: rng.choice([1, 6, 17], N) for name in ("PROTOCOL", "TCP_FLAGS", "ct_state_ttl")}
    drafted = describe(flows(**codes, **{"PSH Flags": rng.integers(0, 2, N)}))
    assert set(drafted.description.columns.categorical) == {"proto", "PROTOCOL", "TCP_FLAGS"}


def test_texts_of_many_values_are_dropped(describe: Describe) -> None:
    drafted = describe(flows(800, query=[f"q{i // 2}" for i in range(800)]))
    assert drafted.description.columns.drop == ("query",)
    assert "400 texts, too many" in drafted.text


def test_telling_columns_are_named_and_the_attacked_port_is_dropped(describe: Describe) -> None:
    kinds = ["Normal", "scan", "Normal", "flood"] * (N // 4)
    rng = np.random.default_rng(2)
    tells = np.where(np.array(kinds) == "Normal", 0, 35) + rng.integers(0, 52, N)
    drafted = describe(flows(ttl=tells, **{"Destination Port": tells + 1, "dport": rng.integers(0, 99, N)}))
    assert drafted.description.columns.drop == ("Destination Port",)
    assert "AUC 0.9" in drafted.comment("the attacked port")
    assert "ttl 0.9" in drafted.comment("Each of these alone")


def test_columns_that_one_file_lacks(describe: Describe, encoded: Callable[[Description], Dataset]) -> None:
    drafted = describe({"a.csv": flows(extra=range(N), **{"Src IP": ["h"] * N}), "b.csv": flows(seed=1)})
    assert (drafted.description.columns.id, drafted.description.columns.drop) == (("Src IP",), ("extra",))
    assert "not in b.csv" in drafted.text
    assert [file.name for file in drafted.description.files.data] == ["*.csv"]
    encoded(drafted.description)


def test_a_list_where_the_folder_has_more(describe: Describe, tmp_path: Path) -> None:
    (tmp_path / "lab").mkdir()
    (tmp_path / "lab/other.csv").write_text("x")
    drafted = describe({"a[1].csv": flows(), "b.csv": flows(seed=1)})
    assert [(file.name, file.rows) for file in drafted.description.files.data] == [("a[[]1].csv", None), ("b.csv", N)]


def test_training_and_test(describe: Describe, encoded: Callable[[Description], Dataset]) -> None:
    drafted = describe({"Train.csv": flows(80), "test.csv": flows(40, seed=1)})
    files = drafted.description.files
    assert [(file.name, file.rows) for file in (*files.train, *files.test)] == [("Train.csv", 80), ("test.csv", 40)]
    assert "split:" not in drafted.text
    assert "CHOOSE: there is more to test on" not in drafted.text
    assert "test.csv: 40: Normal 20, scan 10, flood 10" in drafted.text
    encoded(drafted.description)


def test_swapped_names(describe: Describe) -> None:
    drafted = describe({"train.csv": flows(40), "test.csv": flows(80, seed=1)})
    assert "are the names of the files swapped?" in drafted.comment("CHOOSE: there is more")


def test_a_test_file_within_another(describe: Describe, encoded: Callable[[Description], Dataset]) -> None:
    test = flows(40, seed=1)
    drafted = describe({"train.csv": flows(80), "test.csv": test, "test-2.csv": test.iloc[4:24]})
    files = drafted.description.files
    assert [file.name for file in files.test] == ["test.csv"]
    assert {key: file.name for key, file in files.extra_tests.items()} == {"test_2": "test-2.csv"}
    assert "test_2" in encoded(drafted.description).tests


def test_training_and_test_that_lack_classes(describe: Describe, encoded: Callable[[Description], Dataset]) -> None:
    drafted = describe({"train.csv": flows(80), "test.csv": flows(20, label=["Normal"] * 20, seed=1)})
    assert [file.name for file in drafted.description.files.data] == ["*.csv"]
    assert "no test file has 'flood' (2 classes" in drafted.comment("CHOOSE: the names say")
    encoded(drafted.description)


def test_other_ways_to_split(describe: Describe) -> None:
    times = pd.date_range("2024-01-01", periods=N, freq="h").astype(str)
    files = {f"{i}.csv": flows(seed=i, when=times, Timestamp=times, ts=["noon", "3 pm"] * (N // 2)) for i in range(4)}
    text = describe(files).text
    assert "by: group, column: file" in text
    assert "by: time, column: Timestamp" in text
    assert "column: ts" not in text


def test_what_auto_gives(describe: Describe) -> None:
    kinds = ["Normal"] * 400 + ["a"] * 100 + ["b"] * 100 + ["c"] * 30
    drafted = describe(flows(630, label=kinds))
    assert drafted.description.balance.new_rows == "auto"
    assert "c 49 to 21" in drafted.comment("balance is auto")
    assert "Normal 101 of 280" in drafted.comment("balance is auto")


def test_auto_that_lets_none_grow(describe: Describe) -> None:
    drafted = describe(flows(200, label=["Normal"] * 100 + ["a"] * 60 + ["b"] * 40))
    assert drafted.description.balance.new_rows == {"b": 14}
    assert "CHOOSE: b has fewest" in drafted.text


def test_no_header_line(tmp_path: Path, encoded: Callable[[Description], Dataset]) -> None:
    rows = flows(rest=[3.5] * N)[["dur", "bytes", "proto", "label", "rest"]]
    rows.to_csv(tmp_path / "a.txt", index=False, header=False)
    drafted = Drafted(draft([tmp_path / "a.txt"]), tmp_path)
    assert drafted.description.read.names == ("c1", "c2", "c3", "c4", "c5")
    assert drafted.description.label.column == "c4"
    assert "CHOOSE: there is no header line" in drafted.text
    encoded(drafted.description)


def test_no_header_line_and_normal_rows_without_a_type(
    tmp_path: Path, encoded: Callable[[Description], Dataset]
) -> None:
    kinds = ["", " scan", "", "flood"] * (N // 4)
    rows = flows(cat=kinds, label=[int(kind != "") for kind in kinds])
    rows.to_csv(tmp_path / "a.txt", index=False, header=False)
    drafted = Drafted(draft([tmp_path / "a.txt"]), tmp_path)
    assert (drafted.description.label.column, drafted.description.columns.drop) == ("c4", ("c5",))
    encoded(drafted.description)


def test_separator_and_encoding(describe: Describe, tmp_path: Path, encoded: Callable[[Description], Dataset]) -> None:
    describe(flows(), separator=";")
    path = tmp_path / "lab/flows.csv"
    path.write_bytes(path.read_bytes().replace(b"tcp", b"tcp \x96 \xe9"))
    drafted = Drafted(draft([path]), tmp_path)
    assert (drafted.description.read.separator, drafted.description.read.encoding) == (";", "cp1252")
    encoded(drafted.description)
    path.write_bytes(b"\xef\xbb\xbf" + flows().to_csv(index=False, sep="\t").encode())
    drafted = Drafted(draft([path]), tmp_path)
    assert (drafted.description.read.separator, drafted.description.read.encoding) == ("\t", "utf-8")
    assert "byte order mark" in drafted.text
    encoded(drafted.description)


@pytest.mark.parametrize("name", ["flows.csv.gz", "flows.zip", "flows.parquet"])
def test_packed_files(tmp_path: Path, name: str, encoded: Callable[[Description], Dataset]) -> None:
    path = tmp_path / name
    content = flows().to_csv(index=False).encode()
    if name.endswith("gz"):
        path.write_bytes(gzip.compress(content))
    elif name.endswith("zip"):
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("a.csv", content)
            archive.writestr("b.csv", flows(seed=1).to_csv(index=False))
    else:
        flows(state=[None, "S0", "S1"] * (N // 3)).to_parquet(path)
    drafted = Drafted(draft([path]), tmp_path)
    assert drafted.description.name == "flows"
    assert ("read:" in drafted.text) == (not name.endswith("parquet"))
    encoded(drafted.description)


def test_names_that_yaml_takes_for_something_else(
    describe: Describe, encoded: Callable[[Description], Dataset]
) -> None:
    texts = ["a", "b", "c"] * (N // 3)
    odd = dict.fromkeys(("no", "1", "a: b", "#x", "café", "-", "'q'", "[z]", "x ", "true"), texts)
    drafted = describe(flows(**odd))
    assert set(drafted.description.columns.categorical) == {"proto", *(name.strip() for name in odd)}
    encoded(drafted.description)


def test_comments_stay_comments(describe: Describe) -> None:
    drafted = describe(flows(label=["Normal", "od\x01d: {", "flood"] * (N // 3), **{"long " * 40: [0] * N}))
    assert "od\\x01d: { 20" in drafted.comment("flows.csv: 60")
    assert all(len(line) <= 100 for line in drafted.text.splitlines())


def test_options(describe: Describe) -> None:
    drafted = describe(flows(kind=["x", "y", "z"] * (N // 3)), label="kind", normal="y", name="My lab")
    assert (drafted.description.name, drafted.description.label.column, drafted.description.label.normal) == (
        "My lab", "kind", "y",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("files", "options", "error"),
    [
        ({"a.csv": "dur,x\n1,2\n3,4\n"}, {}, "no column is called label, class, attack, type or category"),
        ({"a.csv": "dur,label\n1,Normal\n3,Normal\n"}, {}, "column 'label': 'Normal' in all 2 rows; give files with"),
        ({"a.csv": "dur,label\n1,Normal\n1,Normal\n3,scan\n"}, {}, "no attack has two rows"),
        ({"a.csv": "dur,label\n1,Normal\n1,scan\n3,scan\n"}, {}, "'Normal', normal traffic, has not two rows"),
        (
            {"a.csv": "dur,label\n1,Normal\n3,scan\n"},
            {"label": "labl"},
            "no file has a column 'labl' (nearest is 'label')",
        ),
        ({"a.csv": "dur,label\n1,Normal\n3,scan\n"}, {"normal": "norml"}, "no row is of 'norml' (nearest is 'Normal')"),
        ({"a.csv": "<html>\n<p>x</p>"}, {}, "an HTML or XML page and not the data"),
        ({"a.csv": "dur\n1\n2\n"}, {}, "lines of one column"),
        ({"a.csv": "@relation x\n@attribute a numeric\n@data\n"}, {}, "a.csv: no rows"),
        ({"a.csv": "dur,label\n"}, {}, "a.csv: no rows"),
        ({"a.csv": "dur;label\n1,5;Normal\n2,5;scan\n3,5;scan\n"}, {}, "column dur: decimal commas ('1,5')"),
        ({"a.csv": "dur,label\n1,Normal\n3\n"}, {}, "a.csv, line 3: 1 column instead of 2"),
        ({"a.csv": "dur,label\n1,a\n3,b\n", "b.csv": "dur;label\n1;a\n"}, {}, "b.csv: another separator unlike "),
        ({"a.csv": "dur,label\n1,a\n3,b\n", "b.csv": "1,a\n"}, {}, "b.csv: a header line, or none, unlike "),
        (
            {"a.csv": "dur,label\n1,a\n3,b\n", "b.csv": "dur,kind\n1,a\n"},
            {},
            "b.csv: no column 'label', the label in other",
        ),
    ],
)
def test_what_cannot_be_described(tmp_path: Path, files: dict[str, str], options: dict[str, str], error: str) -> None:
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    with pytest.raises(InputError, match=re.escape(error)) as raised:
        draft([tmp_path / name for name in files], **options)
    assert "\n" not in str(raised.value)


def test_files_that_are_none(tmp_path: Path) -> None:
    for folder in ("x", "y"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "a.csv").write_text("dur,label\n1,a\n")
    with pytest.raises(InputError, match="no such file"):
        draft([tmp_path / "none.csv"])
    with pytest.raises(InputError, match="a folder; give the files in it"):
        draft([tmp_path])
    with pytest.raises(InputError, match="are in two folders"):
        draft([tmp_path / "x/a.csv", tmp_path / "y/a.csv"])


def test_the_command(
    describe: Describe, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    drafted = describe(flows(kind=["\u00e9", "y"] * (N // 2)))
    result = CliRunner().invoke(commands, ["describe", str(tmp_path / "lab/flows.csv")])
    assert (result.exit_code, result.output) == (0, drafted.text)
    monkeypatch.setattr(sys, "argv", ["aeflow", "describe", "none.csv"])
    with pytest.raises(SystemExit, match="1"):
        main()
    assert capfd.readouterr().err == "error: none.csv: no such file\n"


@pytest.mark.parametrize("arguments", [["--help"], ["describe", "--help"]])
def test_help_fits_a_screen(arguments: list[str]) -> None:
    lines = CliRunner().invoke(commands, arguments, terminal_width=80).output.splitlines()
    assert len(lines) < 24
    assert max(map(len, lines)) <= 80
    assert not any(line.endswith("...") for line in lines[1:])


def test_nothing_heavy_is_imported() -> None:
    code = (
        "import sys, nids.draft.draft; print([name for name in ('torch', 'sklearn', 'scipy') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=300)
    assert done.stdout == "[]\n"


def test_absent_values_as_a_dash_and_free_texts(describe: Describe, encoded: Callable[[Description], Dataset]) -> None:
    kinds = ["normal", "scanning", "xss", "normal"] * 150
    drafted = describe(
        pd.DataFrame(
            {
                "src_ip": ["192.168.1.30"] * 600,
                "src_port": range(40000, 40600),
                "dst_ip": ["192.168.1.9"] * 600,
                "dst_port": [53, 80, 80, 443] * 150,
                "proto": ["udp", "tcp", "tcp", "tcp"] * 150,
                "service": ["dns", "-", "http", "-"] * 150,
                "duration": np.random.default_rng(0).random(600),
                "conn_state": ["SF", "S0", "-", "REJ"] * 150,
                "dns_query": [f"host{i}.example" if i % 4 == 0 else "-" for i in range(600)],
                "dns_qtype": [1, 0, 28, 12] * 150,
                "ssl_resumed": ["-", "T", "F"] * 200,
                "http_uri": [f"/q?{i // 2}" if i % 4 == 2 else "-" for i in range(600)],
                "http_status_code": ["-", "-", 200, 404] * 150,
                "http_response_body_len": ["-", "-", 0, 7] * 150,
                "label": [int(kind != "normal") for kind in kinds],
                "type": kinds,
            }
        )
    )
    found = drafted.description
    assert (found.label.column, found.label.normal) == ("type", "normal")
    assert set(found.columns.id) == {"src_ip", "src_port", "dst_ip"}
    assert set(found.columns.drop) == {"label"}
    assert {"proto", "service", "conn_state", "dns_query", "dns_qtype", "ssl_resumed"} <= set(found.columns.categorical)
    assert (found.read.missing, found.clean.missing) == (("", "-"), "median")
    encoded(found)


def test_header_lines_inside_and_a_wider_file(
    describe: Describe, tmp_path: Path, encoded: Callable[[Description], Dataset]
) -> None:
    wide = {"Flow ID": [f"a-{i}" for i in range(N)], "Src IP": ["h"] * N, "Src Port": [5] * N, "Dst IP": ["i"] * N}
    days = flows(Protocol=[6, 17, 0] * (N // 3), Timestamp=["20/02/2018 08:34:07"] * N)
    days["Byts/s"] = ["1", "NaN", "Infinity"] * (N // 3)
    describe({"1.csv": days, "2.csv": pd.concat([days, pd.DataFrame(wide)], axis=1), "3.csv": days})
    path = tmp_path / "lab/1.csv"
    header, _, rows = path.read_text().partition("\n")
    path.write_text(f"{header}\n{rows}{header}\n{rows}{header}\n")
    drafted = Drafted(draft(sorted(path.parent.iterdir())), tmp_path)
    found = drafted.description
    assert set(found.columns.id) == {*wide, "Timestamp"}
    assert set(found.columns.categorical) == {"proto", "Protocol"}
    assert found.clean.missing == "median"
    assert sum(encoded(found).found.rows.values()) == round(0.7 * 4 * N)


def test_netflow(describe: Describe, encoded: Callable[[Description], Dataset]) -> None:
    kinds = ["Benign", "DDoS", "Benign", "scanning"] * 75
    rng = np.random.default_rng(3)
    drafted = describe(
        flows(
            300,
            IPV4_SRC_ADDR=["1.1.1.1"] * 300,
            L4_SRC_PORT=rng.integers(1, 9999, 300),
            IPV4_DST_ADDR=["1.1.1.2"] * 300,
            L4_DST_PORT=rng.integers(1, 9999, 300),
            PROTOCOL=rng.choice([6, 17, 1], 300),
            L7_PROTO=rng.choice([7.178, 5.0, 91], 300),
            TCP_FLAGS=rng.choice([2, 19, 27, 31], 300),
            SECOND_BYTES=rng.choice([np.inf, 3.5, 4.5], 300),
            label=[int(kind != "Benign") for kind in kinds],
            Attack=kinds,
        )
    )
    found = drafted.description
    assert (found.label.column, found.label.normal, found.columns.drop) == ("Attack", "Benign", ("label",))
    assert set(found.columns.id) == {"IPV4_SRC_ADDR", "IPV4_DST_ADDR", "L4_SRC_PORT"}
    assert set(found.columns.categorical) == {"proto", "PROTOCOL", "L7_PROTO", "TCP_FLAGS"}
    encoded(found)


@pytest.mark.parametrize(
    ("pattern", "normal", "classes"),
    [
        ("unsw-nb15/*.csv", "Normal", 10),
        ("cic-ids2017/*.csv", "BENIGN", 4),
        ("nsl-kdd-variants/*.arff", "normal", 2),
        ("nsl-kdd/KDDTest*.txt", "normal", 37),
    ],
)
def test_real_files(
    tmp_path: Path, pattern: str, normal: str, classes: int, encoded: Callable[[Description], Dataset]
) -> None:
    paths = sorted(SHARED.glob(pattern))
    if not paths:
        pytest.skip(f"no {SHARED / pattern}")
    found = encoded(Drafted(draft(paths), tmp_path).description)
    assert (found.normal, len(found.classes)) == (normal, classes)
