"""What docs/team.md promises, on each kind of remote: A computes and pushes, B may only read, C is new."""

import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import STAGE, UP_TO_DATE, run, succeed
from remotes import S3, SSH, Directory, Remote, Role, documented, listening, replaced
from stub import PATHS, VALIDATE, after

from nids.base.yaml import read_yaml

EXPERIMENT = ["-S", "ae_flow.latent_dim=3", VALIDATE]
PULL = ["python", "-m", "tools.pull"]
FOLDER = "data/encoded"


@pytest.fixture(scope="module")
def computed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A's repository with the results of both pipelines, committed."""
    return after(tmp_path_factory.mktemp("computed") / "aeflow", "--all-pipelines")


@pytest.fixture(scope="class")
def remote(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Remote]:
    found: Remote = request.cls.kind(tmp_path_factory.mktemp("remote"))
    try:
        found.start()
        yield found
    finally:
        found.stop()


def set_up(folder: Path, remote: Remote, role: Role) -> None:
    """Give the commands of docs/team.md that are for each person, and the writer also those that are for one."""
    for line in documented(remote.heading, "dvc remote"):
        if "--local" in line or role == "writer":
            succeed(folder, *replaced(line, remote.words(role)).split())


@pytest.fixture(scope="class")
def writer(computed: Path, remote: Remote, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A's repository after the pushes; beside it origin.git, from which others clone."""
    folder = Path(shutil.copytree(computed, tmp_path_factory.mktemp("team") / "A"))
    set_up(folder, remote, "writer")
    succeed(folder, "git", "commit", "--quiet", "--message", "The team's cache", ".dvc/config")
    succeed(folder, "git", "clone", "--quiet", "--bare", ".", "../origin.git")
    succeed(folder, "git", "remote", "add", "origin", "../origin.git")
    succeed(folder, "dvc", "exp", "run", "--temp", "--name", "three", *EXPERIMENT)
    pushes = documented("Share and take over", "dvc (?:exp )?push")
    assert len(pushes) == 2
    for line in pushes:
        done = remote.run("writer", folder, *replaced(line, {"NAME": "three"}).split())
        assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture(scope="class")
def b(writer: Path, remote: Remote) -> Path:
    """B's repository, with the rights of a reader."""
    succeed(writer.parent, "git", "clone", "--quiet", "origin.git", "B")
    set_up(writer.parent / "B", remote, "reader")
    return writer.parent / "B"


@pytest.fixture
def c(b: Path, tmp_path: Path) -> Path:
    """A new repository with the rights of a reader."""
    succeed(tmp_path, "git", "clone", "--quiet", str(b.parent / "origin.git"), "C")
    if (b / ".dvc/config.local").exists():
        shutil.copy(b / ".dvc/config.local", tmp_path / "C/.dvc")
    return tmp_path / "C"


def stored(remote: Remote, md5: str) -> str:
    """Return where the cache has an object."""
    return f"{remote.root}/files/md5/{md5[:2]}/{md5[2:]}"


def listing(writer: Path) -> str:
    """Return the hash of the folder's listing."""
    (output,) = read_yaml(writer / "dvc.lock")["stages"]["encode"]["outs"]
    assert output["path"] == FOLDER
    return str(output["md5"])


def mend(writer: Path, remote: Remote, *objects: str) -> None:
    """What docs/team.md says of objects that are not as they were."""
    for md5 in objects:
        remote.files.rm_file(stored(remote, md5))
    done = remote.run("writer", writer, "dvc", "push")
    assert done.returncode == 0, done.stderr


class Team:
    """One kind of remote; a class for each, so that several can be tested at a time."""

    kind: type[Remote]

    def test_b_pulls_and_has_nothing_to_run(self, b: Path, remote: Remote) -> None:
        done = remote.run("reader", b, *PULL, **PATHS)
        assert done.returncode == 0, done.stderr
        output = succeed(b, "dvc", "repro", "--all-pipelines")
        assert UP_TO_DATE in output
        assert STAGE.findall(output) == []

    def test_c_gets_an_experiment_that_a_ran(self, c: Path, remote: Remote) -> None:
        done = remote.run("reader", c, "dvc", "exp", "run", "--pull", *EXPERIMENT)
        assert done.returncode == 0, done.stderr
        assert STAGE.findall(done.stdout) == []
        assert f"Stage '{VALIDATE}' is cached - skipping run" in done.stdout

    def test_a_reader_cannot_push(self, b: Path, remote: Remote) -> None:
        before = remote.content()
        (b / "file").write_text("new")
        succeed(b, "dvc", "add", "file")
        done = remote.run("reader", b, "dvc", "push", "file")
        assert done.returncode != 0
        assert "Access Denied" in done.stderr or "Permission denied" in done.stderr
        assert remote.content() == before

    def test_a_tampered_file_is_refused_and_named(self, writer: Path, c: Path, remote: Remote) -> None:
        before = remote.content()
        path = f"{FOLDER}/encoder.json"
        content = (writer / path).read_bytes()
        md5 = hashlib.md5(content).hexdigest()
        remote.write(stored(remote, md5), content.replace(b"tcp", b"udp"))
        done = remote.run("reader", c, *PULL, **PATHS)
        assert done.returncode != 0
        assert f"Checkout failed for following targets:\n{FOLDER}\n" in done.stderr
        assert not (c / path).exists()
        status = json.loads(succeed(c, "dvc", "data", "status", "--granular", "--json"))
        assert status["not_in_cache"] == [path]
        # Nothing is lost: what could not be pulled is computed, to the same bytes.
        assert STAGE.findall(succeed(c, "dvc", "repro")) == ["encode"]
        assert (c / path).read_bytes() == content
        assert f"{md5}  encoder.json" in succeed(writer, "dvc", "list", "--show-hash", ".", FOLDER)
        mend(writer, remote, md5, listing(writer))
        assert remote.content() == before

    def test_a_forged_listing_is_refused_and_named(self, writer: Path, c: Path, remote: Remote) -> None:
        """DVC by itself would put the file beside the repository."""
        before = remote.content()
        md5 = listing(writer)
        forged = before[stored(remote, md5)].replace(b'"encoder.json"', b'"../../../planted"')
        remote.write(stored(remote, md5), forged)
        done = remote.run("reader", c, *PULL, **PATHS)
        assert done.returncode == 1
        assert done.stderr.startswith(f"error: {FOLDER}: the team's cache has no listing of the files")
        assert done.stderr.count("\n") == 1
        assert not (c.parent / "planted").exists()
        assert not (c / "data/raw").exists()
        mend(writer, remote, md5)
        assert remote.content() == before

    def test_a_push_that_broke_off_completes(self, writer: Path, remote: Remote) -> None:
        before = remote.content()
        files = {f"{i}": os.urandom(100_000) for i in range(remote.many)}
        (writer / "many").mkdir()
        for name, content in files.items():
            (writer / "many" / name).write_bytes(content)
        succeed(writer, "dvc", "add", "many")
        command = [str(Path(sys.executable).parent / "dvc"), "push", "--jobs", "1", "many"]
        # The client of S3 would try each file five times, for seven seconds.
        environment = {**os.environ, "AWS_MAX_ATTEMPTS": "1"}
        with subprocess.Popen(command, cwd=writer, env=environment, stderr=subprocess.PIPE, text=True) as push:
            deadline = time.monotonic() + 60
            while len(remote.paths()) == len(before):
                assert push.poll() is None, push.communicate()[1]
                assert time.monotonic() < deadline
            remote.die(push)
            push.communicate()
        assert push.returncode != 0
        remote.start()
        assert len(before) < len(remote.paths()) < len(before) + len(files)

        succeed(writer, "dvc", "push", "many")
        after = remote.content()
        assert {path: after[path] for path in before} == before
        new = [after[path] for path in set(after) - set(before) if not path.endswith(".dir")]
        assert sorted(new) == sorted(files.values())


class TestS3(Team):
    kind = S3

    def test_the_server_listens_on_this_machine_alone(self, remote: S3) -> None:
        assert listening(remote.process.pid) == {"127.0.0.1"}


class TestSSH(Team):
    kind = SSH


class TestDirectory(Team):
    kind = Directory

    def test_a_target_needs_its_own_listings_alone(self, writer: Path, c: Path, remote: Remote) -> None:
        """Those of others may never have been pushed."""
        outputs = {out["path"]: out["md5"] for out in read_yaml(writer / "dvc.lock")["stages"]["fetch"]["outs"]}
        remote.files.rm_file(stored(remote, outputs["data/raw"]))
        done = remote.run("reader", c, *PULL, "encode", **PATHS)
        assert done.returncode == 0, done.stderr
        assert (c / FOLDER / "encoder.json").is_file()
        for more in ([], ["--with-deps", "encode"]):
            done = remote.run("reader", c, *PULL, *more, **PATHS)
            assert done.returncode == 1
            assert done.stderr.startswith("error: data/raw: the team's cache has no listing of the files")
        mend(writer, remote)

    @pytest.mark.parametrize(
        ("arguments", "message"),
        [
            (["nothing"], "error: 'nothing' does not exist as an output or a stage name in 'dvc.yaml'\n"),
            (["--all-branches"], "error: only the listings of one commit can be checked: "),
            (["--remote", "none"], "error: config file error: remote 'none' doesn't exist\n"),
        ],
    )
    def test_what_cannot_be_pulled_is_one_line(self, c: Path, arguments: list[str], message: str) -> None:
        done = run(c, *PULL, *arguments, **PATHS)
        assert done.returncode == 1
        assert done.stderr.startswith(message)
        assert done.stderr.count("\n") == 1


def test_one_cache_for_all_on_a_machine(computed: Path, tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    cache.mkdir(mode=0o2775)
    for name, ran in (("A", ["fetch", "encode"]), ("B", [])):
        succeed(tmp_path, "git", "clone", "--quiet", str(computed), name)
        for line in documented("One cache for all on a machine", "dvc "):
            succeed(tmp_path / name, *replaced(line, {"/srv/aeflow-cache": str(cache)}).split())
        assert STAGE.findall(succeed(tmp_path / name, "dvc", "repro")) == ran
    folders = [path for path in cache.rglob("*") if path.is_dir()]
    assert len(folders) > 5
    assert all(path.stat().st_mode & 0o2070 == 0o2070 for path in folders)


def test_what_dvc_notes_lies_in_a_private_folder(computed: Path, tmp_path: Path) -> None:
    """Whoever may write there runs code as the one who calls DVC next."""
    home = {"HOME": str(tmp_path)}
    for line in documented("First of all, a folder of your own", "mkdir|dvc config"):
        succeed(tmp_path, "sh", "-c", line, **home)
    succeed(computed, "dvc", "status", **home)
    ask = "from dvc.repo import Repo; print(Repo().site_cache_dir)"
    used = Path(succeed(computed, "python", "-c", ask, **home).strip())
    assert used.is_relative_to(tmp_path / ".dvc-site")
    assert list(used.iterdir())
    assert (tmp_path / ".dvc-site").stat().st_mode & 0o077 == 0


def test_another_user_cannot_write_where_dvc_notes(computed: Path, tmp_path: Path) -> None:
    if os.geteuid() != 0:
        pytest.skip("another user's processes need root")
    home = Path(tempfile.mkdtemp(dir="/var/tmp"))  # others may pass through it, as through a home
    try:
        home.chmod(0o755)
        for line in documented("First of all, a folder of your own", "mkdir|dvc config"):
            succeed(home, "sh", "-c", line, HOME=str(home))
        succeed(computed, "dvc", "status", HOME=str(home))
        plant = ["setpriv", "--reuid=65534", "--clear-groups", "touch", str(home / ".dvc-site/repo/planted")]
        assert "Permission denied" in run(tmp_path, *plant).stderr
        (home / ".dvc-site").chmod(0o755)  # as DVC makes it by itself
        assert run(tmp_path, *plant).returncode == 0
    finally:
        shutil.rmtree(home)
