"""The examples in the documentation run, and print what they say."""

import re
import shlex
from typing import Any

import pytest
from conftest import ROOT, succeed
from dvc.cli import parse_args

COMMANDS = re.findall(r"^    ((?:make|dvc) .*)$", (ROOT / "docs/sweeps.md").read_text(), re.MULTILINE)


def test_the_samplers_page_runs(capsys: Any) -> None:
    text = (ROOT / "docs/samplers.md").read_text()
    blocks = re.findall(r"```python\n(.*?)```", text, re.DOTALL)
    assert len(blocks) == 2
    code = "\n".join(blocks)
    exec(compile(code, "docs/samplers.md", "exec"), {})
    expected = re.findall(r"^print\(.*\) +# (.*)$", code, re.MULTILINE)
    assert capsys.readouterr().out.splitlines() == expected


@pytest.mark.parametrize("command", COMMANDS)
def test_the_commands_of_the_sweeps_page_are_commands(command: str) -> None:
    words = shlex.split(command, comments=True)
    if words[0] == "dvc":
        assert parse_args([word for word in words[1:] if word != "..."]).func
    else:
        assert "experiments/" in succeed(ROOT, *words[:1], "--dry-run", "--assume-old=.venv/installed", *words[1:])
