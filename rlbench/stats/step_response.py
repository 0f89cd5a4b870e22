"""A score as a function of the size of a method's steps: its average, its width near the best, the cost of one for all.

Scores [..., seeds, steps] on the task's scale (0 the random policy, 1 the solved line), the same seeds at every step:
a resample of seeds takes whole curves. `places` [steps] are decades of a step's length, ascending.
"""

import numpy as np
from numpy.typing import NDArray

NEAR = 0.9
"""The part of the best mean score from which on a step is as good as the best."""

Floats = NDArray[np.float64]


def average_score(scores: Floats, places: Floats) -> Floats:
    """What a step that is drawn log-uniformly from the range can be expected to score: the curve's trapezoids over the
    range. [..., steps] to [...]; linear in the scores, so that it is a score of each run."""
    return np.trapezoid(scores, places) / (places[-1] - places[0])


def near_best_width(scores: Floats, places: Floats) -> Floats:
    """Decades on which the mean curve, straight between its points, is at least NEAR of its highest point.

    [..., seeds, steps] to [...]. 0 where no step scores above 0: nothing is near a best that is no better than random.
    """
    mean = scores.mean(-2)
    least = NEAR * mean.max(-1, keepdims=True)
    widths = _part_above(mean[..., :-1] - least, mean[..., 1:] - least) * np.diff(places)
    return np.where(least[..., 0] > 0, widths.sum(-1), 0.0)


def _part_above(left: Floats, right: Floats) -> Floats:
    """The part of a straight line from `left` to `right` that is not below 0."""
    fall = np.abs(right - left)
    crossing = np.maximum(left, right) / np.where(fall > 0, fall, 1.0)
    return np.where(np.minimum(left, right) >= 0, 1.0, np.clip(crossing, 0.0, 1.0))


def scores_at_best(scores: Floats) -> Floats:
    """For every seed its score at the step that was best for the others, a choice that has not seen it.

    [seeds, steps] to [seeds]; NaN for a single seed, that has no others.
    """
    count = len(scores)
    if count < 2:
        return np.full(count, np.nan)
    others = (scores.sum(0) - scores) / (count - 1)
    return scores[np.arange(count), others.argmax(1)]


def cost_of_one_step(*tasks: Floats) -> Floats:
    """The sensitivity of Adkins et al. 2024 (arXiv:2412.07165): the mean over tasks of each one's best
    mean score, less the best mean over tasks of one step. [..., seeds, steps] each, to [...]; never below 0.
    """
    means = np.stack([scores.mean(-2) for scores in tasks])
    return means.max(-1).mean(0) - means.mean(0).max(-1)
