"""requirements.lock against requirements*.txt, and against what is installed."""

import re
from importlib.metadata import distributions

from conftest import ROOT
from packaging.utils import canonicalize_name

# Each of its builds has a version and hashes of its own, so the lock leaves it out.
BUILDS = "torch"


def _pins(name: str) -> dict[str, str]:
    pinned = re.findall(r"^([\w.-]+)==([^\s#]+)", (ROOT / name).read_text(), re.MULTILINE)
    return {str(canonicalize_name(package)): version for package, version in pinned}


LOCK = _pins("requirements.lock")
PINS = _pins("requirements.txt") | _pins("requirements-dev.txt")


def test_the_lock_has_every_pin() -> None:
    assert {name: version for name, version in PINS.items() if LOCK.get(name) != version} == {BUILDS: PINS[BUILDS]}


def test_what_is_installed_is_what_the_lock_says() -> None:
    installed = {str(canonicalize_name(found.name)): found.version for found in distributions()}
    assert installed[BUILDS].partition("+")[0] == PINS[BUILDS]
    assert {name: version for name, version in installed.items() if name in LOCK} == LOCK
