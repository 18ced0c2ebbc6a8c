"""The pages in a browser: they load alone, sort, fit a phone and print whole."""

import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from conftest import succeed
from show.page_inputs import DEMO, NSL_KDD, evidence_inputs, paper_inputs, quick_intervals

from nids.methods import METHODS
from nids.show.pages import evidence, paper
from nids.show.pages.render import to_html

KINDS = ("evidence", "evidence of one seed", "paper", "paper on demo data")


class Page:
    """An open page, and what its browser has said and asked for."""

    def __init__(self, browser: Any, address: str, **options: Any) -> None:
        self.page = browser.new_page(**{"viewport": {"width": 1280, "height": 800}, **options})
        self.said: list[str] = []
        self.requests: list[str] = []
        self.page.on("console", lambda message: self.said.append(message.text))
        self.page.on("pageerror", lambda error: self.said.append(str(error)))
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.page.goto(address)

    def column(self, table: str, at: int) -> list[str]:
        rows: list[str] = self.page.eval_on_selector_all(
            f"#{table} tbody tr", f"rows => rows.map(row => row.cells[{at}].dataset.value)"
        )
        return rows


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    executable = shutil.which("chromium")
    if executable is None:
        pytest.skip("chromium is not installed (Debian: apt-get install chromium)")
    from playwright.sync_api import sync_playwright

    options = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(
            executable_path=executable, args=[*options, "--disable-sync", "--no-first-run"]
        )
        yield started
        started.close()


@pytest.fixture(scope="module")
def addresses(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    with quick_intervals():
        contents = (
            evidence.build(**evidence_inputs(3)),
            evidence.build(**evidence_inputs(1)),
            paper.build(**paper_inputs(NSL_KDD)),
            paper.build(**paper_inputs(DEMO)),
        )
    folder = tmp_path_factory.mktemp("pages")
    paths = [folder / f"{kind}.html" for kind in KINDS]
    for path, content in zip(paths, contents, strict=True):
        path.write_text(to_html(content), encoding="utf-8")
    return {path.stem: path.as_uri() for path in paths}


@pytest.fixture(scope="module")
def opened(browser: Any, addresses: dict[str, str]) -> Callable[[str], Page]:
    """Return a function that opens a page once; tests may sort its tables, and nothing else."""
    pages: dict[str, Page] = {}

    def open_once(kind: str) -> Page:
        if kind not in pages:
            pages[kind] = Page(browser, addresses[kind])
        return pages[kind]

    return open_once


@pytest.mark.parametrize("kind", KINDS)
def test_a_page_loads_whole_and_alone(opened: Callable[[str], Page], addresses: dict[str, str], kind: str) -> None:
    page = opened(kind)
    assert page.said == []
    assert [url for url in page.requests if not url.startswith("data:")] == [addresses[kind]]
    widths = page.page.eval_on_selector_all("img", "images => images.map(image => image.naturalWidth)")
    assert len(widths) > 5
    assert all(widths)
    links = page.page.eval_on_selector_all("nav a", "links => links.map(a => a.getAttribute('href').slice(1))")
    assert all(page.page.locator(f"[id='{link}']").count() == 1 for link in links)
    ids = page.page.eval_on_selector_all("[id]", "found => found.map(one => one.id)")
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("kind", KINDS)
def test_the_answer_is_on_the_first_screen(opened: Callable[[str], Page], kind: str) -> None:
    header = opened(kind).page.locator("header").bounding_box()
    assert header["y"] >= 0
    assert header["y"] + header["height"] <= 800


SORT_ALL = """() => [...document.querySelectorAll('table')].flatMap((table) =>
    [...table.querySelectorAll('th[aria-sort]')].map((heading, at) => ({
        table: table.id,
        title: heading.textContent,
        numeric: 'numeric' in heading.dataset,
        sorted: Object.fromEntries([1, 2].map(() => {
            heading.querySelector('button').click();
            const values = [...table.tBodies[0].rows].map((row) => row.cells[at].dataset.value);
            return [heading.getAttribute('aria-sort'), values];
        })),
        others: table.querySelectorAll('th:not([aria-sort="none"])[aria-sort]').length,
    })))"""


@pytest.mark.parametrize(("kind", "tables"), [("evidence", 20), ("paper", 9)])
def test_each_table_sorts_by_each_column_both_ways(opened: Callable[[str], Page], kind: str, tables: int) -> None:
    columns = opened(kind).page.evaluate(SORT_ALL)
    assert len({column["table"] for column in columns}) >= tables
    for column in columns:
        assert set(column["sorted"]) == {"ascending", "descending"}, column["title"]
        assert column["others"] == 1  # one heading alone says that the table is sorted by it
        up, down = column["sorted"]["ascending"], column["sorted"]["descending"]
        assert sorted(up) == sorted(down)
        up, down = ([value for value in values if value != ""] for values in (up, down))
        if column["numeric"]:
            assert [float(value) for value in up] == sorted(map(float, up)), column
            assert [float(value) for value in down] == sorted(map(float, down), reverse=True), column
        else:
            assert list(dict.fromkeys(up)) == list(dict.fromkeys(down))[::-1], column
    if kind == "evidence":
        names = next(c["sorted"]["ascending"] for c in columns if c["table"] == "main-table" and "Method" in c["title"])
        assert (names[0], names[-1]) == ("ADASYN", "VAE")


def test_sorting_by_the_keyboard_is_numeric_and_stable_and_keeps_the_missing_last(
    browser: Any, addresses: dict[str, str]
) -> None:
    page = Page(browser, addresses["paper"])
    page.page.evaluate(
        """() => {
            const rows = [...document.querySelectorAll('#table6 tbody tr')];
            ['9', '10', '', '-2.5', '10'].forEach((value, i) => { rows[i].cells[1].dataset.value = value; });
            rows.slice(5).forEach((row) => row.remove());
        }"""
    )
    button = page.page.locator("#table6 th[aria-sort] button").nth(1)
    button.focus()
    page.page.keyboard.press("Enter")
    assert page.column("table6", 1) == ["10", "10", "9", "-2.5", ""]
    names = [METHODS[method].name for method in ("smote", "ae_flow_paper", "raw", "cgan", "vae")]
    assert page.column("table6", 0) == names
    page.page.keyboard.press("Space")
    assert page.column("table6", 1) == ["-2.5", "9", "10", "10", ""]
    assert page.column("table6", 0)[2:4] == names[:2]


@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("kind", ["evidence", "paper"])
def test_a_page_never_scrolls_sideways(opened: Callable[[str], Page], kind: str, width: int) -> None:
    page = opened(kind).page
    page.set_viewport_size({"width": width, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    # Wide tables scroll in their own frame.
    scrolls = page.eval_on_selector_all(".scroll", "f => f.some(one => one.scrollWidth > one.clientWidth)")
    assert scrolls or (kind, width) == ("paper", 1280)


def test_dark_mode_is_dark_and_figures_stay_on_white(opened: Callable[[str], Page]) -> None:
    page = opened("paper").page
    colours = {}
    for scheme in ("dark", "light"):
        page.emulate_media(color_scheme=scheme)
        style = "selector => getComputedStyle(document.querySelector(selector)).backgroundColor"
        colours[scheme] = [page.evaluate(style, selector) for selector in ("body", ".picture .frame")]
    body = {scheme: [int(n) for n in re.findall(r"\d+", of[0])] for scheme, of in colours.items()}
    assert max(body["dark"]) < 60
    assert min(body["light"]) > 200
    assert colours["dark"][1] == colours["light"][1] == "rgb(255, 255, 255)"


def test_in_print_tables_are_whole_and_light(opened: Callable[[str], Page]) -> None:
    page = opened("evidence").page
    page.emulate_media(media="print", color_scheme="dark")
    cut = page.eval_on_selector_all(".scroll", "f => f.filter(one => getComputedStyle(one).overflow !== 'visible')")
    shown = page.locator("nav").is_visible()
    colour = page.evaluate("getComputedStyle(document.body).backgroundColor")
    page.emulate_media(media="screen", color_scheme="light")
    assert cut == []
    assert not shown
    assert colour == "rgb(255, 255, 255)"


def test_in_print_a_heading_stands_on_the_page_of_its_table(
    browser: Any, addresses: dict[str, str], tmp_path: Path
) -> None:
    if shutil.which("pdftotext") is None:
        pytest.skip("pdftotext is not installed (Debian: apt-get install poppler-utils)")
    Page(browser, addresses["evidence"]).page.pdf(path=tmp_path / "page.pdf", prefer_css_page_size=True)
    answer, methods, *_ = succeed(tmp_path, "pdftotext", "-layout", "page.pdf", "-").split("\f")
    assert "Does balancing with AE-Flow help?" in answer
    assert "Methods compared" not in answer
    assert "Methods compared" in methods
    # The headings of neighbouring columns stand apart, and the first table is whole.
    assert re.search(r"U2R {2,}False alarms {2,}MCC {2,}G.mean {2,}Weighted F1 {2,}Macro F1", methods)
    assert re.search(r"^ *CGAN ", methods, re.MULTILINE)


def test_a_figure_can_be_enlarged_on_a_phone_without_scripts(browser: Any, addresses: dict[str, str]) -> None:
    size = {"width": 390, "height": 844}
    page = Page(browser, addresses["paper"], viewport=size, java_script_enabled=False).page
    frame, close = (page.locator(f".picture .{name}").first for name in ("frame", "close"))
    image = frame.locator("img")
    small = image.bounding_box()["width"]
    assert small < 390
    assert not close.is_visible()
    frame.click()
    assert frame.bounding_box() == {"x": 0, "y": 0, **size}
    assert image.bounding_box()["width"] == 1280
    close.click()
    assert image.bounding_box()["width"] == small
    assert 0 <= frame.bounding_box()["y"] < 844


def test_the_banner_is_the_first_thing_that_one_sees(opened: Callable[[str], Page]) -> None:
    first = opened("paper on demo data").page.locator("header > :first-child")
    assert "no results of the paper" in first.inner_text()
    assert first.is_visible()
    assert opened("paper").page.locator(".banner").count() == 0
