"""The worst share of the runs: conditional value at risk, the mean of a tail.

Fractional as in Rockafellar and Uryasev 2000, "Optimization of Conditional Value-at-Risk": where a share is not a
whole number of values, the last one counts in part. So it moves smoothly with the share and has no jump in n.
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray

LEAST_SHARE = 0.1
LEAST_SEEDS = 4
"""A tail over seeds holds at least this share of them and at least this number."""


def upper_cvar(values: ArrayLike, share: float) -> NDArray[np.float64]:
    """Mean of the largest `share` of [..., values], to [...]; in their unit, NaN for no value or a NaN among them.

    For what is bad when large, such as drawdowns. Raises ValueError unless 0 < share <= 1.
    """
    if not 0 < share <= 1:
        raise ValueError(f"{share} is not a share")
    ordered = np.sort(np.asarray(values, dtype=float), axis=-1)[..., ::-1]
    count = ordered.shape[-1]
    if count == 0:
        return np.full(ordered.shape[:-1], np.nan)
    weight = np.clip(share * count - np.arange(count), 0, 1) / (share * count)
    missing = np.isnan(ordered).any(-1)
    return np.where(missing, np.nan, np.nan_to_num(ordered) @ weight)


def lower_cvar(values: ArrayLike, share: float) -> NDArray[np.float64]:
    """Mean of the smallest `share` of [..., values], to [...]: for what is bad when small, such as returns."""
    return -upper_cvar(-np.asarray(values, dtype=float), share)


def tail_share(seeds: int) -> float:
    """The share that a tail over this many seeds should hold; 1, which is no tail, for four and fewer.

    Twenty values for a tail of a twentieth would be their minimum under another name.
    """
    return min(1.0, max(LEAST_SHARE, LEAST_SEEDS / seeds))
