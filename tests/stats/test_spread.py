"""Variances and ranges of seeds against formulas in plain Python, and what the interval covers under skew."""

import math
import statistics

import numpy as np
import pytest
from scipy import stats

from rlbench.stats.intervals import MadeBy
from rlbench.stats.spread import interpercentile_range, kurtosis, variance_interval


def test_variance_interval_by_hand():
    values = [1.0, 2.0, 4.0, 4.0, 5.0, 9.0, 13.0]
    n, z, mean, middle = 7, 1.959964, statistics.fmean(values), statistics.median(values)
    peaked = n * sum((x - middle) ** 4 for x in values) / sum((x - mean) ** 2 for x in values) ** 2
    scale = n / (n - z)
    centre = math.log(scale * statistics.variance(values))
    half = z * scale * math.sqrt((peaked - (n - 3) / n) / (n - 1))
    made = variance_interval(values)
    assert made.estimate == pytest.approx(statistics.variance(values))
    assert (math.log(made.low), math.log(made.high)) == pytest.approx((centre - half, centre + half), abs=1e-5)
    assert made.made_by is MadeBy.BONETT


def test_shifts_and_orders_do_not_matter_and_scales_count_squared():
    values = np.random.default_rng(0).gamma(2.0, size=12)
    made, moved = variance_interval(values), variance_interval(5 - 3 * values[::-1])
    assert (moved.estimate, moved.low, moved.high) == pytest.approx((9 * made.estimate, 9 * made.low, 9 * made.high))


def test_kurtosis_of_large_samples():
    generator = np.random.default_rng(1)
    assert kurtosis(generator.normal(size=200_000)) == pytest.approx(3, abs=0.1)
    assert kurtosis(generator.uniform(size=200_000)) == pytest.approx(1.8, abs=0.02)


def test_cases_without_spread():
    assert variance_interval([3.0] * 4).made_by is MadeBy.CONSTANT
    assert variance_interval([0.1] * 3).estimate == 0.0
    assert variance_interval([3.0]).made_by is MadeBy.ONE_VALUE
    assert variance_interval([]).made_by is MadeBy.NO_VALUE
    two = variance_interval([1.0, 2.0])
    assert (two.estimate, two.low, two.high) == (0.5, 0.0, math.inf)
    assert np.isnan(variance_interval([1.0, np.nan, 2.0, 3.0]).estimate)


def test_it_covers_where_the_chi_squared_interval_does_not():
    """Twenty seeds: normal scores near 95 %; exponential ones near 90 % where chi-squared covers 74 %."""
    tries, generator = 2_000, np.random.default_rng(2)
    normal, skewed = generator.normal(size=(tries, 20)), generator.exponential(size=(tries, 20))

    def coverage(scores):
        made = [variance_interval(one) for one in scores]
        return np.mean([interval.low <= 1 <= interval.high for interval in made])

    low, high = 19 / stats.chi2.ppf([0.975, 0.025], 19)
    squares = skewed.var(1, ddof=1)
    assert coverage(normal) == pytest.approx(0.95, abs=4 * np.sqrt(0.95 * 0.05 / tries))
    assert coverage(skewed) > 0.88
    assert ((low * squares <= 1) & (high * squares >= 1)).mean() < 0.8


def test_interpercentile_range_of_even_numbers():
    assert interpercentile_range(np.arange(101.0)) == pytest.approx(90)
    assert interpercentile_range(np.array([np.arange(101.0), 2 * np.arange(101.0)])).tolist() == [90, 180]


def test_interpercentile_range_of_many_normal_runs():
    assert interpercentile_range(np.random.default_rng(0).normal(size=400_000)) == pytest.approx(3.2897, abs=0.02)
    assert interpercentile_range(np.full(20, 500.0)) == 0
