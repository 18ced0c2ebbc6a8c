"""New rows as a classifier needs them."""

import pandas as pd

from nids.data.encoder import Encoder
from nids.methods import METHODS


def encoded(method: str, rows: pd.DataFrame, encoder: Encoder) -> pd.DataFrame:
    """Return new rows of ``method`` as encoded features: records are encoded, features are that already."""
    return encoder.transform(rows) if METHODS[method].sees == "records" else rows[encoder.names]
