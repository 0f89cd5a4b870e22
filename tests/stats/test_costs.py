"""Censored costs, fronts and budgets, against answers that can be seen."""

import numpy as np
import pytest

from rlbench.stats.budgets import value_at
from rlbench.stats.censored import restricted
from rlbench.stats.pareto import on_front, probability_on_front

NAN = float("nan")


def chances(costs, gains, count=2_000):
    return probability_on_front(costs, gains, np.random.default_rng(0), count)


def test_a_run_that_never_got_there_counts_with_all_that_it_spent():
    assert restricted([3.0, NAN, 12.0], [10.0, 10.0, 11.0]).tolist() == [3.0, 10.0, 11.0]
    assert np.isnan(restricted([NAN], [NAN])).all()


def test_the_restricted_mean_is_the_area_under_the_curve_of_those_that_wait():
    """The share of runs still waiting, summed over time, for times that are not cut off but by the end."""
    generator = np.random.default_rng(1)
    times = generator.exponential(5.0, 400)
    reached = np.where(times <= 8.0, times, NAN)
    grid = np.linspace(0, 8, 80_001)
    waiting = 1 - np.searchsorted(np.sort(times), grid, side="right") / 400
    assert restricted(reached, np.full(400, 8.0)).mean() == pytest.approx(np.trapezoid(waiting, grid), rel=1e-4)


def test_the_front_holds_whom_nobody_beats_in_both():
    cost, gain = np.array([1.0, 2.0, 2.0, 3.0, 4.0]), np.array([1.0, 5.0, 4.0, 5.0, 6.0])
    assert on_front(cost, gain).tolist() == [True, True, False, False, True]
    assert on_front(np.array([2.0, 2.0]), np.array([7.0, 7.0])).tolist() == [True, True]
    assert on_front(cost[None], gain[None]).shape == (1, 5)


def test_the_order_of_methods_and_units_of_cost_do_not_matter():
    generator = np.random.default_rng(2)
    cost, gain = generator.random((2, 50, 6))
    order = generator.permutation(6)
    assert (on_front(cost[:, order], gain[:, order]) == on_front(cost, gain)[:, order]).all()
    assert (on_front(1e9 * cost, 3 * gain - 7) == on_front(cost, gain)).all()


def test_sure_and_open_places_on_the_front():
    cheap, dear = [1.0] * 8, [5.0] * 8
    runs = np.linspace(0.0, 1.0, 8)
    assert chances([cheap, dear], [runs + 10, runs]).tolist() == [1.0, 0.0]
    assert chances([cheap, dear], [runs, runs + 10]).tolist() == [1.0, 1.0]
    first, second = chances([cheap, dear], [runs, runs])
    assert first == 1.0
    assert second == pytest.approx(0.5, abs=0.05)
    assert chances([], []).tolist() == []


def test_a_runs_own_cost_and_gain_are_drawn_together():
    """The longer a run, the better: against a fixed rival on the same line no replicate beats it in both."""
    line = np.linspace(1.0, 9.0, 9)
    assert chances([line, [5.0] * 9], [line, [5.0] * 9]).min() == 1.0


def test_the_value_is_read_off_where_the_budget_is_first_passed():
    kl, value = np.array([0.0, 4.0, 16.0, 1.0, 25.0]), np.array([10.0, 30.0, 50.0, 0.0, 99.0])
    assert value_at(kl, value, 4.0) == 30.0
    assert value_at(kl, value, 9.0) == 40.0  # halfway between 2 and 4, the roots
    assert value_at(kl, value, 1.0) == 20.0
    assert value_at(kl, value, 100.0) == 99.0
    assert np.isnan(value_at(np.empty(0), np.empty(0), 1.0))


def test_a_policy_that_begins_beyond_the_budget_counts_as_it_began():
    assert value_at(np.array([3.0, 9.0]), np.array([7.0, 8.0]), 1.0) == 7.0
