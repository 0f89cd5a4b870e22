"""The range of the runs against known confidences and simulated runs."""

import numpy as np
import pytest

from rlbench.stats.tolerance import range_confidence


@pytest.mark.parametrize(("seeds", "confidence"), [(10, 0.26), (20, 0.61), (30, 0.82)])
def test_known_confidences(seeds, confidence):
    assert range_confidence(seeds) == pytest.approx(confidence, abs=0.005)


def test_46_runs_are_the_first_to_hold_nine_tenths_with_95_percent():
    assert range_confidence(45) < 0.95 <= range_confidence(46)


def test_one_run_holds_nothing_and_two_hold_their_distance():
    assert range_confidence(1) == pytest.approx(0)
    # P(|U - V| >= share) of two uniform numbers
    assert range_confidence(2, 0.6) == pytest.approx((1 - 0.6) ** 2)


def test_simulated_runs_keep_it_whatever_their_distribution():
    tries = 20_000
    places = np.random.default_rng(0).uniform(size=(tries, 12))
    held = (np.ptp(places, axis=1) >= 0.7).mean()
    expected = range_confidence(12, 0.7)
    assert held == pytest.approx(expected, abs=4 * np.sqrt(expected * (1 - expected) / tries))
