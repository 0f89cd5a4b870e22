"""Closed-form intervals against scipy, textbook numbers and the cases without spread."""

import numpy as np
import pytest
from scipy import stats

from rlbench.stats.intervals import MadeBy, satterthwaite_interval, t_interval, wilson_interval


def test_t_interval_equals_scipy():
    values = np.random.default_rng(0).gamma(2.0, size=7)
    expected = stats.ttest_1samp(values, 0).confidence_interval(0.95)
    made = t_interval(values)
    assert (made.low, made.high) == pytest.approx((expected.low, expected.high), abs=1e-12)
    assert made.estimate == pytest.approx(values.mean())
    assert made.made_by is MadeBy.T


def test_satterthwaite_for_two_tasks_is_welch():
    generator = np.random.default_rng(1)
    first, second = generator.normal(1, 1, 5), generator.normal(2, 6, 11)
    # mean(first) - mean(-second), with Welch's degrees of freedom, is twice the mean of the two task means
    welch = stats.ttest_ind(first, -second, equal_var=False).confidence_interval(0.95)
    made = satterthwaite_interval([first, second])
    assert (made.low, made.high) == pytest.approx((welch.low / 2, welch.high / 2), abs=1e-12)
    assert made.made_by is MadeBy.SATTERTHWAITE


def test_satterthwaite_with_a_constant_task_uses_the_other_ones_spread():
    varying = np.array([1.0, 2.0, 4.0])
    alone = t_interval(varying)
    made = satterthwaite_interval([varying, [7.0, 7.0, 7.0]])
    assert made.high - made.low == pytest.approx((alone.high - alone.low) / 2)


def test_task_order_and_seed_order_do_not_matter_and_shifts_and_scales_pass_through():
    generator = np.random.default_rng(2)
    tasks = [generator.normal(m, 1 + m, 4 + m) for m in range(3)]
    made = satterthwaite_interval(tasks)
    other = satterthwaite_interval([7 - 3 * task[::-1] for task in reversed(tasks)])
    assert other.estimate == pytest.approx(7 - 3 * made.estimate)
    assert (other.low, other.high) == pytest.approx((7 - 3 * made.high, 7 - 3 * made.low))


def test_equal_values_give_a_point_that_is_labelled():
    made = t_interval([0.1, 0.1, 0.1])
    assert (made.estimate, made.low, made.high) == (0.1, 0.1, 0.1)
    assert made.made_by is MadeBy.CONSTANT


def test_one_value_has_an_estimate_but_no_bounds():
    made = t_interval([4.0])
    assert made.estimate == 4.0
    assert np.isnan([made.low, made.high]).all()
    assert made.made_by is MadeBy.ONE_VALUE
    assert satterthwaite_interval([[1.0, 2.0, 3.0], [4.0]]).made_by is MadeBy.ONE_VALUE


@pytest.mark.parametrize("tasks", [[], [[]], [[1.0, 2.0], []]])
def test_no_value_gives_nothing(tasks):
    made = satterthwaite_interval(tasks)
    assert np.isnan([made.estimate, made.low, made.high]).all()
    assert made.made_by is MadeBy.NO_VALUE


def test_missing_value_is_seen():
    assert np.isnan(t_interval([1.0, np.nan, 2.0]).estimate)


def test_a_table_of_scores_is_refused():
    with pytest.raises(ValueError, match="one flat list"):
        satterthwaite_interval([np.ones((2, 2))])


@pytest.mark.parametrize(("trials", "upper"), [(5, 0.434), (10, 0.278), (20, 0.161), (30, 0.114)])
def test_wilson_upper_limit_without_a_failure(trials, upper):
    # z^2 / (n + z^2) for no success, z = 1.96
    made = wilson_interval(0, trials)
    assert made.low == pytest.approx(0, abs=1e-12)
    assert made.high == pytest.approx(upper, abs=6e-4)


def test_wilson_against_its_formula():
    n, p, z = 10, 0.3, stats.norm.ppf(0.975)
    centre, half = (p + z * z / 2 / n), z * np.sqrt(p * (1 - p) / n + z * z / 4 / n**2)
    made = wilson_interval(3, 10)
    scale = 1 + z * z / n
    assert (made.low, made.high) == pytest.approx(((centre - half) / scale, (centre + half) / scale), abs=1e-12)


def test_wilson_refuses_more_successes_than_trials_and_knows_nothing_from_no_trial():
    with pytest.raises(ValueError, match="3 of 2"):
        wilson_interval(3, 2)
    assert wilson_interval(0, 0).made_by is MadeBy.NO_VALUE
