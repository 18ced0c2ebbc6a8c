"""Training sets as row numbers: each real row is stored once, and stages say which they keep."""

import numpy as np
import pandas as pd

from aeflow.nsl_kdd.schema import FEATURES


def synthetic_rows(features: np.ndarray, labels: np.ndarray) -> pd.DataFrame:
    """Return features (n, 41) and labels (n,) as rows marked as synthetic."""
    return pd.DataFrame(features, columns=list(FEATURES), dtype="float64").assign(label=labels, synthetic=True)


def assemble(train: pd.DataFrame, kept: np.ndarray, synthetic: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of ``train`` at positions ``kept``, then the synthetic ones.

    ``train`` has the features and ``label``; the result also has ``synthetic``, bool.
    """
    return pd.concat([train.iloc[kept].assign(synthetic=False), synthetic], ignore_index=True)
