"""The team's cache on real servers, set up as docs/team.md says: S3 (SeaweedFS), SSH (OpenSSH), a shared directory."""

import json
import os
import pwd
import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Literal

import psutil
import pytest
from conftest import ROOT, run, succeed
from fsspec.implementations.local import LocalFileSystem
from fsspec.spec import AbstractFileSystem
from s3fs import S3FileSystem

Role = Literal["writer", "reader"]
# Set where the servers must be there, as in CI: a missing one then fails the tests instead of skipping them.
REQUIRED = "AEFLOW_TEAM_SERVERS"


def documented(heading: str, start: str) -> list[str]:
    """Return the indented lines below a heading of docs/team.md that begin with a match of ``start``."""
    text = (ROOT / "docs/team.md").read_text()
    part = re.search(rf"^## {heading}\n(.*?)(?=^## |\Z)", text, re.MULTILINE | re.DOTALL)
    assert part is not None, f"docs/team.md has no heading {heading}"
    lines = re.findall(rf"^    ((?:{start}).*)$", part.group(1), re.MULTILINE)
    assert lines, f"docs/team.md, {heading}: no line {start}"
    return lines


def replaced(line: str, words: dict[str, str]) -> str:
    """Return a line of docs/team.md with what it stands for here in the place of its capitals."""
    for word, meaning in words.items():
        line = line.replace(word, meaning)
    return line


def _program(name: str, install: str) -> str:
    """Return a server's program; where it is missing the tests are skipped, or fail if it is required."""
    path = shutil.which(name, path=os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"], "/usr/sbin"]))
    if path is None:
        message = f"no {name} is installed ({install})"
        if os.environ.get(REQUIRED):
            pytest.fail(message)
        pytest.skip(message)
    return path


def _free_ports(n: int) -> list[int]:
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(n)]
    ports = [of_socket.getsockname()[1] for of_socket in sockets]
    for of_socket in sockets:
        of_socket.close()
    return ports


def listening(pid: int) -> set[str]:
    """Return the addresses at which a process and its children take connections from elsewhere."""
    everyone = [psutil.Process(pid), *psutil.Process(pid).children(recursive=True)]
    return {one.laddr.ip for each in everyone for one in each.net_connections() if one.status == psutil.CONN_LISTEN}


class Remote:
    """A cache that a writer may change and a reader may not. ``files`` is the server's own view of it, at ``root``."""

    heading: str
    files: AbstractFileSystem
    root: str
    # So many files of 100 KB take so long that their push can be broken off in the middle.
    many = 60

    def words(self, role: Role) -> dict[str, str]:
        """What the capitals of docs/team.md stand for."""
        raise NotImplementedError

    def run(self, role: Role, folder: Path, *command: str, **variables: str) -> subprocess.CompletedProcess[str]:
        """Run a command in ``folder`` with the rights of ``role``, where the command's settings do not give them."""
        return run(folder, *command, **variables)

    def start(self) -> None:
        """Serve, with all that was there before ``die``."""

    def die(self, push: subprocess.Popen[str]) -> None:
        """Break off in the middle of a push."""

    def stop(self) -> None:
        """End, for good."""

    def write(self, path: str, content: bytes) -> None:
        """Put other bytes into a file of the cache, and let it look as before."""
        mode = self.files.info(path).get("mode")
        if mode:
            os.chmod(path, mode | 0o200)
        self.files.pipe_file(path, content)
        if mode:
            os.chmod(path, mode)

    def paths(self) -> list[str]:
        """Return the cache's files, but for what pushes that broke off left under temporary names."""
        self.files.invalidate_cache()
        return [path for path in self.files.find(self.root) if not path.endswith(".tmp")]

    def content(self) -> dict[str, bytes]:
        return {path: self.files.cat_file(path) for path in self.paths()}


class _Server(Remote):
    """A remote behind a process of ours."""

    process: subprocess.Popen[bytes]

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def _serve(self, command: list[str], answers: Callable[[], bool]) -> None:
        log = self.folder / "log"
        with log.open("ab") as output:
            self.process = subprocess.Popen(command, cwd=self.folder, stdout=output, stderr=output)
        deadline = time.monotonic() + 60
        while not answers():
            assert self.process.poll() is None, f"the server ended: {log.read_text()}"
            assert time.monotonic() < deadline, f"the server does not answer: {log.read_text()}"
            time.sleep(0.1)

    def die(self, push: subprocess.Popen[str]) -> None:
        self.stop()

    def stop(self) -> None:
        # sshd serves each connection in a process of its own.
        if self.process.poll() is not None:
            return
        for process in [*psutil.Process(self.process.pid).children(recursive=True), self.process]:
            with suppress(psutil.NoSuchProcess):
                process.kill()
                process.wait()


class S3(_Server):
    heading = "S3"
    root = "team/aeflow"

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.weed = _program("weed", "pip install -r requirements-dev.txt")
        self.ports = _free_ports(8)
        identities = replaced("\n".join(documented(self.heading, r"[{\] ]")), {"BUCKET": "team"})
        (folder / "s3.json").write_text(identities)
        self.keys = {found["name"]: found["credentials"][0] for found in json.loads(identities)["identities"]}
        self.url = f"http://127.0.0.1:{self.ports[0]}"
        self.files = S3FileSystem(
            key=self.keys["admin"]["accessKey"],
            secret=self.keys["admin"]["secretKey"],
            endpoint_url=self.url,
            skip_instance_cache=True,
        )

    def start(self) -> None:
        names = ["s3.port", "filer.port", "volume.port", "master.port"]
        names += [f"{name}.grpc" for name in names]
        (line,) = documented(self.heading, "weed server")
        _, *words = replaced(line, {"FOLDER": str(self.folder)}).split()
        self._serve(
            [self.weed, *words]
            + [f"-{name}={port}" for name, port in zip(names, self.ports, strict=True)]
            # What is not needed here, and would take ports of its own or wait for other servers.
            + ["-s3.port.iceberg=0", "-s3.port.lance=0", "-master.electionTimeout=1s"],
            self._answers,
        )

    def _answers(self) -> bool:
        try:
            self.files.makedirs("team", exist_ok=True)
        except OSError:
            return False
        return True

    def stop(self) -> None:
        super().stop()
        for port in self.ports:
            for left in Path("/tmp").glob(f"seaweedfs-*-{port}.sock"):
                left.unlink()

    def words(self, role: Role) -> dict[str, str]:
        key = self.keys[role]
        return {
            "BUCKET": "team",
            "https://S3-SERVER": self.url,
            "SECRET": key["secretKey"],
            "KEY": key["accessKey"],
        }


class SSH(_Server):
    heading = "SSH"
    files = LocalFileSystem()

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.sshd = _program("sshd", "apt-get install openssh-server")
        self.root = str(folder / "cache")
        self.port = _free_ports(1)[0]
        for name in ("host", "writer", "reader"):
            succeed(folder, "ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", name)
        public = {f"{role.upper()}'S-PUBLIC-KEY": (folder / f"{role}.pub").read_text() for role in ("writer", "reader")}
        keys = [replaced(line, public) for line in documented(self.heading, "restrict,")]
        (folder / "authorized_keys").write_text("".join(keys))
        settings = {
            "ListenAddress": f"127.0.0.1:{self.port}",
            "HostKey": folder / "host",
            "AuthorizedKeysFile": folder / "authorized_keys",
            "AuthenticationMethods": "publickey",
            "StrictModes": "no",  # the temporary folder's parents may be anyone's
            "PidFile": "none",
            "Subsystem": "sftp internal-sftp",
        }
        (folder / "sshd_config").write_text("".join(f"{name} {value}\n" for name, value in settings.items()))
        for line in documented(self.heading, "install "):
            succeed(folder, *replaced(line, self.words("writer")).split())

    def start(self) -> None:
        if os.geteuid() == 0:
            # sshd asks for this folder; Debian makes it when the service starts.
            Path("/run/sshd").mkdir(mode=0o755, exist_ok=True)
        self._serve([self.sshd, "-D", "-e", "-f", str(self.folder / "sshd_config")], self._answers)

    def _answers(self) -> bool:
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=1) as connection:
                return connection.recv(4) == b"SSH-"
        except OSError:
            return False

    def words(self, role: Role) -> dict[str, str]:
        return {
            "ACCOUNT": pwd.getpwuid(os.getuid()).pw_name,
            "HOST:PORT": f"127.0.0.1:{self.port}",
            "/srv/aeflow": self.root,
            "~/.ssh/team": str(self.folder / role),
        }


class Directory(Remote):
    heading = "A shared directory"
    files = LocalFileSystem()
    many = 400

    def __init__(self, folder: Path) -> None:
        self.root = str(folder / "cache")
        for line in documented(self.heading, "install "):
            words = self.words("writer") | {"WRITERS": str(os.getgid())}
            succeed(folder, *replaced(line, words).split())

    def run(self, role: Role, folder: Path, *command: str, **variables: str) -> subprocess.CompletedProcess[str]:
        if role == "writer":
            return run(folder, "sh", "-c", 'umask 002; exec "$@"', "sh", *command, **variables)
        # Without root's right to write all the same.
        as_others = ["setpriv", "--bounding-set=-dac_override"] if os.geteuid() == 0 else []
        succeed(folder, "chmod", "-R", "a-w", self.root)
        try:
            return run(folder, *as_others, *command, **variables)
        finally:
            succeed(folder, "chmod", "-R", "ug+w", self.root)

    def die(self, push: subprocess.Popen[str]) -> None:
        push.kill()

    def words(self, role: Role) -> dict[str, str]:
        return {"/mnt/team/aeflow": self.root}
