"""Many comparisons at once: p-values that say what one comparison proves among all that were made.

Holm's for a family that was declared before the runs were seen: with it the chance of even one false claim in the
family is at most the level. Benjamini and Hochberg's for a grid that is only looked through: with it at most that
share of the claims is false on average. A comparison that could not be made (NaN) stays NaN and still counts as one
of the family: to have failed at one makes no other one surer.
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import stats


def holm(p_values: ArrayLike) -> NDArray[np.float64]:
    """Adjusted p-values of a family, [comparisons], in its order (Holm 1979).

    The k-th smallest of K is multiplied by K - k + 1, then none may be below a smaller one's, and none above 1
    ("A Simple Sequentially Rejective Multiple Test Procedure"). Needs no independence.
    """
    p = np.asarray(p_values, dtype=float)
    order = np.argsort(_counted(p), kind="stable")
    steps = np.maximum.accumulate(_counted(p)[order] * np.arange(len(p), 0, -1))
    adjusted = np.empty_like(p)
    adjusted[order] = np.minimum(steps, 1)
    return np.where(np.isnan(p), np.nan, adjusted)


def benjamini_hochberg(p_values: ArrayLike) -> NDArray[np.float64]:
    """Adjusted p-values of an exploratory grid, [comparisons], in its order (Benjamini and Hochberg 1995).

    Their `false discovery rate` holds for independent or positively dependent comparisons.
    """
    p = np.asarray(p_values, dtype=float)
    if len(p) == 0:
        return p
    return np.where(np.isnan(p), np.nan, stats.false_discovery_control(_counted(p), method="bh"))


def _counted(p: NDArray[np.float64]) -> NDArray[np.float64]:
    if ((p < 0) | (p > 1)).any():
        raise ValueError("p-values lie between 0 and 1")
    return np.where(np.isnan(p), 1.0, p)
