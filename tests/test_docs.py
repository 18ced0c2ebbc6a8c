"""The examples in the documentation run, and print what they say."""

import re
from typing import Any

from conftest import ROOT


def test_the_samplers_page_runs(capsys: Any) -> None:
    text = (ROOT / "docs/samplers.md").read_text()
    blocks = re.findall(r"```python\n(.*?)```", text, re.DOTALL)
    assert len(blocks) == 2
    code = "\n".join(blocks)
    exec(compile(code, "docs/samplers.md", "exec"), {})
    expected = re.findall(r"^print\(.*\) +# (.*)$", code, re.MULTILINE)
    assert capsys.readouterr().out.splitlines() == expected
