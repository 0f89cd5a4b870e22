"""An interval and a region: inside, outside, across."""

import math

import numpy as np
import pytest

from rlbench.stats.intervals import Interval, MadeBy, t_interval
from rlbench.stats.verdict import Region, Verdict, decide, deciding_size

SUPPORTED, REFUTED, UNDECIDED, NOT_MEASURED = Verdict
NAN = float("nan")


def interval(low: float, high: float) -> Interval:
    return Interval((low + high) / 2, low, high, MadeBy.T)


@pytest.mark.parametrize(
    ("low", "high", "region", "expected"),
    [
        (1.1, 2.0, Region(low=1), SUPPORTED),
        (1.0, 2.0, Region(low=1), SUPPORTED),
        (0.9, 2.0, Region(low=1), UNDECIDED),
        (0.2, 0.9, Region(low=1), REFUTED),
        (0.2, 0.9, Region(high=1), SUPPORTED),
        (0.2, 1.1, Region(high=1), UNDECIDED),
        (1.1, 1.2, Region(high=1), REFUTED),
        (-0.1, 0.1, Region(-0.2, 0.2), SUPPORTED),
        (-0.3, 0.1, Region(-0.2, 0.2), UNDECIDED),
        (-0.3, 0.3, Region(-0.2, 0.2), UNDECIDED),
        (0.21, 0.3, Region(-0.2, 0.2), REFUTED),
        (0.5, 0.5, Region(low=0.5), SUPPORTED),
    ],
)
def test_inside_supports_outside_refutes_and_across_decides_nothing(low, high, region, expected):
    assert decide(interval(low, high), region) is expected


def test_without_a_number_nothing_was_measured_and_without_bounds_nothing_is_decided():
    assert decide(Interval(NAN, NAN, NAN, MadeBy.NO_VALUE), Region(low=1)) is NOT_MEASURED
    assert decide(Interval(2.0, NAN, NAN, MadeBy.ONE_VALUE), Region(low=1)) is UNDECIDED
    assert math.isnan(deciding_size(Interval(2.0, NAN, NAN, MadeBy.ONE_VALUE), Region(low=1), 1))


def test_regions_are_said_in_words():
    assert [str(Region(low=1)), str(Region(high=0.5)), str(Region(-1, 1))] == ["at least 1", "at most 0.5", "-1 to 1"]


def test_twice_as_wide_as_far_takes_four_times_as_many():
    # From 1.25 it is a quarter to the edge, and the interval reaches half of one that way.
    assert deciding_size(Interval(1.25, 0.75, 1.75, MadeBy.T), Region(low=1), 10) == 40
    assert deciding_size(Interval(0.75, 0.25, 1.25, MadeBy.T), Region(low=1), 10) == 40
    # Of two edges the nearer one takes more.
    assert deciding_size(Interval(0.125, -0.5, 0.625, MadeBy.T), Region(-0.25, 0.25), 10) == 160
    assert math.isinf(deciding_size(Interval(1.0, 0.9, 1.1, MadeBy.T), Region(low=1), 10))


def test_so_many_do_decide():
    values = np.random.default_rng(0).normal(1.2, 1.0, 20)
    size = deciding_size(t_interval(values), Region(low=1), 20)
    assert decide(t_interval(values), Region(low=1)) is UNDECIDED
    # The same values over and over: as many and a few for the quantile of fewer degrees of freedom.
    more = np.resize(values, int(1.1 * size))
    assert decide(t_interval(more), Region(low=1)) is not UNDECIDED


def test_a_claim_at_its_edge_is_supported_and_refuted_seldom():
    # The truth lies on the edge: each happens in one of forty cases.
    g = np.random.default_rng(1)
    found = [decide(t_interval(g.normal(1.0, 1.0, 10)), Region(low=1)) for _ in range(2000)]
    for verdict in (SUPPORTED, REFUTED):
        # Binomial(2000, 0.025): mean 50 with a standard deviation of 7, five of them either way.
        assert 15 < found.count(verdict) < 85
