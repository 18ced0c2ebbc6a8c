import gzip
import hashlib
import json
import signal
import ssl
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from aeflow.errors import InputError
from nids.base.files import whole
from nids.data import fetch as module
from nids.data.description import Files
from nids.data.fetch import fetch, fetch_all

CONTENT = b"0,tcp,http,SF\n" * 1000
SHA256 = hashlib.sha256(CONTENT).hexdigest()
NAME = "KDDTrain+.txt"
# The most that a mirror may send here.
MOST = 100_000


class _Mirror(BaseHTTPRequestHandler):
    """Serves CONTENT below /good; the other folders fail, each in its own way."""

    requests: list[str]
    stop: threading.Event

    def do_GET(self) -> None:
        self.requests.append(self.path)
        kind = self.path.split("/")[1]
        if self.path.split("/")[-1] != "KDDTrain%2B.txt" or kind == "missing":
            self.send_error(404)
            return
        if kind == "hangs":
            self.stop.wait(20)
            return
        if kind == "drips-early":
            self._endless(b"X-Header: 1\r\n"[:1], seconds=0.05)
            return
        if kind == "around":
            self.send_response(302)
            self.send_header("Location", self.path)
            self.end_headers()
            return
        fails_once = kind == "flaky" and self.requests.count(self.path) == 1
        bodies = {"corrupt": b"x" * len(CONTENT), "bomb": gzip.compress(bytes(10 * MOST)), "no-gzip": CONTENT}
        body = bodies.get(kind, CONTENT)
        self.send_response(200)
        if kind in ("bomb", "no-gzip"):
            self.send_header("Content-Encoding", "gzip")
        if kind not in ("endless", "drips"):
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if kind == "endless":
            self._endless(bytes(MOST))
        elif kind == "drips":
            self._endless(b"x", seconds=0.05)
        elif kind == "falls-silent":
            self.wfile.write(body[:100])
            self.stop.wait(20)
        else:
            self.wfile.write(body[: len(body) // 2] if kind == "truncated" or fails_once else body)

    def _endless(self, piece: bytes, seconds: float = 0) -> None:
        with suppress(OSError):
            while not self.stop.wait(seconds):
                self.wfile.write(piece)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def server() -> Iterator[ThreadingHTTPServer]:
    handler = type("Mirror", (_Mirror,), {"requests": [], "stop": threading.Event()})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        server.daemon_threads = True
        threading.Thread(target=partial(server.serve_forever, poll_interval=0.05), daemon=True).start()
        yield server
        handler.stop.set()  # type: ignore[attr-defined]
        server.shutdown()


@pytest.fixture(autouse=True)
def bound(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_BYTES", MOST)


def _fetch(server: ThreadingHTTPServer, target: Path, *kinds: str, attempts: int = 1) -> str:
    mirrors = [f"http://127.0.0.1:{server.server_port}/{kind}" for kind in kinds]
    return fetch(NAME, SHA256, folder=None, mirrors=mirrors, target=target, timeout=0.5, attempts=attempts)


def test_download(server: ThreadingHTTPServer, tmp_path: Path) -> None:
    target = tmp_path / "raw/train.txt"
    assert _fetch(server, target, "good").endswith("/good")
    assert target.read_bytes() == CONTENT
    assert list(target.parent.iterdir()) == [target]


@pytest.mark.parametrize(
    ("kind", "reason"),
    [
        ("corrupt", "wrong checksum"),
        ("truncated", "the connection broke off"),
        ("missing", "HTTP status 404"),
        ("hangs", "no answer in time"),
        ("falls-silent", "no answer in time"),
        ("no-gzip", "what it sends cannot be decompressed"),
        ("around", "it leads in a circle"),
        ("endless", "too large, more than 100000 bytes"),
        ("bomb", "too large, more than 100000 bytes"),
        ("drips", "too slow, not whole after 0.4 s"),
        ("drips-early", "too slow, not whole after 0.4 s"),
    ],
)
def test_a_failing_mirror_is_named_and_the_next_takes_over(
    server: ThreadingHTTPServer,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    kind: str,
    reason: str,
) -> None:
    if kind.startswith("drips"):
        monkeypatch.setattr(module, "MOST_SECONDS", 0.4)
    target = tmp_path / "train.txt"
    assert _fetch(server, target, kind, "good").endswith("/good")
    assert f"{NAME}: not from http://127.0.0.1:{server.server_port}/{kind}: {reason}" in capsys.readouterr().err
    assert target.read_bytes() == CONTENT
    assert [path.name for path in tmp_path.iterdir()] == ["train.txt"]


def test_without_another_mirror_it_is_one_line(server: ThreadingHTTPServer, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="HTTP status 404") as caught:
        _fetch(server, tmp_path / "alone.txt", "missing")
    assert "\n" not in str(caught.value)
    assert not list(tmp_path.iterdir())


def test_what_costs_too_much_is_not_tried_again(server: ThreadingHTTPServer, tmp_path: Path) -> None:
    with pytest.raises(InputError):
        _fetch(server, tmp_path / "train.txt", "endless", attempts=3)
    assert len(server.RequestHandlerClass.requests) == 1  # type: ignore[attr-defined]


def test_no_alarm_is_left(server: ThreadingHTTPServer, tmp_path: Path) -> None:
    before = signal.getsignal(signal.SIGALRM)
    _fetch(server, tmp_path / "train.txt", "missing", "good")
    assert signal.getsignal(signal.SIGALRM) == before
    assert signal.getitimer(signal.ITIMER_REAL) == (0, 0)


@pytest.mark.parametrize(
    ("mirror", "reason"),
    [
        ("http://127.0.0.1:1", "no connection"),
        ("http://no-such-host.invalid", "no connection"),
        ("ftp://127.0.0.1", "not the address of a mirror"),
        ("127.0.0.1/files", "not the address of a mirror"),
        ("http://[", "not the address of a mirror"),
    ],
)
def test_what_does_not_answer_is_named(tmp_path: Path, mirror: str, reason: str) -> None:
    with pytest.raises(InputError) as caught:
        fetch(NAME, SHA256, folder=None, mirrors=[mirror], target=tmp_path / "train.txt", timeout=0.5, attempts=1)
    assert f"({mirror}: {reason})" in str(caught.value)


def test_a_refused_certificate_is_named(server: ThreadingHTTPServer, tmp_path: Path) -> None:
    made = ("-keyout", "key.pem", "-out", "cert.pem", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1")
    subprocess.run(
        ["openssl", "req", "-x509", "-nodes", "-subj", "/CN=127.0.0.1", *made],
        cwd=tmp_path,
        check=True,
        capture_output=True,
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tmp_path / "cert.pem", tmp_path / "key.pem")
    server.socket = context.wrap_socket(server.socket, server_side=True)
    mirror = f"https://127.0.0.1:{server.server_port}/good"
    with pytest.raises(InputError, match="good: its certificate is refused"):
        fetch(NAME, SHA256, folder=None, mirrors=[mirror], target=tmp_path / "a", timeout=0.5, attempts=1)


def test_a_full_disk_is_not_the_mirrors_fault(
    server: ThreadingHTTPServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    @contextmanager
    def full(path: Path) -> Iterator[Path]:
        with whole(path) as temporary:
            temporary.symlink_to("/dev/full")
            yield temporary

    monkeypatch.setattr(module, "whole", full)
    with pytest.raises(OSError, match="No space left") as caught:
        _fetch(server, tmp_path / "train.txt", "good")
    assert caught.value.filename == str(tmp_path / "train.txt")
    assert list(tmp_path.iterdir()) == []


def test_no_message_has_a_password(
    server: ThreadingHTTPServer, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    mirrors = [f"http://user:pass%20word@127.0.0.1:{server.server_port}/{kind}" for kind in ("missing", "good")]
    settings = {"folder": None, "target": tmp_path / "train.txt", "timeout": 1, "attempts": 1}
    used = fetch(NAME, SHA256, mirrors=mirrors, **settings)  # type: ignore[arg-type]
    assert used == f"http://127.0.0.1:{server.server_port}/good"
    with pytest.raises(InputError) as caught:
        fetch(NAME, SHA256, mirrors=mirrors[:1], **settings)  # type: ignore[arg-type]
    said = capsys.readouterr().err + str(caught.value)
    assert "/missing: HTTP status 404" in said
    assert "user" not in said
    assert "pass" not in said


def test_a_failed_try_is_repeated(server: ThreadingHTTPServer, tmp_path: Path) -> None:
    _fetch(server, tmp_path / "train.txt", "flaky", attempts=2)
    assert (tmp_path / "train.txt").read_bytes() == CONTENT
    assert len(server.RequestHandlerClass.requests) == 2  # type: ignore[attr-defined]


def test_the_folder_comes_first_and_the_mirrors_after(
    server: ThreadingHTTPServer, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder, target = tmp_path / "official", tmp_path / "train.txt"
    folder.mkdir()
    mirrors = [f"http://127.0.0.1:{server.server_port}/good"]
    settings = {"folder": folder, "mirrors": mirrors, "target": target, "timeout": 1.5, "attempts": 1}
    assert fetch(NAME, SHA256, **settings) == mirrors[0]  # type: ignore[arg-type]
    assert f"not from {folder}: no such file" in capsys.readouterr().err
    (folder / NAME).write_bytes(CONTENT + b"x")
    assert fetch(NAME, SHA256, **settings) == mirrors[0]  # type: ignore[arg-type]
    assert f"not from {folder}: wrong checksum" in capsys.readouterr().err
    (folder / NAME).write_bytes(CONTENT)
    assert fetch(NAME, SHA256, **settings) == str(folder)  # type: ignore[arg-type]


def test_a_wrong_file_does_not_replace_a_right_one(tmp_path: Path) -> None:
    target = tmp_path / "train.txt"
    target.write_bytes(CONTENT)
    (tmp_path / NAME).write_bytes(b"other")
    with pytest.raises(InputError, match="no source has it"):
        fetch(NAME, SHA256, folder=tmp_path, mirrors=[], target=target, timeout=1, attempts=1)
    assert target.read_bytes() == CONTENT


def _files(**files: object) -> Files:
    return Files.model_validate_json(json.dumps(files))


def _fetch_all(files: Files, target: Path) -> dict[str, bytes]:
    fetch_all(files, target, timeout=0.5, attempts=1)
    return {path.relative_to(target).as_posix(): path.read_bytes() for path in target.rglob("*") if path.is_file()}


def test_each_set_has_a_folder(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A name is taken as it is, a pattern as in a shell; of one name there can be a file in each set."""
    folder = tmp_path / "official"
    (folder / "day.csv").mkdir(parents=True)
    for name in ("day1.csv", "day2.csv", "day10.csv", "other.csv", "day1.CSV"):
        (folder / name).write_bytes(name.encode())
    files = _files(
        folder=str(folder),
        train=["day[12].csv", {"name": "other.csv", "sha256": hashlib.sha256(b"other.csv").hexdigest()}],
        test="day1.csv",
        extra_tests={"later": {"name": "day10.csv"}},
    )
    assert _fetch_all(files, tmp_path / "raw") == {
        "train/day1.csv": b"day1.csv",
        "train/day2.csv": b"day2.csv",
        "train/other.csv": b"other.csv",
        "test/day1.csv": b"day1.csv",
        "later/day10.csv": b"day10.csv",
    }
    assert f"day2.csv: from {folder}\n" in capsys.readouterr().out
    found = _fetch_all(_files(folder=str(folder), data="day*.csv"), tmp_path / "all")
    assert set(found) == {"data/day1.csv", "data/day10.csv", "data/day2.csv"}


def test_a_folder_can_be_named_by_a_variable(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "flows").mkdir()
    (tmp_path / "flows/a.csv").write_bytes(CONTENT)
    monkeypatch.setenv("MY_FLOWS", str(tmp_path))
    files = _files(folder="$MY_FLOWS/flows", data="*.csv")
    assert _fetch_all(files, tmp_path / "raw") == {"data/a.csv": CONTENT}


@pytest.mark.parametrize(
    ("files", "message"),
    [
        ({"data": "*.txt"}, "{folder}: no file is called '*.txt'; correct files.folder or the pattern"),
        ({"data": ["a*.csv", "*1.csv"]}, "files.data: 'a1.csv' is matched by 'a*.csv' and '*1.csv'"),
        ({"data": ["a1.csv", "a1.csv"]}, "files.data: 'a1.csv' is matched by 'a1.csv' and 'a1.csv'"),
        ({"data": "*.csv", "folder": ""}, "*.csv: a pattern needs a folder, and files.folder '' names none; set it"),
        (
            {"data": "*.csv", "folder": "$NO_SUCH_FLOWS"},
            "*.csv: a pattern needs a folder, and files.folder '$NO_SUCH_FLOWS' names none; set it",
        ),
        (
            {"data": "b.csv"},
            "b.csv: no source has it ({folder}: no such file); set the variable that files.folder names to a folder",
        ),
        ({"data": "b.csv", "folder": "$NO_SUCH_FLOWS"}, "b.csv: no source has it (none is given); set the variable"),
        ({"data": "*.csv", "folder": "{folder}/a1.csv"}, "{folder}/a1.csv: no file is called '*.csv'; correct files."),
        ({"data": {"name": "a1.csv", "sha256": "0" * 64}}, "a1.csv: no source has it ({folder}: wrong checksum, "),
    ],
)
def test_files_that_are_not_there_are_told(tmp_path: Path, files: dict[str, str], message: str) -> None:
    folder = tmp_path / "official"
    folder.mkdir()
    (folder / "a1.csv").write_bytes(CONTENT)
    given = {"folder": str(folder), **files}
    given["folder"] = given["folder"].replace("{folder}", str(folder))
    with pytest.raises(InputError) as caught:
        _fetch_all(_files(**given), tmp_path / "raw")
    assert str(caught.value).startswith(message.replace("{folder}", str(folder)))
    assert str(caught.value).isprintable()


def test_a_file_without_a_checksum_is_taken_as_it_is(server: ThreadingHTTPServer, tmp_path: Path) -> None:
    mirror = f"http://127.0.0.1:{server.server_port}/corrupt"
    files = _files(mirrors=[mirror], data=NAME)
    assert _fetch_all(files, tmp_path) == {f"data/{NAME}": b"x" * len(CONTENT)}
