"""Spearman's correlation against scipy's, and where there is none."""

import numpy as np
import pytest
from scipy import stats

from rlbench.stats.rank_correlation import rank_correlation


@pytest.mark.parametrize("seed", range(5))
def test_it_is_scipys_also_with_ties(seed):
    g = np.random.default_rng(seed)
    x, y = g.integers(0, 6, 40), g.normal(size=40).round(1)
    assert rank_correlation(x, y) == pytest.approx(stats.spearmanr(x, y).statistic, abs=1e-12)


def test_a_pair_that_is_no_number_is_left_out():
    x, y = [1.0, 2.0, 3.0, 4.0, 9.0], [1.0, 4.0, 9.0, np.nan, -np.inf]
    assert rank_correlation(x, y) == pytest.approx(1)


@pytest.mark.parametrize(("x", "y"), [([1, 1, 1], [1, 2, 3]), ([1, 2], [1, 2, 3]), ([], []), ([1], [2])])
def test_what_does_not_vary_or_is_not_paired_has_none(x, y):
    assert np.isnan(rank_correlation(x, y))
