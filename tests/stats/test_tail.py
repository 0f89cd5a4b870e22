"""Tail means against the integral of the normal, the optimisation that defines them, and numbers by hand."""

import numpy as np
import pytest
from scipy import stats

from rlbench.stats.tail import lower_cvar, tail_share, upper_cvar


@pytest.mark.parametrize("share", [0.05, 0.1, 0.5])
def test_normal_scores_have_the_analytic_tail(share):
    scores = np.random.default_rng(0).normal(3.0, 2.0, 400_000)
    tail = stats.norm.pdf(stats.norm.ppf(share)) / share
    assert upper_cvar(scores, share) == pytest.approx(3 + 2 * tail, abs=0.03)
    assert lower_cvar(scores, share) == pytest.approx(3 - 2 * tail, abs=0.03)


@pytest.mark.parametrize("share", [0.07, 0.2, 0.33, 0.9])
def test_is_the_minimum_that_defines_it(share):
    values = np.random.default_rng(1).gamma(2.0, size=17)
    # min over c of c + mean(max(x - c, 0)) / share, which is reached at one of the values
    expected = min(c + np.maximum(values - c, 0).mean() / share for c in values)
    assert upper_cvar(values, share) == pytest.approx(expected)


def test_a_part_of_a_value_counts_in_part():
    # 1.5 of 5 values: 10 and half of 8
    assert upper_cvar([1, 10, 2, 8, 3], 0.3) == pytest.approx((10 + 8 / 2) / 1.5)
    assert lower_cvar([1, 10, 2, 8, 3], 0.3) == pytest.approx((1 + 2 / 2) / 1.5)


def test_the_whole_is_the_mean_and_a_small_share_the_worst():
    values = np.random.default_rng(2).normal(size=(3, 9))
    assert upper_cvar(values, 1.0) == pytest.approx(values.mean(-1))
    assert upper_cvar(values, 1 / 20).tolist() == pytest.approx(values.max(-1).tolist())


def test_shift_scale_and_order():
    values = np.random.default_rng(3).normal(size=11)
    assert upper_cvar(5 + 2 * values[::-1], 0.25) == pytest.approx(5 + 2 * upper_cvar(values, 0.25))


def test_missing_and_no_values():
    assert np.isnan(upper_cvar([1.0, np.nan, 3.0], 0.5))
    assert upper_cvar([[1.0, 3.0], [np.nan, 3.0]], 0.5)[0] == 3
    assert np.isnan(upper_cvar([], 0.5))
    for share in (0, 1.1):
        with pytest.raises(ValueError, match="not a share"):
            upper_cvar([1.0], share)


def test_a_tail_holds_four_seeds_and_a_tenth_of_them():
    assert [tail_share(seeds) for seeds in (3, 4, 10, 20, 40, 100)] == [1, 1, 0.4, 0.2, 0.1, 0.1]
