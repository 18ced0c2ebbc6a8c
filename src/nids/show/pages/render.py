"""Pages as HTML and as Markdown: templates filled with plain values."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

HTML, MARKDOWN = "page.html.j2", "report.md.j2"


def to_html(page: Mapping[str, Any]) -> str:
    """Return a page, as ``blocks.page`` gives it, in one file that loads nothing."""
    return _environment().get_template(HTML).render(page)


def to_markdown(page: Mapping[str, Any]) -> str:
    """Return the short form of the evidence page."""
    return _environment().get_template(MARKDOWN).render(page)


def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=lambda name: name == HTML,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["markdown"] = _plain
    return environment


def _plain(text: str) -> str:
    """Return text that Markdown takes for itself, in a table too."""
    for sign in "\\|<*_`[":
        text = text.replace(sign, f"\\{sign}")
    return text
