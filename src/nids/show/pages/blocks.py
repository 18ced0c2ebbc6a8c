"""What a page is made of: a header, and sections of tables, figures and paragraphs."""

from collections.abc import Iterable, Sequence
from typing import Any

Block = dict[str, Any]


def page(
    *,
    title: str,
    setting: str,
    answer: Sequence[str],
    sections: Iterable[Block],
    question: str = "",
    banner: str = "",
    warnings: Sequence[str] = (),
    cards: Sequence[Block] = (),
    cards_title: str = "",
    closing: str = "",
) -> Block:
    """Return all that the template shows.

    setting: data set, configuration and seeds, above the title; answer: sentences, the first of them large;
    banner: what these results are not; closing: below the cards.
    """
    return {
        "title": title,
        "setting": setting,
        "question": question,
        "banner": banner,
        "answer": list(answer),
        "warnings": list(warnings),
        "cards": list(cards),
        "cards_title": cards_title,
        "closing": closing,
        "sections": list(sections),
    }


def section(key: str, title: str, link: str, blocks: Iterable[Block]) -> Block:
    """Return a section; ``link`` is its name in the list of contents."""
    return {"id": key, "title": title, "link": link, "blocks": list(blocks)}


def card(name: str, value: str, small: str, below: str, *, marked: bool = False) -> Block:
    """Return one number of the header: ``small`` behind it, ``below`` under it."""
    return {"name": name, "value": value, "small": small, "below": below, "marked": marked}


def text(words: str) -> Block:
    """Return a paragraph; what stands between backticks is code."""
    return {"kind": "text", "text": words}


def note(words: str) -> Block:
    return {"kind": "note", "text": words}


def warning(words: str) -> Block:
    return {"kind": "warning", "text": words}


def banner(name: str, paper: str | None) -> str:
    """Return what to say of results on a data set ``name`` for which ``paper`` names no numbers, or ""."""
    return "" if paper else f"These are results on {name}. They are no results of the paper."
