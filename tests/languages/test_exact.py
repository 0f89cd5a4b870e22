"""The optimum under a KL penalty, by identities, by hand for two answers, and against whatever else might be better."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import expit, log_softmax, rel_entr, softmax

from rlbench.languages import exact
from rlbench.languages.enumerable import Enumerable

ROUNDING = 1e-12
BETAS = (0.02, 0.3, 1.0, 7.0)


def policies(draw: np.random.Generator, shape: tuple[int, int], count: int) -> list[np.ndarray]:
    return [log_softmax(draw.normal(0, 2, shape), axis=-1) for _ in range(count)]


@pytest.fixture(scope="module")
def listed() -> tuple[np.ndarray, np.ndarray]:
    """A reference and the rewards of the language that is listed."""
    reward = Enumerable().rewards()
    return policies(np.random.default_rng(0), reward.shape, 1)[0], reward


@pytest.mark.parametrize("beta", BETAS)
def test_an_objective_is_the_optimums_less_the_divergence_from_it(listed, beta):
    reference, reward = listed
    best, value = exact.optimum(*listed, beta), exact.value(*listed, beta)
    np.testing.assert_allclose(exact.mass(best), 1, atol=ROUNDING)
    np.testing.assert_allclose(exact.objective(best, *listed, beta), value, atol=ROUNDING)
    np.testing.assert_allclose(exact.regret(best, *listed, beta), 0, atol=ROUNDING)
    for policy in (reference, *policies(np.random.default_rng(1), reward.shape, 5)):
        objective = exact.objective(policy, *listed, beta)
        np.testing.assert_allclose(objective, value - beta * exact.divergence(policy, best), atol=1e-11)
        np.testing.assert_allclose(exact.regret(policy, *listed, beta), value - objective, atol=1e-11)
        assert (exact.regret(policy, *listed, beta) > 0).all()


@pytest.mark.parametrize("beta", BETAS)
@pytest.mark.parametrize("size", [1e-3, 0.1, 3.0])
def test_whatever_differs_from_the_optimum_is_worse(listed, beta, size):
    best, draw = exact.optimum(*listed, beta), np.random.default_rng(2)
    for _ in range(20):
        other = log_softmax(best + size * draw.normal(size=best.shape), axis=-1)
        assert (exact.objective(other, *listed, beta) < exact.value(*listed, beta)).all()


@pytest.mark.parametrize("beta", BETAS)
def test_two_answers_by_hand(beta):
    p = np.array([0.5, 0.2, 0.9])
    reference, reward = np.log(np.stack([p, 1 - p], 1)), np.array([[1.0, 0.0], [-0.3, 0.4], [0.0, 0.0]])
    first = expit(np.log(p / (1 - p)) + (reward[:, 0] - reward[:, 1]) / beta)
    best = exact.optimum(reference, reward, beta)
    np.testing.assert_allclose(np.exp(best), np.stack([first, 1 - first], 1), atol=ROUNDING)
    z = p * np.exp(reward[:, 0] / beta) + (1 - p) * np.exp(reward[:, 1] / beta)
    np.testing.assert_allclose(exact.log_partition(reference, reward, beta), np.log(z), atol=1e-11)
    np.testing.assert_allclose(exact.value(reference, reward, beta), beta * np.log(z), atol=ROUNDING)
    paid = first * reward[:, 0] + (1 - first) * reward[:, 1]
    np.testing.assert_allclose(exact.expected_reward(best, reward), paid, atol=ROUNDING)
    np.testing.assert_allclose(exact.total_variation(best, reference), np.abs(first - p), atol=ROUNDING)


@given(seed=st.integers(0, 10_000), shape=st.tuples(st.integers(1, 4), st.integers(1, 9)))
def test_distances_between_policies(seed, shape):
    one, two = policies(np.random.default_rng(seed), shape, 2)
    p, q = softmax(one, axis=-1), softmax(two, axis=-1)
    np.testing.assert_allclose(exact.divergence(one, two), rel_entr(p, q).sum(-1), atol=1e-12)
    np.testing.assert_allclose(exact.divergence(one, one), 0)
    apart = exact.total_variation(one, two)
    # The set that the first policy is fonder of.
    np.testing.assert_allclose(apart, np.where(p > q, p - q, 0).sum(-1), atol=ROUNDING)
    assert (2 * apart**2 <= exact.divergence(one, two) + ROUNDING).all(), "Pinsker's inequality"


def test_answers_that_are_never_given():
    with np.errstate(divide="ignore"):
        never, either = np.log([[1.0, 0.0], [0.0, 1.0]]), np.log([[0.5, 0.5], [0.5, 0.5]])
    np.testing.assert_allclose(exact.divergence(never, either), np.log(2))
    np.testing.assert_array_equal(exact.divergence(either, never), np.inf)
    np.testing.assert_array_equal(exact.divergence(never, never), 0)
    np.testing.assert_array_equal(exact.divergence(never, never[::-1]), np.inf)
    np.testing.assert_array_equal(exact.total_variation(never, never[::-1]), 1)
    reward = np.array([[0.0, 9.0], [2.0, 1.0]])
    np.testing.assert_array_equal(exact.optimum(never, reward, 0.5), never)
    np.testing.assert_array_equal(exact.value(never, reward, 0.5), [0, 1])
    faint = np.array([[0.0, -800.0]])  # a probability that is rounded to zero
    np.testing.assert_array_equal(exact.divergence(faint, never[:1]), 0)


@pytest.mark.parametrize("beta", BETAS)
def test_what_changes_nothing(listed, beta):
    reference, reward = listed
    best, value, shift = exact.optimum(*listed, beta), exact.value(*listed, beta), np.array([3.0, -1.0, 0.5, 10.0])
    moved = reward + shift[:, None]
    np.testing.assert_allclose(exact.optimum(reference, moved, beta), best, atol=1e-11)
    np.testing.assert_allclose(exact.value(reference, moved, beta), value + shift, atol=1e-11)
    np.testing.assert_allclose(exact.optimum(reference, 4 * reward, 4 * beta), best, atol=1e-11)
    np.testing.assert_allclose(exact.value(reference, 4 * reward, 4 * beta), 4 * value, atol=1e-11)
    order = np.random.default_rng(0).permutation(reward.shape[1])
    np.testing.assert_allclose(exact.optimum(reference[:, order], reward[:, order], beta), best[:, order], atol=1e-11)
    np.testing.assert_array_equal(exact.optimum(reference[:2], reward[:2], beta), best[:2])


def test_between_the_reference_and_the_best_answer(listed):
    reference, reward = listed
    far, near = exact.optimum(*listed, 1e9), exact.optimum(*listed, 1e-4)
    np.testing.assert_allclose(far, reference, atol=1e-8)
    np.testing.assert_allclose(exact.expected_reward(near, reward), reward.max(1), atol=1e-9)
    np.testing.assert_array_equal(near.argmax(1), reward.argmax(1))
    paid = np.stack([exact.expected_reward(exact.optimum(*listed, beta), reward) for beta in sorted(BETAS)])
    away = np.stack([exact.divergence(exact.optimum(*listed, beta), reference) for beta in sorted(BETAS)])
    assert (np.diff(paid, axis=0) < 0).all()
    assert (np.diff(away, axis=0) < 0).all()


def test_answers_that_are_missing_are_missed(listed):
    reference, _ = listed
    np.testing.assert_allclose(exact.mass(reference), 1, atol=ROUNDING)
    np.testing.assert_allclose(exact.mass(reference[:, 1:]), 1 - np.exp(reference[:, 0]), atol=ROUNDING)


@pytest.mark.parametrize("beta", [0.0, -1.0, float("nan")])
def test_divergence_has_a_price(listed, beta):
    reference, reward = listed
    for ask in (exact.optimum, exact.value, exact.log_partition):
        with pytest.raises(ValueError, match=r"beta: .* is not above 0"):
            ask(reference, reward, beta)
    with pytest.raises(ValueError, match=r"beta: .* is not above 0"):
        exact.regret(reference, reference, reward, beta)
