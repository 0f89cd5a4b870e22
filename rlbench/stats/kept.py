"""Which promises are kept, as far as so many simulations can tell?

A promise is broken where the whole Monte-Carlo interval of its actual frequency lies on the wrong side of the nominal
one. The intervals are Wilson's, each at a level at which all of them hold together with 95 % (Bonferroni), so that of
hundreds of lines hardly one is marked by luck.
"""

import pandas as pd
from scipy import stats

from rlbench.stats.calibration import Bound
from rlbench.stats.intervals import CONFIDENCE


def judged(calibration: pd.DataFrame) -> pd.DataFrame:
    """The lines of `calibration.calibrate` with columns actual, low, high (Monte-Carlo interval) and kept."""
    level = 1 - (1 - CONFIDENCE) / max(len(calibration), 1)
    counts = zip(calibration["happened"], calibration["simulations"], strict=True)
    bounds = [stats.binomtest(*pair).proportion_ci(level, method="wilson") for pair in counts]
    made = calibration.assign(
        actual=calibration["happened"] / calibration["simulations"],
        low=[bound.low for bound in bounds],
        high=[bound.high for bound in bounds],
    )
    at_least = made["bound"] == Bound.AT_LEAST
    kept = (at_least & (made["high"] >= made["nominal"])) | (~at_least & (made["low"] <= made["nominal"]))
    return made.assign(kept=kept)
