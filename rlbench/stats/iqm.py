"""Interquartile mean: the mean of the middle half of the scores.

Agarwal et al. 2021, "Deep Reinforcement Learning at the Edge of the Statistical Precipice", section 4.3.
`int(0.25 * k)` values are cut from each end of k values, so for k below 4 nothing is cut and it is the mean.
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.stats import trim_mean

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
    numbers of seeds. With few tasks the easiest and the hardest may be cut away as a whole.
    """
    return np.asarray(trim_mean(np.concatenate(tasks, axis=-1), CUT, axis=-1))
