"""How well a learned reward orders segments that it was not fitted to."""

import numpy as np
from scipy.stats import rankdata

from rlbench.preferences.reward_model import RewardModel
from rlbench.preferences.segments import Segments


def scores(model: RewardModel, segments: Segments) -> np.ndarray:
    """The sum of each segment's learned rewards, float64 [S, M]."""
    rewards, total = model.acting(), np.zeros(segments.returns.shape)
    for shown, action, mask in zip(segments.inputs, segments.action, segments.mask, strict=True):
        total += rewards(shown, action) * mask
    return total


def accuracy(score: np.ndarray, returns: np.ndarray) -> np.ndarray:
    """Share of pairs, the segments 2n and 2n + 1 of each seed, that are ordered as their returns: [S].

    Pairs with equal returns have no order and are left out; NaN where there are no others.
    """
    learned, hidden = (x.reshape(len(x), -1, 2) @ np.array([1.0, -1.0]) for x in (score, returns))
    counted = hidden != 0
    with np.errstate(invalid="ignore"):
        return (learned * hidden > 0).sum(1) / counted.sum(1)


def correlation(score: np.ndarray, returns: np.ndarray) -> np.ndarray:
    """Spearman's rank correlation over the segments of each seed, [S]; NaN where all are equal."""
    learned, hidden = (rankdata(x, axis=1) - (x.shape[1] + 1) / 2 for x in (score, returns))
    with np.errstate(invalid="ignore"):
        return (learned * hidden).sum(1) / np.sqrt((learned**2).sum(1) * (hidden**2).sum(1))
