"""What tells whether the fits behind the scores can be trusted."""

import pandas as pd


def last_epoch(curve: pd.DataFrame) -> dict[str, float]:
    """Return the last row of a learning curve, rounded: the terms of the loss and the spreads."""
    return {name: round(float(value), 4) for name, value in curve.iloc[-1].items() if name != "epoch"}
