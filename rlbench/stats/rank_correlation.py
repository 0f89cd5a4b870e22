"""Do two quantities rise together, on whatever scale? Spearman's rank correlation."""

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats


def rank_correlation(first: ArrayLike, second: ArrayLike) -> float:
    """Pearson's correlation of the ranks of [n] and [n], ties at their mean rank (Spearman 1904).

    A pair with a number that is not finite is left out. NaN where one quantity does not vary, or lengths differ.
    """
    one, other = (np.asarray(values, dtype=float) for values in (first, second))
    if len(one) != len(other):
        return float("nan")
    both = np.isfinite(one) & np.isfinite(other)
    ranks = [stats.rankdata(values[both]) for values in (one, other)]
    varies = all(len(own) > 1 and own.min() < own.max() for own in ranks)
    return float(np.corrcoef(*ranks)[0, 1]) if varies else float("nan")
