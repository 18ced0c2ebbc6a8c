"""`make docs`: every page is there, and every link leads somewhere."""

from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest
from conftest import ROOT
from tools.docs.__main__ import FOLDER, main

import aeflow


class Page(HTMLParser):
    """A page's links and what they may lead to."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.anchors: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        self.anchors.add(found.get("id") or "")
        self.links += [target for name in ("href", "src") if (target := found.get(name))]


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Page]:
    folder = tmp_path_factory.mktemp("docs") / "html"
    main(folder)
    return {path.name: Page(path.read_text()) for path in folder.glob("*.html")}


def _internal(page: Page) -> Iterator[tuple[str, str]]:
    for link in page.links:
        if not link.startswith(("http:", "https:", "data:")):
            target, _, anchor = link.partition("#")
            yield target, anchor


def test_each_page_of_docs_is_there(pages: dict[str, Page]) -> None:
    written = {path.stem for path in (ROOT / "docs").glob("*.md")}
    assert {Path(name).stem for name in pages} == written | {"aeflow", "index"}


def test_all_that_is_public_is_on_the_page_of_the_library(pages: dict[str, Page]) -> None:
    anchors = pages["aeflow.html"].anchors
    assert set(aeflow.__all__) - {"__version__"} <= anchors
    assert {"AEFlowSampler.sample", "VAESampler.fit_resample", "DensityUnderSampler.fit_resample"} <= anchors
    assert not {name for name in anchors if name.startswith("AEFlowSampler.latent_dim")}


def test_links_lead_somewhere(pages: dict[str, Page]) -> None:
    links = {(name, *link) for name, page in pages.items() for link in _internal(page)}
    assert ("samplers.html", "models.html", "") in links
    for name, target, anchor in links:
        if target in pages or not target:
            assert not anchor or anchor in pages[target or name].anchors, f"{name}: {target}#{anchor}"
        else:
            assert (FOLDER / target).resolve().exists(), f"{name}: {target}"
