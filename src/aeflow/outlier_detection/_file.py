"""A fitted detector as one safetensors file: its arrays as tensors, the rest as JSON in the metadata."""

import json
import math
import os
from collections.abc import Mapping
from dataclasses import asdict, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pandas as pd
from pandas.api import types

from aeflow._checks import column as column_of
from aeflow._checks import quote
from aeflow.errors import InputError
from aeflow.outlier_detection._likelihood import Gaussian, Likelihood
from aeflow.outlier_detection._lookup import ColumnLookup, Lookup
from aeflow.outlier_detection._network import Network, Shape
from aeflow.over_sampling._columns import MOST_DECIMALS, Column, learn_columns

# The one key of the metadata: of several, safetensors writes the order at random.
KEY = "aeflow.AEFlowDetector"
VERSION = 2

# Dtypes of columns that a file can have, beside pandas' categories, as numpy and pandas write them.
DTYPES = {
    *("object", "str", "string", "bool", "boolean", "float16", "float32", "float64", "Float32", "Float64"),
    *(f"{kind}{bits}" for kind in ("int", "uint", "Int", "UInt") for bits in (8, 16, 32, 64)),
}
# What numbers are compared as.
ENDS = (np.dtype(np.int64), np.dtype(np.uint64), np.dtype(np.float64))


class _WrongError(ValueError):
    """What a file has that a detector's does not."""


def write(path: Path, parameters: Mapping[str, Any], likelihood: Likelihood, offset: float) -> None:
    """Write a fitted detector, whole or not at all. Raises InputError for what such a file cannot hold."""
    from safetensors.numpy import save

    gaussian, lookup = likelihood.gaussian, likelihood.lookup
    assert gaussian is not None
    columns = dict(sorted(zip(lookup.order, lookup.columns, strict=True)))
    meta = {
        "version": VERSION,
        "parameters": {name: _parameter(name, value) for name, value in parameters.items()},
        "shape": {name: _parameter(name, value) for name, value in asdict(likelihood.network.shape).items()},
        "columns": [_described(of.column) for of in columns.values()],
        "rows": likelihood.n_rows,
        "level": gaussian.level,
        "offset": offset,
    }
    tensors = {"gaussian.whiten": gaussian.whiten, "gaussian.shift": gaussian.shift}
    for name, layers in likelihood.network.layers.items():
        for i, (weights, biases) in enumerate(layers):
            tensors |= {f"{name}.{i}.weights": weights, f"{name}.{i}.biases": biases}
    for i, of in columns.items():
        if of.starts is not None and of.ends is not None:
            tensors |= {f"column.{i}.starts": of.starts, f"column.{i}.ends": of.ends}
    content = save(tensors, {KEY: json.dumps(meta, allow_nan=False)})
    with TemporaryDirectory(prefix=".unfinished-", dir=path.parent) as folder:
        temporary = Path(folder, path.name)
        temporary.write_bytes(content)
        os.replace(temporary, path)


def read(path: Path) -> tuple[dict[str, Any], Likelihood, float]:
    """Return the parameters, likelihood and offset in a file.

    Raises InputError for one that is missing, or holds anything else than what ``write`` has written.
    """
    from safetensors import SafetensorError
    from safetensors.numpy import load

    try:
        content = path.read_bytes()
    except OSError as error:
        raise InputError(f"{path}: {error.strerror}; save the detector there, or correct the path") from None
    try:
        tensors = load(content)
        # It has read the header, of the length that stands in the first 8 bytes.
        header = json.loads(content[8 : 8 + int.from_bytes(content[:8], "little")])
        meta = json.loads(header.get("__metadata__", {})[KEY])
        return _restored(meta, tensors)
    except SafetensorError as error:
        what = f"no safetensors file ({error})"
    except (_WrongError, InputError) as error:
        what = str(error)
    except (ArithmeticError, LookupError, MemoryError, RecursionError, TypeError, ValueError) as error:
        what = f"no detector's file ({type(error).__name__})"
    raise InputError(f"{path}: {' '.join(what.split())}; save the detector anew")


def _restored(meta: Any, tensors: dict[str, np.ndarray]) -> tuple[dict[str, Any], Likelihood, float]:
    keys = ("version", "parameters", "shape", "columns", "rows", "level", "offset")
    version, parameters, shape_of, described, n_rows, level, offset = _values(meta, keys, "the metadata")
    if version != VERSION:
        raise _WrongError(f"version {quote(version)} of the file, where {VERSION} is read")
    if type(n_rows) is not int or not 2 <= n_rows < 2**63:
        raise _WrongError(f"{quote(n_rows)} rows")
    for number in (level, offset):
        if type(number) is not float or not math.isfinite(number):
            raise _WrongError(f"{quote(number)} where a finite number is expected")
    if not isinstance(described, list) or not described:
        raise _WrongError("no columns")
    shape = _shape(shape_of)
    names = pd.DataFrame(columns=pd.Index([_value(of["name"]) for of in described], dtype=object))
    lookup = Lookup([_column(i, of, column_of(names, i), tensors) for i, of in enumerate(described)])
    layers = {
        name: [
            (_tensor(tensors, f"{name}.{i}.weights", (a, b)), _tensor(tensors, f"{name}.{i}.biases", (b,)))
            for i, (a, b) in enumerate(of)
        ]
        for name, of in shape.layers(int(lookup.sizes[lookup.sizes > 1].sum())).items()
    }
    likelihood = Likelihood(lookup, Network(shape, layers, lookup.first), n_rows)
    n_errors = len(likelihood.added)
    whiten = _tensor(tensors, "gaussian.whiten", (shape.latent_dim + n_errors, n_errors))
    likelihood.gaussian = Gaussian(whiten, _tensor(tensors, "gaussian.shift", (n_errors,)), level)
    if tensors:
        raise _WrongError(f"tensor {quote(min(tensors))} is one too many")
    if not np.isfinite(likelihood.of_each_cell()).all():
        raise _WrongError("its scores are not finite")
    return parameters, likelihood, offset


def _shape(described: Any) -> Shape:
    latent_dim, coupling_layers, coupling, hidden = _values(
        described, ("latent_dim", "coupling_layers", "coupling", "hidden"), "the network's shape"
    )
    whole = isinstance(hidden, list) and len(hidden) <= 8
    if not whole or not all(type(n) is int and n > 0 for n in [latent_dim, coupling_layers, *hidden]):
        raise _WrongError("the network's shape is no whole numbers")
    # More than these no detector can have, and the layers' names are made before any is looked for.
    if latent_dim > 1024 or coupling_layers > 64 or coupling not in ("affine", "additive"):
        raise _WrongError("the network's shape is out of range")
    return Shape(latent_dim, coupling_layers, coupling, tuple(hidden))


def _column(i: int, described: Any, said: str, tensors: dict[str, np.ndarray]) -> ColumnLookup:
    """Return a column as it was learned, from its categories, or the lowest and the highest of its numbers."""
    dtype = _dtype(described["dtype"])
    starts = ends = None
    categorical = "categories" in described
    if categorical:
        values = [_value(of) for of in described["categories"]]
        if isinstance(dtype, pd.CategoricalDtype) and not set(values) <= set(dtype.categories):
            raise _WrongError(f"{said} has categories that its dtype lacks")
    else:
        starts = _tensor(tensors, f"column.{i}.starts", None)
        ends = _tensor(tensors, f"column.{i}.ends", starts.shape, starts.dtype)
        values = [starts[0].item(), ends[-1].item()]
    with np.errstate(over="ignore"):
        rows = pd.Series(values, dtype=dtype, name=described["name"]).to_frame()
    (learned,) = learn_columns(rows, [categorical])
    column = replace(learned, said=said, decimals=described.get("decimals"))
    # As JSON, where true is not 1.
    if json.dumps(_described(column), sort_keys=True) != json.dumps(described, sort_keys=True):
        raise _WrongError(f"{said} is none that a detector learns")
    if starts is None or ends is None:
        return ColumnLookup(column)
    if starts.dtype != column.low.dtype or starts[0] != column.low or ends[-1] != column.high:
        raise _WrongError(f"{said} has no such range")
    if (starts > ends).any() or (starts[1:] < ends[:-1]).any() or (ends[1:] <= ends[:-1]).any():
        raise _WrongError(f"the cells of {said} are in no order")
    return ColumnLookup(column, starts, ends)


def _described(column: Column) -> dict[str, Any]:
    """Return a column as JSON has it, its numbers' range left out. Raises InputError for one that it cannot hold."""
    dtype, said = column.dtype, column.said
    try:
        name = _value(column.name)
    except _WrongError:
        raise InputError(f"{said}: such a name cannot be saved; make it a text, and fit anew") from None
    try:
        described: dict[str, Any] = {"name": name, "dtype": str(dtype)}
        if isinstance(dtype, pd.CategoricalDtype):
            all_of_them = [_value(of) for of in dtype.categories]
            of = {"categories": all_of_them, "of": str(dtype.categories.dtype), "ordered": bool(dtype.ordered)}
            described["dtype"] = of
        _dtype(described["dtype"])
        if column.categories is not None:
            return described | {"categories": [_value(of) for of in column.categories]}
        if column.low.dtype not in ENDS or column.decimals not in (None, *range(MOST_DECIMALS + 1)):
            raise _WrongError
    except _WrongError:
        raise InputError(
            f"{said}: {dtype} with such values cannot be saved; make them texts, bools, whole numbers or floats of up "
            "to 64 bits, of numpy's dtypes or pandas' nullable ones, and fit anew"
        ) from None
    return described | {"decimals": column.decimals}


def _dtype(described: Any) -> Any:
    if isinstance(described, dict):
        categories, of, ordered = _values(described, ("categories", "of", "ordered"), "a dtype")
        index = pd.Index([_value(of) for of in categories], dtype=_dtype(of))
        return pd.CategoricalDtype(index, ordered=ordered)
    if described not in DTYPES:
        raise _WrongError(f"dtype {quote(described)} is none that a file can have")
    return types.pandas_dtype(described)


def _value(value: Any) -> str | bool | int:
    """Return a text, bool or whole number of 64 bits as Python has it; raise _WrongError if it is none."""
    value = value.item() if isinstance(value, np.generic) else value
    if isinstance(value, str):
        return str(value)
    if isinstance(value, bool) or (type(value) is int and -(2**63) <= value < 2**64):
        return value
    raise _WrongError(f"{quote(value)} is no text, bool or whole number of 64 bits")


def _parameter(name: str, value: Any) -> Any:
    """Return a parameter as JSON has it; of a random state that is no whole number, None."""
    value = value.item() if isinstance(value, np.generic) else value
    if value is None or isinstance(value, str | bool | int | float):
        return value
    if name == "random_state":
        return None
    try:
        return [_value(of) for of in value]
    except _WrongError as error:
        raise InputError(f"{name}: {error}, and cannot be saved; give texts, bools or whole numbers") from None


def _values(found: Any, keys: tuple[str, ...], where: str) -> list[Any]:
    if not isinstance(found, dict) or set(found) != set(keys):
        raise _WrongError(f"{where} lacks {', '.join(keys)}, or has more")
    return [found[key] for key in keys]


def _tensor(
    tensors: dict[str, np.ndarray], name: str, shape: tuple[int, ...] | None, dtype: np.dtype | None = None
) -> np.ndarray:
    """Take a tensor of finite numbers, of a shape, and float32 or ``dtype``; one of ends of cells if it is None."""
    if name not in tensors:
        raise _WrongError(f"tensor {name!r} is missing")
    found = np.array(tensors.pop(name))
    if shape is None:
        fits = found.ndim == 1 and len(found) > 0 and found.dtype in ENDS
    else:
        fits = found.shape == shape and found.dtype == (dtype or np.float32)
    if not fits:
        raise _WrongError(f"tensor {name!r} has shape {found.shape} and dtype {found.dtype}")
    if not np.isfinite(found).all():
        raise _WrongError(f"tensor {name!r} has numbers that are not finite")
    return found
