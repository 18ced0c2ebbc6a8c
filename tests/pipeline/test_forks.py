"""A fork of tests/forks.py is as the process that it stands for: it gets its signals, and ends with it."""

import signal
from pathlib import Path

import psutil
import pytest
from conftest import PINS
from experiment_helpers import background, finish, wait_for

SLEEPS = """\
import os
import signal
import sys
import time

signal.signal(signal.SIGTERM, lambda *_: sys.exit(3))
with open("pid", "w") as file:
    file.write(str(os.getpid()))
time.sleep(600)
"""


@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 3), (signal.SIGKILL, -signal.SIGKILL)])
def test_a_signal_reaches_the_fork(tmp_path: Path, quick: dict[str, str], number: int, code: int) -> None:
    (tmp_path / "sleeps.py").write_text(SLEEPS)
    asked = background(tmp_path, "python", "sleeps.py", **PINS)
    pid = tmp_path / "pid"
    wait_for(lambda: pid.exists() and pid.read_text(), asked)
    fork = int(pid.read_text())
    assert fork != asked.pid, "a process of its own"
    asked.send_signal(number)
    finish(asked)
    assert asked.returncode == code
    wait_for(lambda: not psutil.pid_exists(fork))
