"""dvc.yaml against the code: what a stage imports and reads must be declared, or it goes stale unseen."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from dvc.repo import Repo

from aeflow.base.params import Params

ROOT = Path(__file__).parents[1]


def _stages() -> dict[str, tuple[str, list[str], list[str]]]:
    """Return ``{stage: (script, dependencies, parameters)}`` as DVC resolves them."""
    with Repo(str(ROOT)) as repo:
        found = {}
        for stage in repo.index.stages:
            paths = [dep.def_path for dep in stage.deps if not hasattr(dep, "params")]
            params = [name for dep in stage.deps if hasattr(dep, "params") for name in dep.params]
            script = re.search(r"stages/\w+\.py", stage.cmd)
            assert script is not None
            found[stage.addressing] = script.group(), paths, params
        return found


STAGES = _stages()


def _file(module: str) -> Path | None:
    path = ROOT / "src" / Path(*module.split("."))
    candidates = (path.with_suffix(".py"), path / "__init__.py")
    return next((candidate for candidate in candidates if candidate.is_file()), None)


def _modules(path: Path) -> Iterator[str]:
    """Yield every module of the project that a file imports, at its top or inside a function."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.module is not None, f"{path}: relative import"
            names = [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
        else:
            continue
        for name in names:
            parts = name.split(".")
            yield from (".".join(parts[: i + 1]) for i in range(len(parts)) if parts[0] == "aeflow")


def _closure(path: Path, seen: set[Path]) -> set[Path]:
    for module in _modules(path):
        file = _file(module)
        if file is not None and file not in seen:
            seen.add(file)
            _closure(file, seen)
    return seen


@pytest.mark.parametrize("stage", STAGES)
def test_dependencies_are_what_the_stage_imports(stage: str) -> None:
    script, paths, _ = STAGES[stage]
    assert script in paths or str(Path(script).parent) in paths
    imported = _closure(ROOT / script, set())
    assert imported
    code = [ROOT / path for path in paths if path.startswith("src/")]
    for file in imported:
        assert any(file == path or path in file.parents for path in code), f"{stage} imports {file.relative_to(ROOT)}"
    for path in code:
        assert any(file == path or path in file.parents for file in imported), f"{stage} does not import {path}"


@pytest.mark.parametrize("stage", STAGES)
def test_parameters_are_what_the_script_reads(stage: str) -> None:
    script, _, declared = STAGES[stage]
    text = (ROOT / script).read_text()
    named: set[str] = set()
    if "settings_of(params, method)" in text:
        # A script that names the methods itself reads their settings too.
        named = {name for name in Params.model_fields if f'"{name}"' in text}
        text += (ROOT / "src/aeflow/evidence/settings.py").read_text()
    read = set(re.findall(r'(?:params|load\(Path\("params\.yaml"\)\))\.([a-z_]+(?:\.[a-z_]+)?)', text)) - {"yaml"}
    read = {name.replace("data.", "datasets.nsl-kdd.") for name in read} | named
    if "getattr(params, method)" in text and (method := stage.partition("@")[2]) in Params.model_fields:
        read.add(method)
    for name in read:
        assert any(name == key or name.startswith(f"{key}.") for key in declared), f"{script} reads {name}"
    for key in set(declared) - {"dataset"}:
        assert any(name == key or name.startswith(f"{key}.") for name in read), f"{script} does not read {key}"


def test_every_stage_says_what_it_does_in_one_line() -> None:
    with Repo(str(ROOT)) as repo:
        for stage in repo.index.stages:
            assert stage.desc, stage.addressing
            assert "\n" not in stage.desc.strip()


def test_every_script_is_a_stage() -> None:
    used = {script for script, _, _ in STAGES.values()}
    assert used == {f"stages/{path.name}" for path in (ROOT / "stages").glob("*.py")}


@pytest.mark.parametrize("script", sorted((ROOT / "stages").glob("*.py")), ids=lambda path: path.stem)
def test_the_test_sets_are_read_by_evaluate_alone(script: Path) -> None:
    stages = [stage for stage, (name, _, _) in STAGES.items() if name == f"stages/{script.name}"]
    for stage in stages:
        reads_tests = any(
            path in ("data/raw", "data/raw/test.txt", "data/raw/test_21.txt") for path in STAGES[stage][1]
        )
        assert reads_tests == (stage == "evaluate")
