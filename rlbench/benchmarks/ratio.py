"""How many times as fast, and how sure is that."""

import numpy as np
from scipy import stats


def ratio(measured: list[float]) -> dict[str, float]:
    """Geometric mean of a ratio over the rounds, with a 95 % t interval of its logarithm."""
    logs = np.log(measured)
    half = stats.t.ppf(0.975, len(logs) - 1) * logs.std(ddof=1) / len(logs) ** 0.5 if len(logs) > 1 else np.nan
    low, middle, high = np.exp([logs.mean() - half, logs.mean(), logs.mean() + half])
    return {"ratio": round(middle, 2), "low": round(low, 2), "high": round(high, 2)}
