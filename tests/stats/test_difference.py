"""Intervals of differences against Welch's, against each other, and under exchange, shift and scale."""

import numpy as np
import pytest
from scipy import stats

from rlbench.stats.difference import bootstrapped_difference, difference_of_means
from rlbench.stats.intervals import MadeBy, t_interval
from rlbench.stats.iqm import iqm, pooled_iqm
from rlbench.stats.task_means import mean_of_task_means


def some_methods():
    generator = np.random.default_rng(3)
    return [list(generator.normal(m, 1 + m, (3, 9))) for m in range(2)]


def bounds(interval):
    return interval.estimate, interval.low, interval.high


def test_one_task_is_welchs_interval():
    generator = np.random.default_rng(1)
    x, y = generator.normal(1, 1, 5), generator.normal(2, 6, 11)
    welch = stats.ttest_ind(x, y, equal_var=False).confidence_interval(0.95)
    assert bounds(difference_of_means([x], [y])) == pytest.approx((x.mean() - y.mean(), welch.low, welch.high))


def test_a_second_method_without_spread_shifts_the_interval_of_the_first():
    values = np.array([1.0, 2.0, 4.0, 9.0])
    alone = t_interval(values)
    made = difference_of_means([values], [[5.0] * 4])
    assert bounds(made) == pytest.approx((alone.estimate - 5, alone.low - 5, alone.high - 5))


def test_tasks_count_alike_whatever_their_numbers_of_seeds():
    first, second = [[0.0, 2.0], [10.0, 12.0, 11.0, 11.0]], [[0.0, 0.0], [1.0, 1.0, 1.0, 1.0]]
    assert difference_of_means(first, second).estimate == pytest.approx((1 + 10) / 2)
    assert mean_of_task_means(*map(np.array, first)) == pytest.approx(6.0)


def test_exchanging_the_methods_turns_the_interval():
    first, second = some_methods()
    made, other = difference_of_means(first, second), difference_of_means(second, first)
    assert bounds(other) == pytest.approx((-made.estimate, -made.high, -made.low))


def test_a_bootstrapped_difference_of_means_comes_close_to_the_t_interval():
    first, second = some_methods()
    drawn = bootstrapped_difference(first, second, mean_of_task_means, _generator())
    exact = difference_of_means(first, second)
    assert drawn.made_by is MadeBy.EXPANDED_PERCENTILE
    assert drawn.estimate == pytest.approx(exact.estimate)
    assert drawn.high - drawn.low == pytest.approx(exact.high - exact.low, rel=0.1)


def test_a_bootstrapped_difference_takes_any_statistic_and_both_methods_vary():
    first, second = some_methods()
    made = bootstrapped_difference(first, second, pooled_iqm, _generator(), 2_000)
    assert made.estimate == pytest.approx(iqm(first) - iqm(second))
    still = bootstrapped_difference(first, [np.full(9, 1.0)] * 3, pooled_iqm, _generator(), 2_000)
    assert made.high - made.low > 1.2 * (still.high - still.low)


def test_shifts_of_both_cancel_and_scales_pass_through():
    first, second = some_methods()
    made = bootstrapped_difference(first, second, pooled_iqm, _generator(), 500)
    moved = bootstrapped_difference(
        [7 + 2 * x for x in first], [7 + 2 * y for y in second], pooled_iqm, _generator(), 500
    )
    assert bounds(moved) == pytest.approx(tuple(2 * bound for bound in bounds(made)))


def test_overlapping_intervals_may_still_differ():
    generator = np.random.default_rng(0)
    noise = stats.zscore(generator.normal(size=20))
    first, second = noise + 0.75, noise
    assert t_interval(second).high > t_interval(first).low
    assert difference_of_means([first], [second]).low > 0


def test_cases_without_spread_are_labelled():
    assert bounds(difference_of_means([[3.0] * 3], [[1.0] * 3])) == (2.0, 2.0, 2.0)
    assert difference_of_means([[3.0] * 3], [[1.0] * 3]).made_by is MadeBy.CONSTANT
    assert difference_of_means([[3.0]], [[1.0, 2.0]]).made_by is MadeBy.ONE_VALUE
    assert bootstrapped_difference([[3.0]], [[1.0, 2.0]], pooled_iqm, _generator()).made_by is MadeBy.ONE_VALUE


def _generator():
    return np.random.default_rng(7)
