"""Ratios of spread against analytic values, and a test that finds differences of spread and not of means."""

import numpy as np
import pytest

from rlbench.stats.intervals import MadeBy
from rlbench.stats.variance_ratio import log_variance_ratio, ratio_test


def some_methods(wider=1.0, seeds=8, tasks=3, seed=0):
    generator = np.random.default_rng(seed)
    first, second = generator.normal(size=(2, tasks, seeds))
    return list(wider * first), list(second)


def spread_p(first, second, count=999):
    return ratio_test(first, second, np.random.default_rng(7), count)


def test_the_same_runs_spread_k_times_as_far_have_ln_k():
    runs, _ = some_methods()
    made = log_variance_ratio([5 + 3 * x for x in runs], runs)
    assert made.interval.estimate == pytest.approx(np.log(3))
    assert (made.tasks, made.left_out, made.interval.made_by) == (3, 0, MadeBy.LOG_RATIO)


def test_unequal_numbers_of_seeds_are_corrected_and_weighted():
    generator = np.random.default_rng(1)
    (a, b), (c, d) = (generator.normal(size=5), generator.normal(size=9)), generator.normal(size=(2, 20))

    def one(x, y):
        return np.log(x.std(ddof=1) / y.std(ddof=1)) + 1 / (2 * (len(x) - 1)) - 1 / (2 * (len(y) - 1))

    weights = np.array([1 / (1 / 8 + 1 / 16), 1 / (1 / 38 + 1 / 38)])
    expected = np.average([one(a, b), one(c, d)], weights=weights)
    assert log_variance_ratio([a, c], [b, d]).interval.estimate == pytest.approx(expected)


def test_many_normal_runs_have_the_normal_standard_error():
    first, second = some_methods(seeds=4_000, tasks=2)
    made = log_variance_ratio(first, second).interval
    # two tasks, each with variance 2 / (2 (n - 1))
    assert made.high - made.estimate == pytest.approx(1.96 * np.sqrt(1 / 3_999 / 2), rel=0.05)


def test_many_skewed_runs_have_a_larger_one():
    # Kurtosis of the exponential about its median ln 2, worked out by hand: 12.03; (k - 1) / (4 n) for each logarithm
    first, second = np.random.default_rng(2).exponential(size=(2, 1, 40_000))
    made = log_variance_ratio(list(first), list(second)).interval
    assert made.high - made.estimate == pytest.approx(1.96 * np.sqrt(2 * 11.03 / 4 / 40_000), rel=0.1)


def test_units_and_order_of_tasks_do_not_matter_and_exchange_turns_the_sign():
    first, second = some_methods(2.0)
    made = log_variance_ratio(first, second).interval
    scaled = log_variance_ratio([first[0] * 100, *first[1:]], [second[0] * 100 + 7, *second[1:]]).interval
    turned = log_variance_ratio(second[::-1], first[::-1]).interval
    assert (scaled.estimate, scaled.low, scaled.high) == pytest.approx((made.estimate, made.low, made.high))
    assert (turned.estimate, turned.low, turned.high) == pytest.approx((-made.estimate, -made.high, -made.low))


def test_a_task_at_the_ceiling_has_no_ratio_and_is_counted():
    first, second = some_methods(2.0)
    alone = log_variance_ratio(first, second)
    made = log_variance_ratio([*first, [500.0] * 8], [*second, [499.0] * 7 + [12.0]])
    assert (made.interval, made.tasks, made.left_out) == (alone.interval, 3, 1)
    none = log_variance_ratio([[1.0, 1.0], [2.0]], [[1.0, 2.0], [1.0, 3.0]])
    assert (none.tasks, none.left_out, none.interval.made_by) == (0, 2, MadeBy.NO_VALUE)


def test_spread_is_told_from_level():
    wide, narrow = some_methods(6.0, seeds=10)
    same, other = some_methods(1.0, seeds=10)
    assert spread_p(wide, narrow) < 0.01
    assert spread_p([x + 100 for x in same], other) == spread_p(same, other) > 0.05


def test_the_test_counts_tasks_of_any_scale_alike_and_leaves_the_ceiling_out():
    first, second = some_methods(3.0)
    scaled = spread_p([first[0] * 1e6, *first[1:]], [second[0] * 1e6, *second[1:]])
    assert scaled == spread_p(first, second)
    assert spread_p([*first, [500.0] * 7 + [400.0]], [*second, np.arange(8.0)]) == spread_p(first, second)
    assert np.isnan(spread_p([[500.0] * 10], [np.arange(10.0) * 30]))
    assert np.isnan(spread_p([[1.0]], [[1.0, 2.0]]))


def test_half_of_the_runs_at_the_ceiling_are_no_spread():
    """One run a hair below the ceiling against three far below it: a ratio of exceptions, which nobody asked for."""
    made = log_variance_ratio([[1.0] * 19 + [0.999]], [[1.0] * 17 + [0.7, 0.75, 0.8]])
    assert (made.tasks, made.left_out) == (0, 1)
    assert np.isnan(made.error)


def test_three_runs_of_each_can_prove_nothing():
    assert spread_p([[0.0, 1.0, 2.0]], [[0.0, 1e-6, 2e-6]]) >= 0.1


def test_equal_spread_is_rejected_as_seldom_as_promised():
    """Two skewed tasks with ten seeds: 5 % within four binomial standard errors, for different means."""
    tries, generator = 1_000, np.random.default_rng(3)
    scores = generator.gamma(2.0, 1.0, (tries, 2, 2, 10)) + np.array([0.0, 3.0])[:, None, None]
    rejected = np.mean([spread_p(list(x), list(y), 199) <= 0.05 for x, y in scores])
    assert rejected == pytest.approx(0.05, abs=4 * np.sqrt(0.05 * 0.95 / tries))
