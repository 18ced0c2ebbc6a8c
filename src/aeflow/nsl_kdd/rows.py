"""Training sets as row numbers: each real row is stored once, and stages say which they keep."""

import numpy as np
import pandas as pd


def assemble(train: pd.DataFrame, kept: np.ndarray, synthetic: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of ``train`` at positions ``kept``, then the synthetic ones.

    ``train`` has the features and ``label``; the result also has ``synthetic``, bool.
    """
    return pd.concat([train.iloc[kept].assign(synthetic=False), synthetic], ignore_index=True)
