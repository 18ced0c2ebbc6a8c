"""`make help` names every command and fits a terminal of 80 columns."""

import re

from conftest import ROOT

MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8").replace("\\\n\t", "")


def test_every_command_has_a_line_of_help() -> None:
    (phony,) = re.findall(r"^\.PHONY: help (.*)$", MAKEFILE, re.MULTILINE)
    helped = dict(re.findall(r"^([a-z-]+):.*?## (.*)$", MAKEFILE, re.MULTILINE))
    assert list(helped) == phony.split()
    # `make help` puts the text behind 12 columns for the name.
    assert max(len(name) for name in helped) < 12
    assert max(len(text) for text in helped.values()) <= 80 - 12
