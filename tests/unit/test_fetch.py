import hashlib
import threading
from collections.abc import Iterator
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from aeflow.errors import InputError
from nids.data.fetch import fetch

CONTENT = b"0,tcp,http,SF\n" * 1000
SHA256 = hashlib.sha256(CONTENT).hexdigest()
NAME = "KDDTrain+.txt"


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
        fails_once = kind == "flaky" and self.requests.count(self.path) == 1
        self.send_response(200)
        self.send_header("Content-Length", str(len(CONTENT)))
        self.end_headers()
        body = b"x" * len(CONTENT) if kind == "corrupt" else CONTENT
        self.wfile.write(body[: len(body) // 2] if kind == "truncated" or fails_once else body)

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
        ("truncated", "no connection, or it broke off"),
        ("missing", "HTTP status 404"),
        ("hangs", "no answer in time"),
    ],
)
def test_a_failing_mirror_is_named_and_the_next_takes_over(
    server: ThreadingHTTPServer, tmp_path: Path, capsys: pytest.CaptureFixture[str], kind: str, reason: str
) -> None:
    target = tmp_path / "train.txt"
    assert _fetch(server, target, kind, "good").endswith("/good")
    assert f"{NAME}: not from http://127.0.0.1:{server.server_port}/{kind}: {reason}" in capsys.readouterr().err
    assert target.read_bytes() == CONTENT

    with pytest.raises(InputError, match=reason) as caught:
        _fetch(server, tmp_path / "alone.txt", kind)
    assert "\n" not in str(caught.value)
    assert [path.name for path in tmp_path.iterdir()] == ["train.txt"]


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
    assert f"not from {folder}: checksum" in capsys.readouterr().err
    (folder / NAME).write_bytes(CONTENT)
    assert fetch(NAME, SHA256, **settings) == str(folder)  # type: ignore[arg-type]


def test_a_wrong_file_does_not_replace_a_right_one(tmp_path: Path) -> None:
    target = tmp_path / "train.txt"
    target.write_bytes(CONTENT)
    (tmp_path / NAME).write_bytes(b"other")
    with pytest.raises(InputError, match="no source has it"):
        fetch(NAME, SHA256, folder=tmp_path, mirrors=[], target=target, timeout=1, attempts=1)
    assert target.read_bytes() == CONTENT
