"""Training sets as row numbers: each real row is stored once, and stages say which they keep."""

import numpy as np
import pandas as pd


def assemble(train: pd.DataFrame, kept: np.ndarray, synthetic: pd.DataFrame | None) -> pd.DataFrame:
    """Return the rows of ``train`` at positions ``kept``, then the synthetic ones, if there are any.

    ``train`` has the features and ``label``; the result also has ``synthetic``, bool.
    """
    real = train.iloc[kept].assign(synthetic=False)
    return real.reset_index(drop=True) if synthetic is None else pd.concat([real, synthetic], ignore_index=True)
