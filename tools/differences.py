"""How far two versions of an output file are apart."""

import io
import json
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd


def difference(name: str, a: bytes, b: bytes) -> float:
    """Return the largest difference of two numbers at the same place, |a - b| / max(1, |b|); infinity if more differs.

    ``name`` tells the format. Files of other formats than those below are equal or infinitely apart.
    """
    if a == b:
        return 0.0
    suffix = name.rpartition(".")[2]
    if suffix not in _READERS:
        return np.inf
    return _apart(_READERS[suffix](a), _READERS[suffix](b))


def _apart(a: Any, b: Any) -> float:
    if isinstance(a, dict) and isinstance(b, dict) and list(a) == list(b):
        return max((_apart(a[key], b[key]) for key in a), default=0.0)
    if isinstance(a, list) and isinstance(b, list) and len(a) == len(b):
        return max((_apart(x, y) for x, y in zip(a, b, strict=True)), default=0.0)
    x, y = np.asarray(a), np.asarray(b)
    if x.dtype != y.dtype or x.shape != y.shape:
        return np.inf
    if x.dtype.kind not in "iuf":
        return 0.0 if (x == y).all() else np.inf
    x, y = x.astype(np.float64), y.astype(np.float64)
    if (np.isnan(x) != np.isnan(y)).any():
        return np.inf
    return float(np.nan_to_num(np.abs(x - y) / np.maximum(1, np.abs(y))).max(initial=0.0))


def _columns(frame: pd.DataFrame) -> dict[str, Any]:
    return {str(name): frame[name].to_numpy() for name in frame}


def _safetensors(content: bytes) -> dict[str, Any]:
    from safetensors.numpy import load

    return load(content)


def _pixels(content: bytes) -> Any:
    from matplotlib.image import imread

    return imread(io.BytesIO(content), format="png")


def _trees(content: bytes) -> Any:
    from xgboost import Booster

    return json.loads(Booster(model_file=bytearray(content)).save_raw("json"))


_READERS: dict[str, Callable[[bytes], Any]] = {
    "parquet": lambda content: _columns(pd.read_parquet(io.BytesIO(content))),
    "csv": lambda content: _columns(pd.read_csv(io.BytesIO(content))),
    "json": json.loads,
    "safetensors": _safetensors,
    "png": _pixels,
    "ubj": _trees,
}
