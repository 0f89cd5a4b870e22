"""The smallest detectable effect against tables of sample sizes, the noncentral t, and simulated comparisons."""

import numpy as np
import pytest
from scipy import stats

from rlbench.stats.detectable import (
    POWER,
    power,
    smallest_detectable_difference,
    smallest_detectable_effect,
    smallest_detectable_shift,
    times_as_many,
)


@pytest.mark.parametrize(("effect", "seeds"), [(0.5, 64), (0.8, 26), (1.0, 17), (1.5, 9), (2.0, 6)])
def test_seeds_for_a_standard_effect_are_cohens(effect, seeds):
    assert smallest_detectable_effect(seeds) <= effect < smallest_detectable_effect(seeds - 1)


@pytest.mark.parametrize(("seeds", "one", "family"), [(5, 2.02, 3.87), (10, 1.32, 2.16), (20, 0.91, 1.40)])
def test_a_family_of_45_needs_larger_effects(seeds, one, family):
    assert smallest_detectable_effect(seeds) == pytest.approx(one, abs=0.006)
    assert smallest_detectable_effect(seeds, comparisons=45) == pytest.approx(family, abs=0.006)


@pytest.mark.parametrize(("shift", "freedom", "level"), [(2.0, 8, 0.05), (0.3, 3, 0.2), (5.0, 38, 0.05 / 45)])
def test_power_is_the_noncentral_ts(shift, freedom, level):
    limit = stats.t.isf(level / 2, freedom)
    expected = stats.nct.sf(limit, freedom, shift) + stats.nct.cdf(-limit, freedom, shift)
    assert power(shift, freedom, level) == pytest.approx(expected, abs=2e-4)


def test_without_a_difference_power_is_the_level():
    assert power(0.0, 8, 0.05) == pytest.approx(0.05, abs=2e-4)


def test_a_difference_of_that_size_is_found_four_times_in_five():
    tries, generator = 4_000, np.random.default_rng(4)
    first = generator.normal(smallest_detectable_effect(7), 1, (tries, 7))
    found = (stats.ttest_ind(first, generator.normal(0, 1, (tries, 7)), axis=1).pvalue <= 0.05).mean()
    assert found == pytest.approx(POWER, abs=4 * np.sqrt(POWER * (1 - POWER) / tries))


def test_more_tasks_and_seeds_show_smaller_effects():
    assert smallest_detectable_effect(5, tasks=4) < smallest_detectable_effect(5) / 2
    # Standard error and limit of many seeds: (1.960 + .842) sqrt(2 / n)
    assert smallest_detectable_effect(10_000) == pytest.approx(2.8016 * np.sqrt(2 / 10_000), rel=1e-3)


def test_in_the_unit_of_the_runs_it_is_the_effect_times_their_deviation():
    noise = stats.zscore(np.random.default_rng(0).normal(size=(3, 6)), axis=1, ddof=1)
    tasks = list(4.0 * noise)
    made = smallest_detectable_difference(tasks, [100 + task for task in tasks], comparisons=9)
    assert made == pytest.approx(4.0 * smallest_detectable_effect(6, tasks=3, comparisons=9))


def test_it_does_not_depend_on_what_was_found():
    generator = np.random.default_rng(1)
    first, second = generator.normal(size=(2, 2, 5))
    made = smallest_detectable_difference(list(first), list(second))
    assert smallest_detectable_difference(list(first + 50), list(second)) == pytest.approx(made)
    assert smallest_detectable_difference(list(-3 * second), list(-3 * first)) == pytest.approx(3 * made)


def test_cases_without_spread():
    assert np.isnan(smallest_detectable_effect(1))
    assert np.isnan(smallest_detectable_difference([[1.0]], [[1.0, 2.0]]))
    assert smallest_detectable_difference([[1.0, 1.0]], [[2.0, 2.0]]) == 0
    assert np.isnan(smallest_detectable_difference([[1.0, np.nan]], [[2.0, 3.0]]))


def test_in_the_unit_of_any_estimate_it_is_the_same_shift():
    generator = np.random.default_rng(5)
    first, second = generator.normal(size=(2, 1, 30))
    n, variances = 30, first.var(ddof=1) + second.var(ddof=1)
    freedom = variances**2 / ((first.var(ddof=1) ** 2 + second.var(ddof=1) ** 2) / (n - 1))
    made = smallest_detectable_shift(float(np.sqrt(variances / n)), float(freedom), comparisons=4)
    assert made == pytest.approx(smallest_detectable_difference(list(first), list(second), comparisons=4))
    assert np.isnan(smallest_detectable_shift(float("nan"), float("nan")))


@pytest.mark.parametrize("seeds", [20, 50])
def test_so_many_times_as_many_runs_detect_it(seeds):
    """Degrees of freedom grow as well, so it is a little less than the square says."""
    effect = 0.4
    times = times_as_many(effect, smallest_detectable_effect(seeds))
    assert smallest_detectable_effect(round(times * seeds)) == pytest.approx(effect, rel=0.05)
    assert times_as_many(-effect, effect) == 1
    assert times_as_many(0.0, effect) == np.inf
