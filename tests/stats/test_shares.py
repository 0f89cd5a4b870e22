"""Differences of shares against published intervals and a brute-force exact test."""

import numpy as np
import pytest
from scipy import stats

from rlbench.stats.intervals import Interval, MadeBy
from rlbench.stats.recovered import recovered_difference
from rlbench.stats.shares import boschloo_p_value, difference_of_shares, fewest_that_differ


@pytest.mark.parametrize(
    ("successes", "trials", "bounds"),
    [((56, 48), (70, 80), (0.0524, 0.3339)), ((5, 0), (20, 20), (0.04, 0.47))],
    ids=["Newcombe 1998", "five failures against none"],
)
def test_newcombes_interval(successes, trials, bounds):
    made = difference_of_shares(successes, trials)
    assert (made.low, made.high) == pytest.approx(bounds, abs=0.0035 if trials == (20, 20) else 5e-5)
    assert made.estimate == pytest.approx(successes[0] / trials[0] - successes[1] / trials[1])
    assert made.made_by is MadeBy.RECOVERED


def test_exchanging_the_methods_turns_the_interval():
    made, other = difference_of_shares((3, 7), (10, 20)), difference_of_shares((7, 3), (20, 10))
    assert (other.low, other.high) == pytest.approx((-made.high, -made.low))


def test_bounds_stay_between_minus_one_and_one():
    made = difference_of_shares((0, 5), (5, 5))
    assert -1 <= made.low < made.estimate + 1e-12 < made.high < 0


def test_a_recovered_interval_of_symmetric_ones_is_pythagoras():
    first, second = Interval(5.0, 2.0, 8.0, MadeBy.T), Interval(1.0, -3.0, 5.0, MadeBy.T)
    made = recovered_difference(first, second)
    assert (made.estimate, made.low, made.high) == (4.0, -1.0, 9.0)
    lone = recovered_difference(first, Interval(1.0, float("nan"), float("nan"), MadeBy.ONE_VALUE))
    assert lone.estimate == 4.0
    assert np.isnan([lone.low, lone.high]).all()


@pytest.mark.parametrize(("successes", "trials"), [((5, 0), (20, 20)), ((4, 1), (6, 9)), ((2, 2), (5, 7))])
def test_boschloos_is_the_exact_test_by_fishers_p_value(successes, trials):
    (a, b), (n, m) = successes, trials

    def one_sided(side):
        fisher = np.array(
            [[stats.fisher_exact([[i, j], [n - i, m - j]], side).pvalue for j in range(m + 1)] for i in range(n + 1)]
        )
        extreme = fisher <= fisher[a, b] * (1 + 1e-9)
        shares = np.linspace(0, 1, 2_001)[:, None]
        first, second = (stats.binom.pmf(np.arange(k + 1), k, shares) for k in (n, m))
        return np.einsum("pi,ij,pj->p", first, extreme, second).max()

    expected = min(1.0, 2 * min(one_sided("less"), one_sided("greater")))
    assert boschloo_p_value(successes, trials) == pytest.approx(expected, abs=2e-4)


def test_five_failures_in_twenty_against_none_are_seen_where_fishers_test_hardly_does():
    assert boschloo_p_value((5, 0), (20, 20)) == pytest.approx(0.0225, abs=5e-4)
    assert stats.fisher_exact([[5, 0], [15, 20]]).pvalue == pytest.approx(0.047, abs=5e-4)


def test_cases_that_say_nothing():
    assert boschloo_p_value((0, 0), (5, 5)) == boschloo_p_value((5, 5), (5, 5)) == 1.0
    assert np.isnan(boschloo_p_value((0, 1), (0, 5)))
    assert np.isnan(difference_of_shares((0, 1), (0, 5)).low)


@pytest.mark.parametrize("runs", [3, 5, 10, 20])
def test_the_fewest_that_differ_from_none_are_found_by_fishers_margin(runs):
    """One fewer would not differ; where not even all do, there is none."""
    fewest = fewest_that_differ(runs)
    if fewest is None:
        assert boschloo_p_value((runs, 0), (runs, runs)) > 0.05
    else:
        assert boschloo_p_value((fewest, 0), (runs, runs)) <= 0.05 < boschloo_p_value((fewest - 1, 0), (runs, runs))


def test_the_fewest_of_twenty_are_five():
    assert fewest_that_differ(20) == 5
    assert fewest_that_differ(0) is None
