"""A line in a small panel: mean over runs with its 95 % band, or the mean alone in grey."""

import pandas as pd
from matplotlib.axes import Axes

from rlbench.report.appearance import QUIET, Look
from rlbench.stats.intervals import t_interval


def band(runs: pd.DataFrame) -> pd.DataFrame:
    """Of one column for each run: the same index, columns mean, low and high, Student's interval of each line."""
    made = [t_interval(values) for values in runs.to_numpy()]
    lines = [(interval.estimate, interval.low, interval.high) for interval in made]
    return pd.DataFrame(lines, index=runs.index, columns=["mean", "low", "high"])


def draw_band(axes: Axes, bounds: pd.DataFrame, look: Look) -> None:
    """A method in its colour; `bounds` are a `band`."""
    steps = bounds.index.to_numpy()
    axes.fill_between(steps, bounds["low"], bounds["high"], color=look.colour, alpha=0.18, linewidth=0, zorder=3)
    axes.plot(steps, bounds["mean"], color=look.colour, linestyle=look.dash, linewidth=1.5, zorder=4)


def draw_mean(axes: Axes, bounds: pd.DataFrame) -> None:
    """A method that others are compared with."""
    axes.plot(bounds.index, bounds["mean"], color=QUIET, linewidth=0.6, zorder=2)
