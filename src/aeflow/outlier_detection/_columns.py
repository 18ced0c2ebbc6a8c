"""The columns of the over-samplers, without their package: that imports torch, which a fitted detector does not need.

The module is loaded under its own name, so that the over-samplers, if they are imported later, have the same one.
"""

import sys
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

_NAME = "aeflow.over_sampling._columns"

if _NAME not in sys.modules:
    _spec = spec_from_file_location(_NAME, Path(__file__).parents[1] / "over_sampling" / "_columns.py")
    assert _spec is not None
    assert _spec.loader is not None
    sys.modules[_NAME] = module_from_spec(_spec)
    _spec.loader.exec_module(sys.modules[_NAME])

from aeflow.over_sampling._columns import (  # noqa: E402
    MOST_DECIMALS,
    Categorical,
    Column,
    as_frame,
    as_table,
    exact,
    learn_columns,
    match,
)

__all__ = ["MOST_DECIMALS", "Categorical", "Column", "as_frame", "as_table", "exact", "learn_columns", "match"]
