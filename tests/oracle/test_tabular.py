"""The oracle itself: dynamic programming against sums over all episodes, and gradients against differences."""

from dataclasses import replace

import numpy as np
import pytest

from tests.oracle.episodes import every
from tests.oracle.tabular import Endless, Episodic, random_logits, random_mdp

worlds = pytest.mark.parametrize(
    ("states", "horizon", "gamma", "ends"),
    [(2, 5, 1.0, 0.0), (3, 4, 1.0, 0.0), (3, 4, 0.9, 0.0), (3, 3, 0.9, 0.3), (2, 4, 1.0, 0.5)],
)


def world(states: int, horizon: int, gamma: float, ends: float) -> Episodic:
    mdp = random_mdp(0, states, ends=ends)
    return Episodic(mdp, random_logits(0, states), horizon, gamma)


def by_differences(performance, logits: np.ndarray, step: float = 1e-4) -> np.ndarray:
    """∂η by each logit, with an error of step² / 6 times a third derivative of size one: 2e-9 or so."""
    found = np.zeros_like(logits)
    for index in np.ndindex(logits.shape):
        moved = np.zeros_like(logits)
        moved[index] = step
        found[index] = (performance(logits + moved) - performance(logits - moved)) / (2 * step)
    return found


@worlds
def test_the_probabilities_of_all_episodes_sum_to_one_and_none_is_there_twice(states, horizon, gamma, ends):
    w = world(states, horizon, gamma, ends)
    histories, probability = every(w.mdp, w.logits, horizon)
    assert probability.sum() == pytest.approx(1, abs=1e-13)
    each = np.concatenate([histories.state[:, :, 0], histories.action[:, :, 0]]).T
    assert len(np.unique(each, axis=0)) == len(each)


@worlds
def test_performance_is_the_mean_return_of_all_episodes(states, horizon, gamma, ends):
    w = world(states, horizon, gamma, ends)
    histories, probability = every(w.mdp, w.logits, horizon)
    pays = np.append(w.mdp.pays, np.zeros((1, 2)), 0)  # nothing is paid after the end
    rewards = pays[histories.state[:-1], histories.action][:, :, 0]
    returns = gamma ** np.arange(horizon) @ rewards
    assert w.performance == pytest.approx(probability @ returns, abs=1e-13)


@worlds
def test_visits_are_the_shares_of_all_episodes(states, horizon, gamma, ends):
    w = world(states, horizon, gamma, ends)
    histories, probability = every(w.mdp, w.logits, horizon)
    for t, x in np.ndindex(horizon, states):
        assert w.visits[t, x] == pytest.approx(probability @ (histories.state[t, :, 0] == x), abs=1e-13)


@worlds
def test_the_gradient_is_the_slope_of_the_performance(states, horizon, gamma, ends):
    w = world(states, horizon, gamma, ends)
    expected = by_differences(lambda logits: replace(w, logits=logits).performance, w.logits)
    np.testing.assert_allclose(w.gradient, expected, atol=1e-7)


@pytest.mark.parametrize("ends", [0.0, 0.3])
def test_without_the_power_of_gamma_it_is_the_slope_of_something_else_unless_gamma_is_one(ends):
    one, less = (world(3, 4, gamma, ends) for gamma in (1.0, 0.9))
    np.testing.assert_array_equal(one.usual_gradient, one.gradient)
    assert np.abs(less.usual_gradient - less.gradient).max() > 1e-2


@worlds
def test_what_is_foreseen_is_the_value_of_the_action_if_the_critic_is_right_or_never_asked(
    states, horizon, gamma, ends
):
    w = world(states, horizon, gamma, ends)
    for n in range(1, horizon + 2):
        np.testing.assert_allclose(w.foreseen(w.value, n), w.q, atol=1e-13)
    wrong = w.value + np.random.default_rng(0).standard_normal(w.value.shape)
    np.testing.assert_allclose(w.foreseen(wrong, horizon), w.q, atol=1e-13)
    assert np.abs(w.foreseen(wrong, 1) - w.q).max() > 0.1


@pytest.mark.parametrize("ends", [0.0, 0.2])
def test_a_policy_without_a_horizon_is_worth_what_one_with_a_far_horizon_is_worth(ends):
    mdp, logits = random_mdp(1, 4, ends=ends), random_logits(1, 4)
    endless, far = Endless(mdp, logits, 0.9), Episodic(mdp, logits, 400, 0.9)  # 0.9^400 = 5e-19
    assert endless.performance == pytest.approx(far.performance, abs=1e-12)
    np.testing.assert_allclose(endless.value, far.value[0], atol=1e-12)
    np.testing.assert_allclose(endless.advantage, far.advantage[0], atol=1e-12)
    np.testing.assert_allclose(endless.visits, 0.9 ** np.arange(400) @ far.visits, atol=1e-12)


def test_many_policies_at_once_are_each_of_them():
    mdp, logits = random_mdp(2, 4), np.stack([random_logits(seed, 4) for seed in range(3)])
    together = Endless(mdp, logits, 0.8)
    for seed in range(3):
        alone = Endless(mdp, logits[seed], 0.8)
        for name in ("value", "advantage", "visits", "performance"):
            np.testing.assert_allclose(getattr(together, name)[seed], getattr(alone, name), atol=1e-13)
