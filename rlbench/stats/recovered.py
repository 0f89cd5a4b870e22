"""The interval of a difference, recovered from the intervals of its two parts.

Zou and Donner 2008, "Construction of confidence limits about effect measures: A general approach": where two
estimates are independent, the distance from an estimate to its bound tells its variance near that bound. No
symmetry is needed, so it serves shares and variances, whose own intervals are skewed.
"""

import numpy as np

from rlbench.stats.intervals import Interval, MadeBy


def recovered_difference(first: Interval, second: Interval) -> Interval:
    """First minus second, from independent intervals of equal confidence; bounds are NaN where one of theirs is.

    low = d - sqrt((x - x_low)^2 + (y_high - y)^2), high = d + sqrt((x_high - x)^2 + (y - y_low)^2).
    """
    difference = first.estimate - second.estimate
    below = np.hypot(first.estimate - first.low, second.high - second.estimate)
    above = np.hypot(first.high - first.estimate, second.estimate - second.low)
    return Interval(difference, float(difference - below), float(difference + above), MadeBy.RECOVERED)
