"""Which classes each generator learns at once, and what its files are called."""

from aeflow.nsl_kdd.schema import MINORITY


def class_groups(method: str) -> list[tuple[str, ...]]:
    """Return the classes of each fit: a conditional GAN learns all at once, the others one each."""
    return [MINORITY] if method == "cgan" else [(name,) for name in MINORITY]


def weights_file(classes: tuple[str, ...], seed: int) -> str:
    return f"{'+'.join(classes)}-seed{seed}.safetensors"


def curve_file(classes: tuple[str, ...]) -> str:
    return f"curves/{'+'.join(classes)}.csv"
