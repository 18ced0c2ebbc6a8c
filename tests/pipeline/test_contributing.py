"""The steps of CONTRIBUTING.md for a parameter and a method, followed in a copy of the project."""

import re
import shutil
import textwrap
from collections.abc import Callable
from pathlib import Path

from conftest import ROOT, succeed

PAGE = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
# What step 2 of a parameter leaves to the reader.
FIELD = 'class BorderlineSMOTE(Neighbours):\n    kind: Literal["borderline-1", "borderline-2"]\n\n\n'


def steps(heading: str) -> tuple[list[str], str]:
    """Return the indented blocks below a heading, without their indentation, and the tests to run."""
    (part,) = re.findall(rf"^## {heading}\n(.*?)(?=^## )", PAGE, re.MULTILINE | re.DOTALL)
    (tests,) = re.findall(r"`pytest (.*?)`", part)
    return [textwrap.dedent(block) for block in re.findall(r"^\n((?: {4,}.*\n)+)", part, re.MULTILINE)], tests


def put(path: Path, before: str, block: str, indent: int = 0) -> None:
    """Write a block before the only place in a file that reads ``before``."""
    text = path.read_text(encoding="utf-8")
    assert text.count(before) == 1, before
    path.write_text(text.replace(before, textwrap.indent(block, " " * indent) + before), encoding="utf-8")


def test_a_parameter_and_a_method_are_added_as_the_page_says(checkout: Callable[[str], Path]) -> None:
    copy = checkout("nsl-kdd")
    params, methods = copy / "params.yaml", copy / "src/nids/methods.py"
    shutil.copy(ROOT / "params.yaml", params)
    (value,), tests_of_a_parameter = steps("A parameter")
    (row, settings, quick), tests_of_a_method = steps("A method")

    put(params, "\n# What goes beyond both", value, indent=4)
    put(methods, "class ADASYN(Section)", FIELD)
    text = methods.read_text(encoding="utf-8")
    before, name, after = text.partition('name="Borderline-SMOTE"')
    methods.write_text(before + name + after.replace("settings=Neighbours", "settings=BorderlineSMOTE", 1))

    put(methods, '    "vae": Method(', row, indent=4)
    put(params, "\n# What goes beyond both", settings, indent=2)
    put(copy / "tests/fits/test_synthesise.py", '    "vae": QUICK', quick, indent=4)
    put(copy / "tests/fits/test_synthesise.py", '"adasyn", "borderline_smote")\n\n', '"svm_smote", ')

    succeed(copy, "pytest", *dict.fromkeys([*tests_of_a_parameter.split(), *tests_of_a_method.split()]))
