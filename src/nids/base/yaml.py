"""YAML files, refused before they are read where they could take a machine's memory."""

from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.events import CollectionEndEvent, CollectionStartEvent, Event, NodeEvent

from aeflow.errors import InputError
from nids.base.files import existing
from nids.base.quote import one_line

# Far above what people and DVC write, and read within a second.
MOST_BYTES = 1_000_000
MOST_ENTRIES = 30_000
DEEPEST = 20


def read_yaml(path: Path) -> Any:
    """Read YAML 1.2, with the parser that DVC uses: in YAML 1.1 a plain 1e-3 is a text.

    Raises InputError with file and line if the file is missing, is not YAML in UTF-8, is larger or deeper than
    any settings are, or has an anchor, an alias or a tag: with these, a few lines can stand for gigabytes.
    """
    if (size := existing(path).stat().st_size) > MOST_BYTES:
        raise InputError(f"{path}: {size:,} bytes, more than the {MOST_BYTES:,} that are read")
    try:
        text = path.read_bytes().decode("utf-8-sig")
        fault = _fault(text)
        content = None if fault else YAML(typ="safe").load(text)
    except UnicodeDecodeError as error:
        raise InputError(f"{path}: byte {error.start + 1} is not UTF-8; save it as UTF-8") from None
    except OSError:
        raise
    except Exception as error:  # the parser lets through what int() and others raise
        mark = getattr(error, "problem_mark", None)
        line = "" if mark is None else f"line {mark.line + 1}: "
        problem = getattr(error, "problem", None) or str(error)
        raise InputError(f"{path}: not valid YAML: {line}{one_line(problem)}") from None
    if fault:
        raise InputError(f"{path}: {fault}")
    return content


def _fault(text: str) -> str:
    """Return what a file has that is not read, "" if nothing; no value is made."""
    depth = 0
    for n, event in enumerate(YAML(typ="safe").parse(text)):
        depth += isinstance(event, CollectionStartEvent) - isinstance(event, CollectionEndEvent)
        line = f"line {event.start_mark.line + 1}"
        if depth > DEEPEST:
            return f"{line}: more than {DEEPEST} levels"
        if n > MOST_ENTRIES:
            return f"{line}: more than {MOST_ENTRIES:,} entries"
        if isinstance(event, NodeEvent) and event.anchor is not None:
            return f"{line}: an anchor or alias (& or *), which is not read; write the value out, or in quotes"
        if (tag := _tag(event)) is not None:
            return f"{line}: the tag {one_line(tag)}, which is not read; write the value alone, or in quotes"
    return ""


def _tag(event: Event) -> str | None:
    tag = getattr(event, "tag", None)
    return None if tag is None else str(tag).replace("tag:yaml.org,2002:", "!!")
