"""Moments from inner products of blocks: against the gradients themselves, and against what these were drawn from."""

from dataclasses import replace

import numpy as np
import pytest

from rlbench.stats.gradient_moments import Moments, Sample, moments

MEAN = np.array([1.0, -2.0, 0.5, 0.0])
ROOT = np.array([[2.0, 0, 0, 0], [1.0, 1.5, 0, 0], [0, -0.5, 1.0, 0], [0.3, 0, 0, 0.7]])
VARIANCE = float((ROOT**2).sum())
BIAS = np.array([0.3, 0.0, -0.4, 0.0])
SIZE, BLOCKS, TRUE_BLOCKS = 4, 6, 9


def drawn(generator: np.random.Generator, blocks: int, mean: np.ndarray = MEAN) -> np.ndarray:
    """Normal gradients [blocks, SIZE, 4]."""
    return mean + generator.standard_normal((blocks, SIZE, len(MEAN))) @ ROOT.T


def sampled(gradients: np.ndarray, towards: np.ndarray) -> Sample:
    sums = gradients.sum(1)
    cosines = gradients @ towards / np.linalg.norm(gradients, axis=2) / np.linalg.norm(towards)
    return Sample(gradients.shape[1], sums @ sums.T, (gradients**2).sum((1, 2)), cosines.sum(1))


def found(own: np.ndarray, true: np.ndarray) -> Moments:
    towards = true.mean((0, 1))
    return moments(sampled(own, towards), sampled(true, towards), own.sum(1) @ true.sum(1).T)


def plainly(own: np.ndarray, true: np.ndarray) -> dict[str, float]:
    """The same from flat lists of gradients, by their covariance."""
    own, true = own.reshape(-1, len(MEAN)), true.reshape(-1, len(MEAN))
    noise, true_noise = (np.trace(np.cov(x.T)) / len(x) for x in (own, true))
    apart = own.mean(0) - true.mean(0)
    return {
        "variance": len(own) * noise,
        "squared_length": own.mean(0) @ own.mean(0) - noise,
        "squared_bias": apart @ apart - noise - true_noise,
        "error": apart @ apart - noise - true_noise + len(own) * noise,
    }


def test_they_are_those_of_the_gradients_with_everything_and_without_each_block():
    generator = np.random.default_rng(1)
    own, true = drawn(generator, BLOCKS, MEAN + BIAS), drawn(generator, TRUE_BLOCKS)
    made = found(own, true)
    parts = [(own, true)]
    parts += [(np.delete(own, block, 0), true) for block in range(BLOCKS)]
    parts += [(own, np.delete(true, block, 0)) for block in range(TRUE_BLOCKS)]
    for line, part in enumerate(parts):
        for name, value in plainly(*part).items():
            assert getattr(made, name)[line] == pytest.approx(value, rel=1e-10), (line, name)


def test_on_average_they_are_those_of_what_the_gradients_were_drawn_from():
    generator, rounds = np.random.default_rng(2), 2_000
    made = [found(drawn(generator, BLOCKS, MEAN + BIAS), drawn(generator, TRUE_BLOCKS)) for _ in range(rounds)]
    expected = {
        "variance": VARIANCE,
        "squared_length": (MEAN + BIAS) @ (MEAN + BIAS),
        "true_squared_length": MEAN @ MEAN,
        "product": (MEAN + BIAS) @ MEAN,
        "squared_bias": BIAS @ BIAS,
        "error": BIAS @ BIAS + VARIANCE,
    }
    for name, value in expected.items():
        numbers = np.array([getattr(one, name)[0] for one in made])
        error = numbers.std(ddof=1) / np.sqrt(rounds)
        assert abs(numbers.mean() - value) < 4 * error, name
    # The same without the correction is off by the noise of both means, far outside that error.
    plain = VARIANCE / (BLOCKS * SIZE) + VARIANCE / (TRUE_BLOCKS * SIZE)
    assert plain > 20 * np.std([one.squared_bias[0] for one in made]) / np.sqrt(rounds)


def test_a_step_size_changes_neither_the_direction_nor_the_signal():
    generator = np.random.default_rng(3)
    own, true = drawn(generator, BLOCKS, MEAN + BIAS), drawn(generator, TRUE_BLOCKS)
    one, seven = found(own, true), found(7 * own, true)
    for name in ("direction", "signal_to_noise", "cosine", "scaled_variance", "scaled_squared_bias"):
        np.testing.assert_allclose(getattr(seven, name), getattr(one, name), rtol=1e-12)
    np.testing.assert_allclose(seven.variance, 49 * one.variance, rtol=1e-12)


def test_the_step_size_that_suits_it_makes_the_error_of_its_mean_smallest():
    generator = np.random.default_rng(6)
    own, true = drawn(generator, 40, MEAN + BIAS), drawn(generator, 40)
    made, unit = found(own, true), found(own, true).true_squared_length[0]
    errors = [found(step * own, true).squared_bias[0] / unit for step in np.linspace(0.5, 1.5, 2_001)]
    best = np.linspace(0.5, 1.5, 2_001)[int(np.argmin(errors))]
    assert made.scaled_squared_bias[0] == pytest.approx(min(errors), abs=1e-6)
    assert made.scaled_variance[0] == pytest.approx(best**2 * made.variance[0] / unit, rel=1e-2)


def test_without_noise_all_is_known():
    own, true = (np.broadcast_to(mean, (3, SIZE, 4)) for mean in (MEAN + BIAS, MEAN))
    made = found(own, true)
    np.testing.assert_allclose(made.variance, 0, atol=1e-12)
    np.testing.assert_allclose(made.squared_bias, BIAS @ BIAS)
    cosine = (MEAN + BIAS) @ MEAN / np.linalg.norm(MEAN + BIAS) / np.linalg.norm(MEAN)
    np.testing.assert_allclose(made.direction, cosine)
    np.testing.assert_allclose(made.cosine, cosine)


def test_where_noise_is_longer_than_the_mean_there_is_no_direction():
    made = found(drawn(np.random.default_rng(4), BLOCKS), drawn(np.random.default_rng(5), TRUE_BLOCKS))
    assert np.isnan(replace(made, squared_length=-made.squared_length).direction).all()
