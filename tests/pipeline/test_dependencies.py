"""The two dvc.yaml against the code: what a stage imports and reads must be declared, or it goes stale unseen."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import ROOT
from dvc.repo import Repo

from nids.data.description import Description
from nids.methods import METHODS
from nids.params import Params

PACKAGES = ("aeflow", "nids")
# What a stage reads by a property or a method of the parameters or the description.
READ_BY = {
    "params.options": {"encode", "classifiers.lr_max_iter", "classifiers.xgb_onehot"},
    "params.all_seeds": {"seeds", "repeat"},
    "dataset.classes": {"label"},
    "dataset.class_of": {"label"},
    "dataset.shown": {"label"},
    "dataset.watched": {"label", "balance.new_rows"},
    "dataset.minority": {"balance.new_rows"},
    "dataset.tests": {"files"},
    "dataset.name": {"name"},
    "Settings.of": {"kmeans", "oss", "encode", "classifiers.lr_max_iter", "classifiers.xgb_onehot", "balance"},
    "read_training": {"label"},
    "read_answers": {"files", "label"},
    "encode(": {"files", "read", "columns", "label"},
}


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


def _modules(path: Path) -> Iterator[str]:
    """Yield every module of the project that a file imports, at its top or inside a function, or names as a text."""
    tree = ast.parse(path.read_text())
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
            yield from (".".join(parts[: i + 1]) for i in range(len(parts)) if parts[0] in PACKAGES)


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


@pytest.mark.parametrize("stage", STAGES)
def test_parameters_are_what_the_script_reads(stage: str) -> None:
    script, _, declared, _ = STAGES[stage]
    if "*" in declared:  # the whole files
        return
    text = (ROOT / script).read_text()
    read = set(re.findall(r"params\.([a-z_]+(?:\.[a-z_]+)?)", text))
    read |= set(re.findall(r"dataset\.((?:files|label|balance|fidelity|show|columns|read)(?:\.[a-z_]+)?)", text))
    sections = (*Params.model_fields, *Description.model_fields)
    read = {name for name in read if name.split(".")[0] in sections}
    read |= {name for by, names in READ_BY.items() if by in text for name in names}
    arm = stage.partition("@")[2]
    if "params.of(" in text or "Settings.of(" in text:
        read |= {arm} if arm else {"ae_flow", "baselines.smote"}
    for name in read:
        assert any(name == key or name.startswith(f"{key}.") or key.startswith(f"{name}.") for key in declared), name
    for key in declared - {"dataset"}:
        found = any(name == key or name.startswith(f"{key}.") or key.startswith(f"{name}.") for name in read)
        assert found, f"{script} does not read {key}"


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
    assert len(papers) <= 12
    assert len(STAGES) - len(papers) <= 14


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
    assert len(reached) <= 7
