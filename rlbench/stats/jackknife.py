"""The interval of a number that two independent samples make together, from what it is without each of their blocks.

Not the bootstrap: a gradient that is drawn twice agrees with itself, and would pass for signal.
"""

import numpy as np
from scipy import special

from rlbench.stats.gradient_moments import Floats
from rlbench.stats.intervals import CONFIDENCE, Interval, MadeBy


def jackknife(values: Floats, first: int, second: int) -> Interval:
    """`values` [1 + N + N'] are with everything, then without each of `first` = N blocks of the one sample, then
    without each of `second` = N' of the other.

    Variance (N - 1)² / N times that of the values with a block left out, for either sample (Tukey 1958; Arvesen 1969,
    "Jackknifing U-Statistics", doi:10.1214/aoms/1177697287, for two samples), and Student's t with Satterthwaite's
    degrees of freedom. In simulations it holds as often as it says for variances and lengths; for a square that noise
    is taken off, 90 to 96 times in a hundred, and where it does not it lies too low.
    """
    assert len(values) == 1 + first + second
    parts = (values[1 : 1 + first], values[1 + first :])
    variance = np.array([(len(part) - 1) ** 2 / len(part) * part.var(ddof=1) for part in parts])
    estimate, total = float(values[0]), float(variance.sum())
    if total == 0:
        return Interval(estimate, estimate, estimate, MadeBy.CONSTANT)
    freedom = total**2 / (variance**2 / (np.array([first, second]) - 1)).sum()
    half = float(special.stdtrit(freedom, 0.5 + CONFIDENCE / 2) * np.sqrt(total))
    return Interval(estimate, estimate - half, estimate + half, MadeBy.SATTERTHWAITE)
