"""Did a run lose what it had learned, and did it find it again?

A learning curve is looked at on the task's fixed scale, 0 for the random policy and 1 for the solved line, and as a
running median of three evaluations, so that one evaluation with bad luck is no collapse. A run that never learned has
nothing to lose: it did not collapse, but it may end at the random policy.
"""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from rlbench.core.anchors import Anchors
from rlbench.stats.curves import SEED
from rlbench.stats.drawdown import drawdowns

FALL = 0.5
"""A run fell if it was more than this part of the task's range below its own peak."""
FLOOR = 0.1
"""A run is at the random policy below this part of the task's range above it."""
WINDOW = 3
"""Evaluations in a running median: this one and those before it."""
COLUMNS = [*SEED, "peak", "deepest_fall", "fell", "collapsed", "at_random"]


def collapses(curves: pd.DataFrame, anchors: Mapping[str, Anchors]) -> pd.DataFrame:
    """One line per run, sorted by SEED, from curves with the columns of `curves.seed_curves`.

    `peak` and `deepest_fall` are of the smoothed curve, in parts of the task's range. `fell`: at some evaluation it was
    more than FALL below its peak so far; `collapsed`: it still is at the end, so it fell and did not recover;
    `at_random`: it ends below FLOOR. Curves are of finite numbers; a curve on a shared grid begins where it has some.
    """
    lines = []
    for key, curve in curves.dropna(subset="value").groupby(SEED, observed=True):
        normalise = anchors[str(key[0])].normalise
        smooth = running_median(np.array([normalise(value) for value in curve.sort_values("step")["value"]]))
        depths = drawdowns(smooth)
        lines.append(
            dict(zip(SEED, key, strict=True))
            | {"peak": float(smooth.max()), "deepest_fall": float(depths.max()), "fell": bool(depths.max() > FALL)}
            | {"collapsed": bool(depths[-1] > FALL), "at_random": bool(smooth[-1] < FLOOR)}
        )
    return pd.DataFrame(lines, columns=COLUMNS).sort_values(SEED, ignore_index=True)


def running_median(values: np.ndarray) -> np.ndarray:
    """Median of each of [evaluations] and the WINDOW - 1 before it, of fewer at the beginning; [evaluations]."""
    return np.array([np.median(values[max(0, at - WINDOW + 1) : at + 1]) for at in range(len(values))])
