"""Programs as forks of processes that have imported what would take each of them seconds, and nothing of the project.

A folder with a ``python`` and a ``dvc`` of its own comes first on the path. They have DVC, ``python -m tools.NAME`` and
the scripts of stages run in forks, and become the real ones for all else. A fork gets the signals of the process that
asked for it, and ends with it.
"""

import atexit
import gc
import importlib
import inspect
import json
import os
import re
import runpy
import shutil
import signal
import socket
import sys
import threading
import traceback
from contextlib import suppress
from pathlib import Path
from typing import NoReturn

IMPORTS = {
    "commands": (
        *("celery.bootsteps", "celery.canvas", "dulwich.gc", "dulwich.porcelain", "dulwich.server", "dvc._debug"),
        *("dvc.cachemgr", "dvc.cli.parser", "dvc.commands.experiments", "dvc.data_cloud", "dvc.repo.artifacts"),
        *("dvc.repo.datasets", "dvc.repo.experiments.queue.celery", "dvc.repo.experiments.run", "dvc.repo.graph"),
        *("dvc.repo.plots", "dvc.repo.trie", "dvc.stage", "dvc.utils.hydra", "dvc.utils.strictyaml"),
        *("dvc_s3", "dvc_ssh", "dvc_task.proc.process", "hydra.compose", "kombu.message", "matplotlib.pyplot"),
        *("networkx", "omegaconf", "pandas", "platformdirs.unix", "pydantic", "pygit2", "rich.table", "ruamel.yaml"),
        *("s3fs", "scmrepo.fs", "sshfs", "tabulate", "tqdm"),
    ),
    "stages": (
        *("imblearn.over_sampling", "matplotlib.pyplot", "pandas", "pyarrow.parquet", "pydantic", "pytorch_lightning"),
        *("ruamel.yaml", "scipy.stats", "skops.io", "sklearn.cluster", "sklearn.ensemble", "sklearn.linear_model"),
        *("sklearn.metrics", "sklearn.neighbors", "sklearn.tree", "xgboost"),
    ),
}
SECONDS = 2.0
ASK = """\
#!{python} -ISs
import json, os, re, signal, socket, sys

{rights}
arguments, name = {before!r} + sys.argv[1:], ""
if arguments[:1] == ["-m"] and re.match(r"dvc$|tools\\.", "".join(arguments[1:2])):
    name = "commands"
elif "".join(arguments[:1]).endswith("/dvc/__main__.py"):  # as DVC starts itself
    name = "commands"
elif "".join(arguments[:1]).endswith(".py") and {pins!r}.items() <= os.environ.items():
    name = "stages"
if name and rights() == {mine!r}:
    with socket.socket(socket.AF_UNIX) as server:
        if server.connect_ex(os.path.join({folder!r}, name)) == 0:
            request = json.dumps([os.getcwd(), arguments, dict(os.environ)]).encode()
            socket.send_fds(server, [len(request).to_bytes(4)], [0, 1, 2])
            server.sendall(request)
            for number in (signal.SIGINT, signal.SIGTERM):
                signal.signal(number, lambda number, _: server.send(bytes([number])))
            code = server.recv(1)
            sys.exit(code[0] if code else "the fork was killed")
os.execv({python!r}, [{python!r}, *arguments])
"""


def rights() -> list[str]:
    """Return what a fork has of its parent: a process that was given others has to be one of its own."""
    with open("/proc/self/status") as file:
        status = re.findall(r"^(?:Umask|Uid|Gid|Groups|CapBnd|Cpus_allowed):.*", file.read(), re.M)
    return [os.readlink("/proc/self/ns/uts"), *status]


def start(folder: Path, name: str, pins: dict[str, str], client: int) -> None:
    """Write ``python`` and ``dvc`` into ``bin`` of the folder, and leave a process that serves them.

    What the forks start with ``sys.executable`` are forks too.
    name: of `IMPORTS`. client: a process; when it has ended, nobody is served any more.
    pins: the variables with which stages run; this process has them too.
    """
    gc.disable()  # as in conftest.py
    for module in IMPORTS[name]:
        importlib.import_module(module)
    (folder / "bin").mkdir(exist_ok=True)
    server = socket.socket(socket.AF_UNIX)
    server.bind(str(folder / name))
    server.listen()
    words = {"python": sys.executable, "pins": pins, "folder": str(folder), "mine": rights()}
    for program, before in (("python", []), ("dvc", ["-m", "dvc"])):
        written = folder / f"{program}.{name}"
        written.write_text(ASK.format(rights=inspect.getsource(rights), before=before, **words))
        written.chmod(0o755)
        written.rename(folder / "bin" / program)
    if os.fork() == 0:
        sys.executable = str(folder / "bin/python")
        _point(os.open(os.devnull, os.O_RDWR), 0, 1, 2)
        _serve(server, client)
        shutil.rmtree(folder, ignore_errors=True)


def _serve(server: socket.socket, client: int) -> None:
    server.settimeout(SECONDS)
    gc.freeze()
    gc.enable()
    while Path(f"/proc/{client}").exists():
        with suppress(ChildProcessError):
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass
        try:
            connection, _ = server.accept()
        except TimeoutError:
            continue
        if os.fork() == 0:
            server.close()
            connection.setblocking(True)
            _answer(connection)
        connection.close()


def _answer(connection: socket.socket) -> NoReturn:
    """Run what is asked for, and tell its exit code."""
    size, fds, *_ = socket.recv_fds(connection, 4, 3)
    folder, arguments, variables = json.loads(connection.recv(int.from_bytes(size), socket.MSG_WAITALL))
    for stream, fd in enumerate(fds):
        _point(fd, stream)
    threading.Thread(target=_pass_on, args=(connection,), daemon=True).start()
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(variables)
    code = 0
    try:
        _run(*arguments)
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else int(bool(end.code))
        if isinstance(end.code, str):
            print(end.code, file=sys.stderr)
    except BaseException:
        traceback.print_exc()
        code = 1
    threading._shutdown()  # type: ignore[attr-defined]
    atexit._run_exitfuncs()
    sys.stdout.flush()
    connection.send(bytes([code]))
    os._exit(code)


def _pass_on(connection: socket.socket) -> None:
    """Give this process the signals of its client, and end it when the client has been killed."""
    while True:
        number = connection.recv(1)
        os.kill(os.getpid(), number[0] if number else signal.SIGKILL)


def _run(first: str, *others: str) -> None:
    """Do what `python` does with these arguments: ``-m`` and a module, or a script."""
    module = first == "-m"
    paths = ["." if module else Path(first).parent, *filter(None, os.environ.get("PYTHONPATH", "").split(os.pathsep))]
    sys.path[:1] = [os.path.abspath(path) for path in paths]
    sys.argv = list(others) if module else [first, *others]
    if module:
        runpy.run_module(others[0], run_name="__main__", alter_sys=True)
    else:
        runpy.run_path(first, run_name="__main__")


def _point(fd: int, *streams: int) -> None:
    for stream in streams:
        os.dup2(fd, stream)
    os.close(fd)


if __name__ == "__main__":
    start(Path(sys.argv[1]), sys.argv[2], json.loads(sys.argv[3]), int(sys.argv[4]))
