"""A score as a function of a setting: how far values differ, and which way the score goes as the setting grows.

Scores [seeds, values] on the task's scale (0 the random policy, 1 the solved line), the same seeds at every value. All
numbers here are one for each seed: seeds are independent of each other, runs of one seed with two values need not be.
"""

import numpy as np
from numpy.typing import NDArray

from rlbench.stats.step_response import scores_at_best

Floats = NDArray[np.float64]


def lead_of_best(scores: Floats, chosen: NDArray[np.bool_]) -> Floats:
    """For every seed, its score at the best of the `chosen` values less that at the best of the others.

    Both are best for the other seeds, so that choosing among more values gains nothing by chance; [seeds], NaN for one.
    """
    return scores_at_best(scores[:, chosen]) - scores_at_best(scores[:, ~chosen])


def best_less_worst(scores: Floats) -> Floats:
    """For every seed, its score at the value that was best for the others less that at the one that was worst."""
    return scores_at_best(scores) + scores_at_best(-scores)


def slope(scores: Floats, places: Floats) -> Floats:
    """For every seed, the slope of the straight line that is nearest to its scores over `places` [values]."""
    centred = places - places.mean()
    return scores @ centred / (centred**2).sum()
