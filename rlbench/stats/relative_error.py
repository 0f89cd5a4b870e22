"""How far estimates are from what they estimate, in units of that: bias and root mean squared error.

Estimates of one seed share their noise, also where different methods made what is estimated: so each seed gives one
number, the mean over its estimates, and intervals are over seeds.
"""

import numpy as np
import pandas as pd

from rlbench.stats.bootstrap import expanded_percentile_interval
from rlbench.stats.intervals import Interval, t_interval


def relative_errors(estimate: pd.Series, truth: pd.Series, seed: pd.Series) -> pd.DataFrame:
    """Of each seed the mean relative error and the mean of its square: index seed, columns `error` and `square`.

    All three have one line per estimate; `truth` is not zero.
    """
    error = estimate / truth - 1
    return pd.DataFrame({"error": error, "square": error**2}).groupby(seed).mean()


def bias(seeds: pd.DataFrame) -> Interval:
    """The mean over seeds of `relative_errors`, with Student's interval."""
    return t_interval(seeds["error"].to_numpy())


def root_mean_square(seeds: pd.DataFrame, generator: np.random.Generator) -> Interval:
    """The root of the mean over seeds of squared `relative_errors`, with a bootstrap over seeds: a mean of squares so
    skewed would take a t interval below zero."""
    return expanded_percentile_interval([seeds["square"].to_numpy()], root_of_mean, generator)


def root_of_mean(squares: np.ndarray) -> np.ndarray:
    """Over the last axis."""
    return np.sqrt(squares.mean(-1))
