"""Intervals from what is left when one block is left out: where a formula is known, and how often they hold."""

import numpy as np
import pytest
from scipy import stats

from rlbench.stats.jackknife import jackknife
from tests.stats.test_gradient_moments import BIAS, MEAN, TRUE_BLOCKS, VARIANCE, drawn, found

BLOCKS = 12


def left_out(values: np.ndarray) -> np.ndarray:
    """The mean without each of the values."""
    return (values.sum() - values) / (len(values) - 1)


def test_of_a_difference_of_means_it_is_welchs():
    generator = np.random.default_rng(1)
    one, other = generator.normal(3, 2, 7), generator.normal(1, 5, 11)
    values = [one.mean() - other.mean(), *(left_out(one) - other.mean()), *(one.mean() - left_out(other))]
    made = jackknife(np.array(values), 7, 11)
    welch = stats.ttest_ind(one, other, equal_var=False).confidence_interval(0.95)
    assert (made.low, made.high) == pytest.approx((welch.low, welch.high))


def test_of_what_never_changes_it_is_a_point():
    made = jackknife(np.full(6, 2.5), 2, 3)
    assert (made.estimate, made.low, made.high) == (2.5, 2.5, 2.5)


@pytest.mark.parametrize("bias", [BIAS, np.zeros(4)], ids=["biased", "unbiased"])
def test_it_holds_as_often_as_it_says(bias):
    generator, rounds = np.random.default_rng(2), 600
    expected = {"variance": VARIANCE, "squared_bias": bias @ bias, "squared_length": (MEAN + bias) @ (MEAN + bias)}
    held = dict.fromkeys(expected, 0)
    for _ in range(rounds):
        made = found(drawn(generator, BLOCKS, MEAN + bias), drawn(generator, TRUE_BLOCKS))
        for name, value in expected.items():
            interval = jackknife(getattr(made, name), BLOCKS, TRUE_BLOCKS)
            held[name] += interval.low <= value <= interval.high
    shares = {name: count / rounds for name, count in held.items()}
    # Of 600 that hold with probability 0.95, fewer than 0.918 do once in 5000 times, and more than 0.978 too.
    assert min(shares["variance"], shares["squared_length"]) > 0.918, shares
    assert max(shares["variance"], shares["squared_length"]) < 0.978, shares
    # The same for 0.9, which is all that is promised of a square that may be no larger than its noise.
    assert shares["squared_bias"] > 0.858, shares


def test_narrower_ones_would_not():
    """So that the test above can fail: the same intervals at two thirds of their width."""
    generator, rounds, held = np.random.default_rng(2), 600, 0
    for _ in range(rounds):
        made = found(drawn(generator, BLOCKS, MEAN + BIAS), drawn(generator, TRUE_BLOCKS))
        interval = jackknife(made.variance, BLOCKS, TRUE_BLOCKS)
        held += abs(interval.estimate - VARIANCE) <= 2 / 3 * (interval.high - interval.estimate)
    assert held / rounds < 0.918
