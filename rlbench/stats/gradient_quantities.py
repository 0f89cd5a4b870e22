"""What a table says of an estimator of a gradient, with intervals.

Lengths are told in those of the true gradient. Where two things are compared that no step size could tell apart, an
estimator and the same times two, it is by what does not change with that: angles, and noise to signal.
"""

import numpy as np

from rlbench.stats.gradient_moments import Floats, Moments
from rlbench.stats.intervals import Interval
from rlbench.stats.jackknife import jackknife


def quantities(found: Moments, yardstick: Moments, shape: tuple[int, int]) -> dict[str, Interval]:
    """By name; `yardstick` is what another estimator says on the same batches, `shape` the number of blocks in them
    and in the reference's."""
    with np.errstate(invalid="ignore", divide="ignore"):
        values = _values(found) | {
            "log_variance_ratio": np.log(found.variance / yardstick.variance),
            "log_noise_ratio": np.log(yardstick.signal_to_noise / found.signal_to_noise),
        }
    return {name: jackknife(value, *shape) for name, value in values.items()}


def _values(found: Moments) -> dict[str, Floats]:
    unit = found.true_squared_length
    return {
        "variance": found.variance / unit,
        "squared_bias": found.squared_bias / unit,
        "squared_error": found.error / unit,
        "signal_to_noise": found.signal_to_noise,
        "scaled_variance": found.scaled_variance,
        "scaled_squared_bias": found.scaled_squared_bias,
        "scaled_squared_error": found.scaled_squared_bias + found.scaled_variance,
        "cosine": found.cosine,
        "direction": found.direction,
    }
