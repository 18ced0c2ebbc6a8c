"""The two dvc.yaml against the code: what a stage imports and reads must be declared, or it goes stale unseen."""

import ast
import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from conftest import ROOT
from dvc.repo import Repo

from nids.data.dataset import PATHS, Dataset, Found, in_memory
from nids.data.description import read_description
from nids.methods import METHODS
from nids.params import Params

PACKAGES = ("aeflow", "nids")


def _stages() -> dict[str, tuple[str, list[str], set[str], list[str]]]:
    """Return ``{stage: (script, dependencies, parameters, outputs)}`` as DVC resolves them."""
    with Repo(str(ROOT)) as repo:
        found = {}
        for stage in repo.index.stages:
            paths = [Path(dep.fs_path).relative_to(ROOT).as_posix() for dep in stage.deps if not hasattr(dep, "params")]
            params = {name for dep in stage.deps if hasattr(dep, "params") for name in dep.params or ["*"]}
            outs = [Path(out.fs_path).relative_to(ROOT).as_posix() for out in stage.outs]
            script = re.search(r"stages/[\w/]+\.py", stage.cmd)
            assert script is not None
            found[stage.addressing] = script.group(), paths, params, outs
        return found


STAGES = _stages()


def _file(module: str) -> Path | None:
    path = ROOT / "src" / Path(*module.split("."))
    candidates = (path.with_suffix(".py"), path / "__init__.py")
    return next((candidate for candidate in candidates if candidate.is_file()), None)


def _for_types(node: ast.AST) -> list[ast.stmt]:
    """Return what of a block only mypy and editors read."""
    return node.body if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING" else []


@cache
def _modules(path: Path) -> tuple[str, ...]:
    """Return every module of the project that a file imports, at its top or inside a function, or names as a text."""
    tree = ast.parse(path.read_text())
    found: list[str] = []
    for_types = {id(node) for block in ast.walk(tree) for part in _for_types(block) for node in ast.walk(part)}
    for node in ast.walk(tree):
        if id(node) in for_types:
            continue
        names: list[str] = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.module is not None, f"{path}: relative import"
            names = [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and re.fullmatch(r"[\w.]+:\w+", node.value):
            names = [node.value.partition(":")[0]]
        for name in names:
            parts = name.split(".")
            found += [".".join(parts[: i + 1]) for i in range(len(parts)) if parts[0] in PACKAGES]
    return tuple(dict.fromkeys(found))


def _closure(path: Path, seen: set[Path], without: set[str]) -> set[Path]:
    for module in _modules(path):
        file = _file(module)
        if file is not None and file not in seen and not (path.name == "methods.py" and module in without):
            seen.add(file)
            _closure(file, seen, without)
    return seen


def _samplers() -> set[str]:
    """Return the modules that methods.py names as texts: only a stage that draws new rows imports them."""
    modules = {row.sampler.partition(":")[0] for row in METHODS.values() if row.sampler}
    return {".".join(m.split(".")[: i + 1]) for m in modules for i in range(1, len(m.split(".")))}


@pytest.mark.parametrize("stage", STAGES)
def test_dependencies_are_what_the_stage_imports(stage: str) -> None:
    script, paths, _, _ = STAGES[stage]
    assert script in paths or "stages" in paths
    draws = "nids.balance.synthesise" in {m for f in _closure(ROOT / script, set(), _samplers()) for m in _modules(f)}
    imported = _closure(ROOT / script, set(), set() if draws else _samplers())
    assert imported
    code = [ROOT / path for path in paths if path.startswith("src")]
    for file in imported:
        assert any(file == path or path in file.parents for path in code), f"{stage} imports {file.relative_to(ROOT)}"
    for path in code:
        assert any(file == path or path in file.parents for file in imported), f"{stage} does not import {path}"


def _chain(node: ast.expr) -> tuple[str, list[str]]:
    """Return of ``a.b.c`` the first name and the others; of ``read_a().b.c`` likewise."""
    names: list[str] = []
    while isinstance(node, ast.Attribute):
        names.insert(0, node.attr)
        node = node.value
    if isinstance(node, ast.Call):
        node = node.func
    return (node.id.removeprefix("read_"), names) if isinstance(node, ast.Name) else ("", [])


def _function(path: Path, called: ast.expr) -> tuple[Path, ast.AST] | None:
    """Return the file and the code of the project's function or method that a file calls by a name."""
    first, names = _chain(called)
    if isinstance(called, ast.Name):
        first = called.id  # _chain takes a prefix off
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom) and node.module and first in {alias.name for alias in node.names}:
            found = _file(f"{node.module}.{first}") or _file(node.module)
            path = found or path
    name = names[-1] if names else first
    codes = [n for n in ast.walk(ast.parse(path.read_text())) if isinstance(n, ast.FunctionDef) and n.name == name]
    return (path, codes[0]) if codes else None


def _reads(path: Path, code: ast.AST, what: str) -> set[str]:
    """Return what is read of ``what``, as ``b.c`` of ``what.b.c``, by code and by the functions that get it whole."""
    found = set()
    for node in ast.walk(code):
        if isinstance(node, ast.Attribute):
            first, names = _chain(node)
            if first == what:
                found.add(".".join(names))
        if isinstance(node, ast.Call):
            given = [*node.args, *(keyword.value for keyword in node.keywords)]
            if any(isinstance(value, ast.Name) and value.id == what for value in given):
                function = _function(path, node.func)
                assert function is not None, f"{path}: {ast.unparse(node.func)}"
                found |= _reads(*function, what)
    return {name for name in found if not any(other.startswith(f"{name}.") for other in found)}


def _parts(names: set[str]) -> set[str]:
    """Return the parts, keys of PATHS, that properties of a data set ask for."""
    description = read_description("demo", ROOT / "datasets")
    assert description.label.classes is not None
    found = Found(
        classes=description.label.classes,
        normal="Normal",
        rows=dict.fromkeys(description.label.classes, 10_000),
        train="Train",
        held_out="types",
    )
    whole = in_memory(description, found, {"test": "Test"})
    asked = set()

    def read(key: str) -> Any:
        asked.add(key)
        return whole._read(key)

    for name in names:
        assert getattr(Dataset(read), name.partition(".")[0]) is not None
    return asked


def _keys(names: set[str]) -> set[str]:
    """Return ``names`` of params.yaml with the properties of Params replaced by what their code reads."""
    path = _file(Params.__module__)
    assert path is not None
    codes = {n.name: n for n in ast.walk(ast.parse(path.read_text())) if isinstance(n, ast.FunctionDef)}
    found = set()
    for name in names:
        read = {name} if name.partition(".")[0] in (*Params.model_fields, "of") else _reads(path, codes[name], "self")
        found |= read
    return found


def _of_script(script: str, what: str) -> set[str]:
    path = ROOT / script
    return _reads(path, ast.parse(path.read_text()), what)


@pytest.mark.parametrize("stage", STAGES)
def test_parts_of_the_description_are_what_the_stage_reads(stage: str) -> None:
    script, paths, _, _ = STAGES[stage]
    files = {key: path.as_posix() for key, path in PATHS.items()}
    read = _parts(_of_script(script, "dataset"))
    assert {path for path in paths if path in files.values()} == {files[key] for key in read}


@pytest.mark.parametrize("stage", STAGES)
def test_parameters_are_what_the_stage_reads(stage: str) -> None:
    script, _, declared, _ = STAGES[stage]
    if "*" in declared:  # the whole files
        return
    read = _keys(_of_script(script, "params"))
    if "of" in read:
        arm = stage.partition("@")[2]
        of_arm = {arm, *(row.settings_of for row in METHODS.values() if row.arm == arm and row.settings_of)}
        read = read - {"of"} | (of_arm if arm else {"ae_flow", "baselines.smote"})
    for name in read:
        assert any(f"{name}.".startswith(f"{key}.") for key in declared), f"{script} reads {name}"
    for key in declared:
        assert any(f"{name}.".startswith(f"{key}.") for name in read), f"{script} does not read {key}"


@pytest.mark.parametrize("stage", STAGES)
def test_files_that_the_script_names_are_declared(stage: str) -> None:
    script, paths, _, outs = STAGES[stage]
    texts = [n.value for n in ast.walk(ast.parse((ROOT / script).read_text())) if isinstance(n, ast.Constant)]
    named = {text.rstrip("/") for text in texts if isinstance(text, str) and re.match("(data|metrics|plots)/", text)}
    for name in named:
        assert any(f"{a}/".startswith(f"{b}/") for of in (*paths, *outs) for a, b in ((name, of), (of, name))), name


def test_every_stage_says_what_it_does_in_one_line() -> None:
    with Repo(str(ROOT)) as repo:
        for stage in repo.index.stages:
            assert stage.desc, stage.addressing
            assert "\n" not in stage.desc.strip()


def test_every_script_is_a_stage() -> None:
    scripts = {path.relative_to(ROOT).as_posix() for path in (ROOT / "stages").rglob("*.py")}
    assert {script for script, *_ in STAGES.values()} == scripts


def test_there_are_few_processes() -> None:
    papers = [stage for stage in STAGES if ":" not in stage]
    assert len(papers) <= 14
    assert len(STAGES) - len(papers) <= 17


def test_no_method_stands_in_the_graph() -> None:
    stages = [(ROOT / path).read_text().partition("\nplots:")[0] for path in ("dvc.yaml", "evidence/dvc.yaml")]
    named = "".join(stages).replace("data/raw", "")
    arms = {row.arm for row in METHODS.values()}
    # SMOTE's settings alone are the ablation's.
    assert {method for method in METHODS if method not in arms and re.search(rf"\b{method}\b", named)} == {"smote"}


def test_only_two_stages_read_the_test_labels() -> None:
    """The rows of the test file come with labels: encode parts them, and only evaluate and score take both."""
    labels = {"data/raw", "data/test_labels.parquet"}
    readers = {stage for stage, (_, paths, _, _) in STAGES.items() if labels & set(paths)}
    assert readers == {"encode", "evaluate", "evidence/dvc.yaml:score"}


def _runs_after(stage: str) -> set[str]:
    """Return the stages that a change of a stage's outputs reaches."""
    found, left = set(), {stage}
    while left:
        found |= left
        outs = [out for name in left for out in STAGES[name][3]]
        left = {
            name
            for name, (_, paths, _, _) in STAGES.items()
            if name not in found and any(Path(p) == Path(o) or Path(p) in Path(o).parents for p in paths for o in outs)
        }
    return found


@pytest.mark.parametrize("stage", ["oversample@ae_flow", "undersample"])
def test_a_changed_setting_reaches_few_stages_of_the_paper(stage: str) -> None:
    reached = {name for name in _runs_after(stage) if ":" not in name}
    if stage == "oversample@ae_flow":
        # Its training sets do not change: clean makes the same files of that arm.
        reached.discard("classify@baselines")
    # The stage model is of no result.
    assert len(reached - {"model"}) <= 7
