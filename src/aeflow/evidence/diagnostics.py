"""What tells whether the fits behind the scores can be trusted."""

import pandas as pd


def last_epoch(curve: pd.DataFrame) -> dict[str, float]:
    """Return the last row of a learning curve, rounded: the terms of the loss and the spreads."""
    last = curve.drop(columns="epoch").iloc[-1]
    return dict(zip(last.index.astype(str), last.round(4).tolist(), strict=True))
