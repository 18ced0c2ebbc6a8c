"""The pages of docs/, and one made from the docstrings of aeflow, as HTML in docs/html (`make docs`)."""

import re
import shutil
from pathlib import Path
from types import ModuleType
from typing import Any

from pdoc import render
from pdoc.doc import Module

import aeflow

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "docs/html"


def api() -> Module:
    """Return the page of the library: what can be imported from it, with its docstrings."""
    for name in aeflow.__all__:
        public = getattr(aeflow, name)
        vars(aeflow)[name] = public  # imported on first use, which pdoc waits for in vain
        for method in ("fit_resample", "sample"):
            if hasattr(public, method):
                setattr(public, method, getattr(public, method))  # pdoc shows what a class defines itself
    return Module(aeflow)


def page(path: Path) -> Module:
    """Return a Markdown page as pdoc takes it: as a module whose docstring it is."""
    module: Any = ModuleType(path.stem)
    module.__doc__ = linked(path.read_text(encoding="utf-8"))
    module.__docformat__ = "markdown"
    module.__all__ = []
    return Module(module)


def linked(text: str) -> str:
    """Return Markdown of a page of docs/ with its links as they are from FOLDER, and names of the library as links."""

    def link(found: re.Match[str]) -> str:
        target = found[1]
        if re.match(r"https?:|#", target):
            return found[0]
        page = re.fullmatch(r"([\w-]+)\.md(#.*)?", target)
        return f"]({page[1]}.html{page[2] or ''})" if page else f"](../{target})"

    names = "|".join(aeflow.__all__)
    return re.sub(rf"`({names})`", r"[`\1`](aeflow.html#\1)", re.sub(r"\]\(([^)\s]+)\)", link, text))


def main(folder: Path = FOLDER) -> None:
    pages = {path.stem: page(path) for path in sorted((ROOT / "docs").glob("*.md"))}
    # The guide first, then what it refers to.
    modules = {"samplers": pages.pop("samplers"), "aeflow": api(), **pages}
    render.configure(docformat="numpy", show_source=False, template_directory=Path(__file__).parent)
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    for name, module in modules.items():
        (folder / f"{name}.html").write_text(render.html_module(module, modules), encoding="utf-8")
    shutil.copy(folder / "samplers.html", folder / "index.html")
    (folder / "search.js").write_text(render.search_index(modules), encoding="utf-8")
    print(f"{folder / 'index.html'}: {len(modules)} pages")


if __name__ == "__main__":
    main()
