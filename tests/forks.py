"""Stages as forks of one process: it has imported what would take each of them seconds, and nothing of the project.

A folder with a ``python`` of its own comes first on the path. Where the environment is that of the stages it has
the script run in a fork, and becomes the real one for all else.
"""

import atexit
import importlib
import json
import os
import runpy
import signal
import socket
import sys
import traceback
from pathlib import Path
from typing import NoReturn

HEAVY = (
    "imblearn.over_sampling",
    "matplotlib.pyplot",
    "pandas",
    "pyarrow.parquet",
    "pydantic",
    "pytorch_lightning",
    "ruamel.yaml",
    "scipy.stats",
    "skops.io",
    "sklearn.cluster",
    "sklearn.ensemble",
    "sklearn.linear_model",
    "sklearn.metrics",
    "sklearn.neighbors",
    "sklearn.tree",
    "xgboost",
)
SECONDS = 2.0
ASK = """\
#!{python} -ISs
import json, os, socket, sys

if {pins}.items() <= os.environ.items() and sys.argv[1:] and sys.argv[1].endswith(".py"):
    with socket.socket(socket.AF_UNIX) as server:
        server.connect({address!r})
        request = json.dumps([os.getcwd(), sys.argv[1:], dict(os.environ)]).encode()
        socket.send_fds(server, [len(request).to_bytes(4)], [1, 2])
        server.sendall(request)
        code = server.recv(1)
    sys.exit(code[0] if code else "the fork was killed")
os.execv({python!r}, [{python!r}, *sys.argv[1:]])
"""


def start(folder: Path, pins: dict[str, str], client: int) -> None:
    """Write ``python`` into the folder, and leave a process that serves it for as long as ``client`` lives.

    pins: the variables with which stages run; this process has them too.
    """
    address = str(folder / "socket")
    python = folder / "python"
    python.write_text(ASK.format(python=sys.executable, pins=pins, address=address))
    python.chmod(0o755)
    for name in HEAVY:
        importlib.import_module(name)
    server = socket.socket(socket.AF_UNIX)
    server.bind(address)
    server.listen()
    if os.fork() == 0:
        _point(os.open(os.devnull, os.O_RDWR), 0, 1, 2)
        _serve(server, client)


def _serve(server: socket.socket, client: int) -> None:
    server.settimeout(SECONDS)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for the forks
    while Path(f"/proc/{client}").exists():
        try:
            connection, _ = server.accept()
        except TimeoutError:
            continue
        if os.fork() == 0:
            server.close()
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            connection.setblocking(True)
            _answer(connection)
        connection.close()


def _answer(connection: socket.socket) -> NoReturn:
    """Run what is asked for, and tell its exit code."""
    size, fds, *_ = socket.recv_fds(connection, 4, 2)
    folder, argv, variables = json.loads(connection.recv(int.from_bytes(size), socket.MSG_WAITALL))
    for fd, stream in zip(fds, (1, 2), strict=True):
        _point(fd, stream)
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(variables)
    sys.argv = argv
    paths = [Path(argv[0]).parent, *variables["PYTHONPATH"].split(os.pathsep)]
    sys.path[:1] = [os.path.abspath(path) for path in paths]
    code = 0
    try:
        runpy.run_path(argv[0], run_name="__main__")
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else int(bool(end.code))
        if isinstance(end.code, str):
            print(end.code, file=sys.stderr)
    except BaseException:
        traceback.print_exc()
        code = 1
    atexit._run_exitfuncs()
    sys.stdout.flush()
    connection.send(bytes([code]))
    os._exit(code)


def _point(fd: int, *streams: int) -> None:
    for stream in streams:
        os.dup2(fd, stream)
    os.close(fd)


if __name__ == "__main__":
    start(Path(sys.argv[1]), json.loads(sys.argv[2]), int(sys.argv[3]))
