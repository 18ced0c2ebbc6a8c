"""aeflow as others meet it: its names, its pages in a notebook, and its docstrings, whose examples run."""

import doctest
import pkgutil
import tomllib
from importlib import import_module
from typing import Any

import pytest
from conftest import ROOT

import aeflow

MODULES = ["aeflow", *(module.name for module in pkgutil.walk_packages(aeflow.__path__, "aeflow."))]
PUBLIC = ("aeflow", "aeflow.errors", "aeflow.outlier_detection", "aeflow.over_sampling", "aeflow.under_sampling")
SAMPLERS = [getattr(aeflow, name) for name in dir(aeflow) if "Sampl" in name or "Selection" in name]


def test_what_is_public() -> None:
    assert {name for name in MODULES if "._" not in name} == set(PUBLIC)
    assert len(SAMPLERS) == 5
    for sampler in SAMPLERS:
        package = import_module(sampler.__module__.rpartition(".")[0])
        assert getattr(package, sampler.__name__) is sampler
    assert (aeflow.errors.InputError, aeflow.errors.CollapseWarning) == (aeflow.InputError, aeflow.CollapseWarning)
    with pytest.raises(AttributeError, match="module 'aeflow' has no attribute 'SMOTE'"):
        aeflow.SMOTE  # type: ignore[attr-defined]  # noqa: B018


def test_the_version_is_the_projects() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert aeflow.__version__ == project["version"]


@pytest.mark.parametrize("sampler", SAMPLERS)
def test_a_notebook_shows_a_sampler_with_its_parameters(sampler: Any) -> None:
    page = sampler(random_state=7)._repr_html_()
    assert sampler.__name__ in page
    assert "random_state" in page


@pytest.mark.parametrize("module", MODULES)
def test_examples_of_docstrings_run(module: str) -> None:
    failed, _ = doctest.testmod(import_module(module))
    assert not failed


@pytest.mark.parametrize("name", aeflow.__all__)
def test_public_names_have_an_example(name: str) -> None:
    if name != "__version__":
        assert ">>> " in getattr(aeflow, name).__doc__
