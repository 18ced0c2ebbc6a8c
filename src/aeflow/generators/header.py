"""The header of a safetensors file: what a stored generator is made of, read without torch."""

import json
from dataclasses import dataclass
from typing import Any

# One key only: safetensors does not keep the order of several, so the bytes would vary.
ARCHITECTURE_KEY = "architecture"


@dataclass(frozen=True)
class Header:
    """``architecture``: the method and what builds it; ``shapes``: of each weight, by its name."""

    architecture: dict[str, Any]
    shapes: dict[str, list[int]]

    def units(self, network: str) -> list[int]:
        """Return the units of a multilayer perceptron's layers, from its input to its output."""
        weights = [
            (int(name.split(".")[-2]), shape)
            for name, shape in self.shapes.items()
            if name.startswith(f"{network}.") and name.endswith(".weight") and name.count(".") == network.count(".") + 2
        ]
        shapes = [shape for _, shape in sorted(weights)]
        return [shapes[0][1], *(shape[0] for shape in shapes)]


def read_header(content: bytes) -> Header:
    """Return the header: 8 bytes of length, little-endian, then JSON."""
    length = int.from_bytes(content[:8], "little")
    header = json.loads(content[8 : 8 + length])
    architecture = json.loads(header.pop("__metadata__")[ARCHITECTURE_KEY])
    return Header(architecture, {name: weight["shape"] for name, weight in header.items()})
