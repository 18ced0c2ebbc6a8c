"""Each description in datasets/ does what it says on small files of its layout, and on real files where they are."""

import json
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import numpy as np
import pandas as pd
import pytest
from conftest import ROOT
from layouts import FILES, write_small
from tools import schema

from aeflow.errors import InputError
from nids.base.yaml import read_yaml
from nids.data.account import account_lines
from nids.data.dataset import Dataset, in_memory, read_dataset, write_description
from nids.data.description import DataFile, Description, read_description
from nids.data.encode import encode
from nids.data.fetch import fetch_all
from nids.data.labels import type_of
from nids.data.records import read_records
from nids.data.sets import Answers, Training, read_answers, read_test, read_training

FOLDER = ROOT / "datasets"
RAW = Path("data/raw")
SHIPPED = sorted(path.stem for path in FOLDER.glob("*.yaml"))
# Addresses, ports, times, numbers of rows, second answers, and texts that give the answer away.
NO_FEATURES = {
    *("id", "Flow ID", "Source IP", "Source Port", "Destination IP", "Destination Port", "Timestamp", "Label", "label"),
    *("Src IP", "Src Port", "Dst IP", "Dst Port", "srcip", "sport", "dstip", "dsport", "Stime", "Ltime", "attack_cat"),
    *(
        "src_ip",
        "src_port",
        "dst_ip",
        "dst_port",
        "type",
        "dns_query",
        "http_uri",
        "http_user_agent",
        "attack",
        "Attack",
    ),
    *("IPV4_SRC_ADDR", "L4_SRC_PORT", "IPV4_DST_ADDR", "L4_DST_PORT", "DNS_QUERY_ID", "MIN_TTL", "MAX_TTL"),
}
UNSW_ROWS = {
    "Normal": 300, "Generic": 200, "Exploits": 160, "Fuzzers": 140, "DoS": 120, "Reconnaissance": 100, "Analysis": 40,
    "Backdoor": 36, "Shellcode": 32, "Worms": 12,
}  # fmt: skip
CIC_ROWS = {
    "BENIGN": 300, "DoS": 160, "PortScan": 120, "DDoS": 120, "BruteForce": 80, "WebAttack": 36, "Bot": 36,
    "Infiltration": 12, "Heartbleed": 11,
}  # fmt: skip


@dataclass(frozen=True)
class Expected:
    """rows: of each class, in the order of pages; features: how many there are; grown: the classes that get new rows;
    told: what the account has to say; held_out: what validation holds out.
    """

    rows: dict[str, int]
    features: int
    grown: set[str]
    told: tuple[str, ...]
    held_out: str = "rows"


CIC_TOLD = (
    "pcap_ISCX.csv: 211 rows: DoS 160, BENIGN 40, Heartbleed 11",
    "left out: 7 rows",
    "constant: Bwd PSH Flags, Fwd URG Flags, Bwd URG Flags, CWE Flag Count, Fwd Avg Bytes/Bulk",
)
EXPECTED = {
    "kdd99": Expected(
        {"Normal": 300, "Dos": 200, "Probe": 200, "R2L": 80, "U2R": 52},
        41 - 2,
        {"U2R"},
        (
            "data_10_percent.gz: 832 rows: Normal 300, Dos 200, Probe 200, R2L 80, U2R 52",
            "training rows equalled others and were dropped",
            "constant: num_outbound_cmds, is_host_login; dropped",
            "twins: ",
        ),
        "types",
    ),
    "unsw-nb15": Expected(
        {name: 2 * n for name, n in UNSW_ROWS.items()} | {"Normal": 2 * 300 + 60 + 53},
        42,
        {"Analysis", "Backdoor", "Shellcode"},
        (
            "train/UNSW_NB15_training-set.csv: 1,200 rows: Normal 360, ",
            "test/UNSW_NB15_testing-set.csv: 1,193 rows: Normal 353, ",
            "duplicates: 80 training rows",
            "conflicts: 40 training rows",
            "twins: 50 test rows",
            "column state: 3 test rows have a category that training lacks",
            "column sttl alone tells attacks from normal traffic (area under the ROC curve 1.000)",
        ),
    ),
    "unsw-nb15-82k": Expected(
        UNSW_ROWS | {"Normal": 360},
        42,
        {"Analysis", "Backdoor", "Shellcode"},
        ("set.csv: 1,200 rows: ", "duplicates: ", "conflicts: ", "twins: ", "column sttl alone tells attacks"),
    ),
    "unsw-nb15-raw": Expected(
        UNSW_ROWS,
        41,
        {"Analysis", "Backdoor", "Shellcode"},
        ("UNSW-NB15_1.csv: 285 rows: ", "UNSW-NB15_4.csv: 285 rows: ", "798 training rows, 342 test rows"),
        # Though one class has two spellings, which look like two types.
        "periods",
    ),
    "cic-ids2017": Expected(CIC_ROWS, 78 - 2 - 10, {"WebAttack", "Bot"}, CIC_TOLD, "types"),
    "cic-ids2017-flows": Expected(CIC_ROWS, 84 - 7 - 10, {"WebAttack", "Bot"}, CIC_TOLD, "types"),
    "cse-cic-ids2018": Expected(
        {"Benign": 300, "DDoS": 180, "DoS": 160, "BruteForce": 120, "Bot": 100, "Infiltration": 90, "WebAttack": 35},
        79 - 2 - 1,
        {"WebAttack"},
        (
            "Thuesday-20-02-2018_TrafficForML_CICFlowMeter.csv: 90 rows: DDoS 60, Benign 30",
            # Without two header lines.
            "Thursday-01-03-2018_TrafficForML_CICFlowMeter.csv: 70 rows: Infiltration 40, Benign 30",
            "constant: Bwd PSH Flags; dropped",
        ),
        "types",
    ),
    "ton-iot": Expected(
        {
            "normal": 200,
            **dict.fromkeys(("backdoor", "ddos", "dos", "injection", "password", "ransomware", "scanning", "xss"), 100),
            "mitm": 30,
        },
        44 - 4 - 7 - 1,
        {"mitm"},
        ("train_test_network.csv: 1,030 rows", "training rows equalled others and were dropped", "twins: "),
    ),
    "netflow-v2": Expected(
        {name.replace("Normal", "Benign"): n for name, n in UNSW_ROWS.items()},
        43 - 5 - 4,
        {"Analysis", "Backdoor", "Shellcode"},
        ("NF-UNSW-NB15-v2.csv: 1,140 rows: Benign 300, ",),
    ),
}


@dataclass(frozen=True)
class Ran:
    """What fetch and encode make of files; ``test`` are the features of the test rows."""

    dataset: Dataset
    account: dict[str, Any]
    training: Training
    test: np.ndarray
    answers: Answers

    @property
    def told(self) -> str:
        return "\n".join(account_lines(self.account))

    @property
    def classes(self) -> Counter[str]:
        """The rows of each class in all files."""
        return sum((Counter(of) for of in self.account["files"].values()), Counter())


def _run(description: Description, folder: Path) -> Ran:
    """Run the stages describe, fetch and encode in a folder."""
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        write_description(description)
        fetch_all(read_dataset().files, RAW, timeout=1.0, attempts=1)
        found, tests, account = encode(RAW, read_dataset().source)
        dataset = in_memory(description, found, tests)
        return Ran(dataset, account, read_training(dataset), read_test(), read_answers(dataset))


def _shipped(name: str, **files: object) -> Description:
    """Return a shipped description with other values in ``files``."""
    description = read_description(name, FOLDER)
    return description.model_copy(update={"files": description.files.model_copy(update=files)})


def _unchecked(name: str) -> Description:
    """Return a shipped description that takes small files for the real ones."""
    files = read_description(name, FOLDER).files
    return _shipped(
        name,
        **{
            key: tuple(file.model_copy(update={"rows": None, "sha256": None}) for file in getattr(files, key))
            for key in ("train", "test", "data")
        },
    )


@pytest.fixture(scope="session")
def ran(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Ran]:
    """Return a function that runs a shipped description, once, on the small files in the folder of its variable."""
    made: dict[str, Ran] = {}

    def run(name: str) -> Ran:
        if name not in made:
            description, folder = _unchecked(name), tmp_path_factory.mktemp(name)
            write_small(name, folder / "files")
            with pytest.MonkeyPatch.context() as patch:
                patch.setenv(description.files.folder.removeprefix("$"), str(folder / "files"))
                made[name] = _run(description, folder)
        return made[name]

    return run


def test_each_is_tried() -> None:
    assert set(EXPECTED) == set(FILES) == set(SHIPPED) - {"nsl-kdd", "demo"}


@pytest.mark.parametrize("name", EXPECTED)
def test_classes_and_features_are_those_of_the_description(name: str, ran: Callable[[str], Ran]) -> None:
    found, expected = ran(name), EXPECTED[name]
    assert found.classes == expected.rows
    assert found.dataset.shown == tuple(expected.rows)
    assert found.dataset.found.held_out == expected.held_out
    assert set(found.dataset.new_rows) == expected.grown
    features = set(found.training.encoder.features)
    assert len(features) == expected.features
    assert not features & NO_FEATURES
    assert found.account["telling"].keys() <= {"sttl"}


@pytest.mark.parametrize("name", EXPECTED)
def test_the_account_says_what_is_to_be_said(name: str, ran: Callable[[str], Ran]) -> None:
    told = ran(name).told
    assert [text for text in EXPECTED[name].told if text not in told] == []
    assert ran(name).account["identifiers"] == []


def test_categories_are_texts_whatever_they_look_like(ran: Callable[[str], Ran]) -> None:
    """ "-" is one, and a number is the same one however it is written."""
    assert ran("unsw-nb15").training.encoder.categories["service"] == ["-", "ftp", "http"]
    assert ran("cic-ids2017-flows").training.encoder.categories["Protocol"] == ["0", "17", "6"]
    assert ran("netflow-v2").training.encoder.categories["L7_PROTO"] == ["0", "5.119", "7"]
    assert ran("ton-iot").training.encoder.categories["http_trans_depth"] == ["-", "1"]


@pytest.mark.parametrize(
    ("name", "column", "missing"),
    [
        ("cic-ids2017", "Flow Bytes/s", 16),
        ("cic-ids2017", "Flow Packets/s", 16),
        ("cic-ids2017-flows", "Flow Bytes/s", 16),
        ("cse-cic-ids2018", "Flow Byts/s", 10),
        ("netflow-v2", "DST_TO_SRC_AVG_THROUGHPUT", 30),
    ],
)
def test_what_is_infinite_or_no_number_becomes_the_median_of_training(
    name: str, column: str, missing: int, ran: Callable[[str], Ran]
) -> None:
    found = ran(name)
    encoder = found.training.encoder
    at = encoder.names.index(column)
    values = np.append(found.training.features[:, at], found.test[:, at]) * encoder.scale[at] + encoder.mean[at]
    # A number drawn from a thousand comes once or twice; the median comes for each cell besides.
    whole, counts = np.unique(values.round(6), return_counts=True)
    assert missing <= counts.max() < missing + 8
    assert abs(whole[counts.argmax()] - np.median(found.training.records[column])) < 1
    assert values.max() < 1000


def test_empty_cells_get_the_value_of_the_description(ran: Callable[[str], Ran]) -> None:
    records = ran("unsw-nb15-raw").training.records
    assert {name: set(records[name]) for name in ("ct_ftp_cmd", "is_ftp_login", "ct_flw_http_mthd")} == {
        "ct_ftp_cmd": {0, 4},
        "is_ftp_login": {0, 1},
        "ct_flw_http_mthd": {0, 1},
    }


def test_minus_one_stays_where_it_tells_something(ran: Callable[[str], Ran]) -> None:
    records = ran("cic-ids2017").training.records
    assert set(records["Init_Win_bytes_forward"]) == {-1, 8192}
    assert records["Flow IAT Min"].min() == -12


def test_the_test_is_what_comes_last_in_time(tmp_path: Path, ran: Callable[[str], Ran]) -> None:
    """By another way than the reader: of the lines in the order of their times the last 30 %."""
    write_small("unsw-nb15-raw", tmp_path)
    names = list(_unchecked("unsw-nb15-raw").read.names)
    frames = [pd.read_csv(path, names=names, dtype=str, encoding="utf-8-sig") for path in sorted(tmp_path.iterdir())]
    last = pd.concat(frames).sort_values("Stime", kind="stable")["attack_cat"][-342:].fillna("Normal").str.strip()
    assert Counter(ran("unsw-nb15-raw").answers.types) == Counter(last)


def test_attacks_that_did_not_get_through_and_their_dashes(ran: Callable[[str], Ran]) -> None:
    types = ran("cic-ids2017").dataset.found.classes
    assert types["DoS"] == ("DoS GoldenEye", "DoS Hulk", "DoS Slowhttptest", "DoS slowloris")
    web = ("Web Attack - Brute Force", "Web Attack - Sql Injection", "Web Attack - XSS")
    assert types["WebAttack"] == ran("cic-ids2017-flows").dataset.found.classes["WebAttack"] == web


@pytest.mark.parametrize("dash", ["\u2013", "\u2014"])
@pytest.mark.parametrize("written", ["utf-8", "cp1252"])
@pytest.mark.parametrize("read", ["utf-8", "cp1252", "latin-1"])
def test_a_dash_is_one_however_it_was_written_and_read(dash: str, written: str, read: str) -> None:
    once = dash.encode(written).decode(read, "replace")
    assert type_of(f"Web Attack {once} XSS") == "Web Attack - XSS"
    # Saved as it was read, and read as Windows would.
    if written == "cp1252":
        assert type_of(f" Web  Attack {once.encode().decode('cp1252', 'replace')} XSS ") == "Web Attack - XSS"


def test_the_archive_is_read_as_its_files_are(tmp_path: Path) -> None:
    write_small("cic-ids2017", tmp_path)
    paths = sorted(tmp_path.glob("Friday-*"))
    with ZipFile(tmp_path / "MachineLearningCSV.zip", "w") as archive:
        for path in paths:
            archive.write(path, f"MachineLearningCVE/{path.name}")
    description = read_description("cic-ids2017", FOLDER)
    files, archived = (
        read_records({"data": of}, description)["data"] for of in (paths, [tmp_path / "MachineLearningCSV.zip"])
    )
    pd.testing.assert_frame_equal(files.frame, archived.frame)
    assert files.types.tolist() == archived.types.tolist()


def test_swapped_names_are_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files = read_description("unsw-nb15", FOLDER).files
    assert [(file.name, file.rows) for file in (*files.train, *files.test)] == [
        ("UNSW_NB15_training-set.csv", 175_341),
        ("UNSW_NB15_testing-set.csv", 82_332),
    ]
    write_small("unsw-nb15", tmp_path / "files")
    monkeypatch.setenv("UNSW_NB15_DIR", str(tmp_path / "files"))
    # The small files have 1,200 and 1,193 rows.
    swapped = {
        key: (getattr(files, key)[0].model_copy(update={"rows": n}),) for key, n in (("train", 1193), ("test", 1200))
    }
    with pytest.raises(InputError, match=r"training-set.csv: 1,200 rows, and files.train says 1,193; .* names swapped"):
        _run(_shipped("unsw-nb15", **swapped), tmp_path)


@pytest.fixture(scope="session")
def real(nsl_kdd: Path) -> Callable[[str], Path]:
    """Return a function that gives a folder beside that of NSL-KDD; tests that need one are skipped without it."""

    def folder(name: str) -> Path:
        if not (nsl_kdd.parent / name).is_dir():
            pytest.skip(f"there is no {name} beside NSL_KDD_DIR")
        return nsl_kdd.parent / name

    return folder


def test_the_real_82k_rows(real: Callable[[str], Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("UNSW_NB15_DIR", str(real("unsw-nb15")))
    found = _run(read_description("unsw-nb15-82k", FOLDER), tmp_path)
    assert found.classes == {
        "Normal": 37000, "Generic": 18871, "Exploits": 11132, "Fuzzers": 6062, "DoS": 4089, "Reconnaissance": 3496,
        "Analysis": 677, "Backdoor": 583, "Shellcode": 378, "Worms": 44,
    }  # fmt: skip
    assert len(found.training.encoder.features) == 42
    assert found.dataset.new_rows.keys() == {"Analysis", "Backdoor", "Shellcode", "Worms"}
    assert found.dataset.kept_rows.keys() == {"Normal", "Generic", "Exploits"}
    assert "duplicates: 18,287 training rows (31.7%)" in found.told
    assert "conflicts: 6,139 training rows (10.7%)" in found.told
    assert {"is_ftp_login", "sttl"} <= set(found.training.encoder.features)


def test_a_real_swapped_copy_is_told(
    real: Callable[[str], Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "files"
    folder.mkdir()
    for name, copy in {"training-set": "training-set", "testing-set": "testing-set.head"}.items():
        (folder / f"UNSW_NB15_{name}.csv").symlink_to(real("unsw-nb15") / f"UNSW_NB15_{copy}.csv")
    monkeypatch.setenv("UNSW_NB15_DIR", str(folder))
    with pytest.raises(InputError, match=r"82,332 rows, and files.train says 175,341; .* names swapped"):
        _run(read_description("unsw-nb15", FOLDER), tmp_path)


def test_real_pieces_of_cic_ids2017(
    real: Callable[[str], Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As the description says, but for the classes of which the pieces have no row."""
    monkeypatch.setenv("CIC_IDS2017_DIR", str(real("cic-ids2017")))
    pieces = tuple(DataFile(name=name) for name in ("m1.csv", "th1.csv", "f1.csv"))
    description = _shipped("cic-ids2017", data=pieces)
    classes = {"BENIGN": ("BENIGN",), "WebAttack": ("Web Attack*",)}
    label = description.label.model_copy(update={"classes": classes})
    found = _run(description.model_copy(update={"label": label}), tmp_path)
    assert found.classes == {"BENIGN": 2997, "WebAttack": 7}
    assert found.dataset.found.classes["WebAttack"] == (
        "Web Attack - Brute Force",
        "Web Attack - Sql Injection",
        "Web Attack - XSS",
    )
    assert {"Bwd PSH Flags", "Bwd Avg Bulk Rate"} <= set(found.account["dropped"]["columns"])
    assert not set(found.training.encoder.features) & (NO_FEATURES | {"Fwd Header Length.1"})


def test_real_pieces_of_the_flows(real: Callable[[str], Path]) -> None:
    """No piece has normal traffic, so that they are read and not split."""
    description = read_description("cic-ids2017-flows", FOLDER)
    paths = [real("cic-ids2017") / f"flows_{name}.csv" for name in ("ddos", "portscan", "sqli", "xss")]
    records = read_records({"data": paths}, description)["data"]
    assert Counter(records.types) == {
        "DDoS": 1000,
        "PortScan": 1000,
        "Web Attack - Sql Injection": 21,
        "Web Attack - XSS": 652,
    }
    assert records.frame.shape == (2673, 84 - 7)
    assert sorted(records.frame["Protocol"].unique()) == ["0", "6"]


def test_a_real_arff_file(real: Callable[[str], Path], tmp_path: Path) -> None:
    """NSL-KDD in ARFF: names by its head, and the two types normal and anomaly."""
    description = Description.model_validate_json(
        json.dumps(
            {
                "name": "NSL-KDD in ARFF",
                "files": {"folder": str(real("nsl-kdd-variants")), "data": "KDDTest+.arff"},
                "columns": {"categorical": ["protocol_type", "service", "flag"]},
                "label": {"column": "class", "normal": "normal"},
            }
        )
    )
    found = _run(description, tmp_path)
    assert found.classes == {"normal": 9711, "anomaly": 22544 - 9711}
    nsl_kdd = read_description("nsl-kdd", FOLDER)
    assert tuple(found.training.encoder.features) == nsl_kdd.read.names[:41]


def test_the_schema_is_that_of_the_model() -> None:
    assert (FOLDER / "schema.json").read_text(encoding="utf-8") == schema.text(), "run `make schema`"


def test_the_schema_explains_every_key() -> None:
    found = schema.schema()
    sections = {"": found, **found["$defs"]}
    unexplained = [
        (name, key)
        for name, section in sections.items()
        for key, of in section["properties"].items()
        if not (of.get("description") or sections[of["$ref"].split("/")[-1]].get("description"))
    ]
    assert unexplained == []


@pytest.mark.parametrize("name", SHIPPED)
def test_editors_find_the_schema_and_no_fault(name: str) -> None:
    jsonschema = pytest.importorskip("jsonschema")
    path = FOLDER / f"{name}.yaml"
    assert path.read_text(encoding="utf-8").startswith("# yaml-language-server: $schema=schema.json\n")
    validator = jsonschema.Draft202012Validator(schema.schema())
    content = read_yaml(path)
    assert [error.message for error in validator.iter_errors(content)] == []
    assert list(validator.iter_errors(content | {"lable": {}}))
    assert list(validator.iter_errors(content | {"files": content["files"] | {"data": 5}}))
