"""How much do training runs differ, apart from the luck of their evaluations?

One-way random effects by the method of moments: the variance of measured scores is the variance between seeds plus
the mean variance of a score's own evaluation noise. With few evaluation episodes the second part may be most of it,
and a method would look unstable for being measured badly.
"""

import numpy as np
from numpy.typing import ArrayLike

from rlbench.stats.intervals import Interval, MadeBy, t_interval
from rlbench.stats.recovered import recovered_difference
from rlbench.stats.spread import variance_interval


def seed_variance(scores: ArrayLike, noise: ArrayLike) -> Interval:
    """s^2(scores) - mean(noise), with its interval; in the scores' squared unit.

    `scores` are those of one task, [seeds]; `noise` the squared standard error of each, [seeds], as from
    `evaluation_noise.noise_of_mean`. The estimate has no bias and may be below 0, where seeds differ by less than
    their evaluations do; the bounds are not below 0. The interval is recovered from Bonett's of the first part and
    Student's of the second, which are taken as independent.
    """
    measured, lucky = variance_interval(scores), t_interval(noise)
    if measured.made_by is not MadeBy.BONETT:
        # Equal scores have no variance to take noise from; their evaluations had none either, or were too coarse.
        return measured
    made = recovered_difference(measured, lucky)
    return Interval(made.estimate, float(np.maximum(made.low, 0)), float(np.maximum(made.high, 0)), made.made_by)


def reliability(scores: ArrayLike, noise: ArrayLike) -> float:
    """Share of the measured variance that is between seeds (intraclass correlation of the scores), 0 to 1.

    NaN where all scores are equal or there are fewer than two.
    """
    measured = variance_interval(scores).estimate
    if not measured > 0:
        return float("nan")
    return float(np.clip(1 - np.mean(np.asarray(noise, dtype=float)) / measured, 0, 1))
