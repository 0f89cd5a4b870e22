"""The probability of improvement against published values, scipy's U, and what it must not depend on."""

import numpy as np
import pytest
from scipy import stats

from rlbench.stats.improvement import improvement_interval, improvement_test, probability_of_improvement
from rlbench.stats.intervals import MadeBy


def some_methods():
    generator = np.random.default_rng(3)
    return [[generator.normal(m / 2, 1 + m, 6 + m + task) for task in range(3)] for m in range(2)]


def interval(first, second, count=2_000):
    return improvement_interval(first, second, np.random.default_rng(7), count)


def test_published_unit_value():
    first, second = np.array([[1, 2], [2, 2], [1, 1], [2, 1]]), np.array([[1, 1], [2, 2], [3, 3]])
    assert probability_of_improvement(first.T, second.T) == pytest.approx(1 / 3)


def test_is_the_mean_of_mann_and_whitneys_u():
    first, second = some_methods()
    first[0][0] = second[0][0]  # a tie
    shares = [stats.mannwhitneyu(x, y).statistic / len(x) / len(y) for x, y in zip(first, second, strict=True)]
    assert probability_of_improvement(first, second) == pytest.approx(np.mean(shares))
    assert interval(first, second).estimate == pytest.approx(np.mean(shares))


def test_the_two_directions_add_to_one():
    first, second = some_methods()
    assert probability_of_improvement(first, second) + probability_of_improvement(second, first) == pytest.approx(1)
    assert probability_of_improvement(first, first) == pytest.approx(0.5)


def test_scales_and_bends_of_a_task_do_not_matter():
    first, second = some_methods()
    bent = interval([np.exp(x) for x in first], [np.exp(y) for y in second])
    assert bent == interval(first, second)


def test_order_of_seeds_and_tasks_does_not_matter():
    first, second = some_methods()
    turned = [x[::-1] for x in first[::-1]], [y[::-1] for y in second[::-1]]
    assert probability_of_improvement(*turned) == pytest.approx(probability_of_improvement(first, second))


def test_interval_is_inside_zero_and_one_around_the_estimate():
    first, second = some_methods()
    made = interval(first, second)
    assert 0 <= made.low < made.estimate < made.high <= 1
    assert made.made_by is MadeBy.EXPANDED_PERCENTILE


@pytest.mark.parametrize(("seeds", "tasks"), [(5, 1), (10, 1), (5, 4)])
def test_complete_separation_is_no_certainty(seeds, tasks):
    high, low = [np.arange(seeds) + 100.0] * tasks, [np.arange(float(seeds))] * tasks
    won, lost = interval(high, low), interval(low, high)
    bound = 0.025 ** (1 / (seeds * tasks))
    assert (won.estimate, won.low, won.high) == (1.0, pytest.approx(bound), 1.0)
    assert (lost.estimate, lost.low, lost.high) == (0.0, 0.0, pytest.approx(1 - bound))
    assert won.made_by is MadeBy.MATCHED_PAIRS


def test_one_task_won_and_one_lost_is_no_certainty_either():
    high, low = np.arange(6) + 100.0, np.arange(6.0)
    made = interval([high, low], [low, high])
    expected = stats.binomtest(6, 12).proportion_ci(method="exact")
    assert (made.estimate, made.low, made.high) == (0.5, pytest.approx(expected.low), pytest.approx(expected.high))


def test_the_test_is_of_improvement_and_bends_of_a_task_do_not_matter():
    first, second = some_methods()
    found, bent = (
        improvement_test(one, other, np.random.default_rng(7), 999)
        for one, other in ((first, second), ([np.exp(first[0]), *first[1:]], [np.exp(second[0]), *second[1:]]))
    )
    assert found.difference == pytest.approx(probability_of_improvement(first, second) - 0.5)
    assert bent == found


def test_all_runs_above_all_others_is_the_rarest_of_all_deals():
    made = improvement_test([[4.0, 5.0, 6.0, 1e9]], [[0.0, 1.0, 2.0, 3.0]], np.random.default_rng(7))
    assert (made.difference, made.exact, made.p_value) == (0.5, True, pytest.approx(2 / 70))


def test_cases_without_runs_or_spread():
    assert np.isnan(probability_of_improvement([[]], [[1.0]]))
    assert np.isnan(probability_of_improvement([[np.nan, 1.0]], [[1.0, 2.0]]))
    assert interval([[1.0]], [[2.0, 3.0]]).made_by is MadeBy.ONE_VALUE
    assert interval([], []).made_by is MadeBy.NO_VALUE
    assert interval([[1.0, 1.0]], [[1.0, 1.0]]).made_by is MadeBy.CONSTANT
