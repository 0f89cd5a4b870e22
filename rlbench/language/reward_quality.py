"""How well a learned reward orders answers that it was not fitted to."""

import numpy as np
from scipy.stats import rankdata

from rlbench.language.comparisons import AnswerComparisons


def accuracy(comparisons: AnswerComparisons, score: np.ndarray) -> float:
    """Share of fresh pairs that a score [F] orders as their rewards; pairs with equal rewards are left out."""
    learned, hidden = comparisons.fresh_pairs(score)
    counted = hidden != 0
    return float((learned * hidden > 0)[counted].mean())


def correlation(comparisons: AnswerComparisons, score: np.ndarray) -> float:
    """Spearman's rank correlation of a score [F] with rewards over all fresh answers."""
    ranks = [rankdata(x) for x in (score, comparisons.fresh_reward.numpy())]
    return float(np.corrcoef(ranks)[0, 1])
