"""The report as a page and as Markdown: templates filled with the values of ``build``."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

HTML, MARKDOWN = "report.html.j2", "report.md.j2"


def to_html(content: Mapping[str, Any]) -> str:
    return _environment().get_template(HTML).render(content)


def to_markdown(content: Mapping[str, Any]) -> str:
    return _environment().get_template(MARKDOWN).render(content)


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
