"""Which methods could not grow a class."""

from collections.abc import Mapping
from typing import Any

from nids.methods import METHODS
from nids.show.pages.cells import counted


def left_alone_sentences(left_alone: Mapping[str, Any]) -> list[str]:
    """Return a sentence for each method and class; left_alone: ``{method: {seed: {class: why}}}``."""
    sentences = []
    for method, of_method in left_alone.items():
        found: dict[str, list[str]] = {}
        for of_seed in of_method.values():
            for name, why in of_seed.items():
                found.setdefault(name, []).append(why)
        for name, whys in found.items():
            runs = "" if len(whys) == len(of_method) else f" in {len(whys)} of {counted(len(of_method), 'run')}"
            sentences.append(f"{METHODS[method].name} leaves {name} as it is{runs}: {whys[0]}.")
    return sentences
