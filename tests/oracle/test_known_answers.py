"""Numbers worked out by hand: see `by_hand` for the decision process, its policy and its eight episodes."""

from dataclasses import replace

import numpy as np
import pytest

from rlbench.core.registry import load_method
from rlbench.core.types import each_tensor
from tests.oracle.by_hand import GRADIENT, LOGITS, VALUE, WORLD, census, one_by_one
from tests.oracle.episodes import every
from tests.oracle.estimates import Exhaustive, as_used, gradients, isolated, paid
from tests.oracle.tabular import Episodic

KNOWS_NOTHING = [0.0, 0.0, 0.0]
STEPS = 2
"""A batch's gradient is for each decision, the exact one for each episode."""


def gradient(method, d, credit) -> np.ndarray:
    """For each episode, [3, 2]."""
    return STEPS * gradients(method, d, credit, LOGITS)[0].reshape(3, 2)


def variance(method, credit, critic=None) -> float:
    """Of one episode's gradient."""
    d = one_by_one(critic)
    return Exhaustive(STEPS * gradients(method, d, credit(method, d), LOGITS), np.full(8, 1 / 8)).variance


def test_the_oracle_says_so_too():
    w = Episodic(WORLD, LOGITS, 2)
    np.testing.assert_allclose(w.value[0], VALUE, atol=1e-15)
    np.testing.assert_allclose(w.q[0, 0], [2.5, 3], atol=1e-15)
    np.testing.assert_allclose(w.visits, [[1, 0, 0], [0, 0.5, 0.5]], atol=1e-15)
    np.testing.assert_allclose(w.gradient, GRADIENT, atol=1e-15)
    _, probability = every(WORLD, LOGITS, 2)
    np.testing.assert_allclose(sorted(probability), [1 / 8, 1 / 8, 3 / 8, 3 / 8], atol=1e-15)


def test_half_the_discount_makes_the_other_action_the_better_one():
    # In state 0 they are worth 1 + 1.5 / 2 and 3 / 2, on average 1.625; later states count half in the true gradient.
    w = Episodic(WORLD, LOGITS, 2, gamma=0.5)
    assert w.performance == pytest.approx(1.625, abs=1e-15)
    later = np.array(GRADIENT[1:])
    np.testing.assert_allclose(w.usual_gradient, [[0.0625, -0.0625], *later], atol=1e-15)
    np.testing.assert_allclose(w.gradient, [[0.0625, -0.0625], *later / 2], atol=1e-15)
    method, d = load_method("reinforce"), census()
    np.testing.assert_allclose(gradient(method, d, as_used(method, d, 0.5)), w.usual_gradient, atol=1e-12)


@pytest.mark.parametrize("name", ["reinforce", "reinforce_baseline"])
def test_returns_of_all_episodes_give_the_gradient(name):
    method, d = load_method(name), census()
    np.testing.assert_allclose(gradient(method, d, as_used(method, d)), GRADIENT, atol=1e-12)


def test_an_actor_critic_whitens_its_advantages_and_so_shortens_the_gradient():
    # TD errors: -1/4 four times, 1/4 four times, then -3/2 once, 1/2 and 1 three times, -3 once. Their mean is zero,
    # the mean of their squares (1/2 + 9/4 + 3/4 + 3 + 9) / 16 = 0.96875, to which 1e-8 is added.
    method, d = load_method("actor_critic_td"), census()
    expected = np.array(GRADIENT) / (0.96875 + 1e-8) ** 0.5
    np.testing.assert_allclose(gradient(method, d, as_used(method, d)), expected, atol=1e-12)


def test_a_temporal_difference_error_without_a_critic_sees_only_the_reward_at_hand():
    # In state 0 action 0 pays 1 and action 1 nothing: the wrong way, by 1/4. The last step needs no critic.
    method, d = replace(load_method("actor_critic_td"), entropy=0.0), census(KNOWS_NOTHING)
    found = gradient(method, d, isolated(method, d))
    np.testing.assert_allclose(found, [[0.25, -0.25], *GRADIENT[1:]], atol=1e-12)


@pytest.mark.parametrize("lam", [0.0, 0.25, 0.5, 2 / 3, 0.9, 1.0])
def test_lambda_mixes_what_the_critic_does_not_know_with_what_came_of_it(lam):
    # Without a critic action 0 in state 0 is worth 1 + 1.5 λ and action 1 is worth 3 λ: they are even at λ = 2/3.
    # The bias of either logit is 3/8 (1 - λ).
    method, d = replace(load_method("a2c"), lam=lam, entropy=0.0), census(KNOWS_NOTHING)
    found = gradient(method, d, isolated(method, d))
    np.testing.assert_allclose(found, [[(1 - 1.5 * lam) / 4, (1.5 * lam - 1) / 4], *GRADIENT[1:]], atol=1e-12)
    assert ((found - GRADIENT) ** 2).sum() == pytest.approx(2 * (0.375 * (1 - lam)) ** 2, abs=1e-12)


def test_one_episodes_gradient_varies_as_much_as_was_worked_out():
    # |∇ log π(a|x)|² = 2 (1 - π(a|x))²: 1/2 in state 0; 9/8 and 1/8 in state 1 and, the other way round, in state 2.
    # E|g|² is the mean over episodes of these times squared advantages; |E g|² = 0.3828125 comes off.
    reinforce, td = load_method("reinforce"), replace(load_method("actor_critic_td"), entropy=0.0)
    # Returns 1, 3, 4, 0 and last rewards 0, 2, 4, 0: 9.5 / 2 + 7.5 / 8.
    assert variance(reinforce, as_used) == pytest.approx(5.6875 - 0.3828125, abs=1e-12)
    # The whole return for both steps: 9.5 / 2 + 10.5 / 8.
    total = variance(reinforce, lambda _, d: paid(d.reward.sum(0).expand_as(d.reward), d))
    assert total == pytest.approx(6.0625 - 0.3828125, abs=1e-12)
    # Less the value: 1.9375 / 2 + 13.125 / 8.
    assert variance(load_method("reinforce_baseline"), as_used) == pytest.approx(2.609375 - 0.3828125, abs=1e-12)
    # TD errors of ± 1/4 in state 0: 0.0625 / 2 + 13.125 / 8.
    assert variance(td, isolated) == pytest.approx(1.671875 - 0.3828125, abs=1e-12)


def test_two_episodes_from_one_start_are_measured_from_each_other():
    # Returns 3 and 4, the second and the fifth of the episodes: half away from their mean, one from each other, and
    # their standard deviation is √½.
    pair = each_tensor(census(), lambda x: x[:, :, [1, 4]])

    def advantages(name: str) -> list[float]:
        method = load_method(name)
        method = replace(method, rollout=replace(method.rollout, episodes=2, group=2))
        return method.credit(pair, 1.0).advantage[0, 0].tolist()

    assert advantages("dr_grpo") == [-0.5, 0.5]
    assert advantages("rloo") == [-1, 1]
    assert advantages("grpo") == pytest.approx([-0.5 / (0.5**0.5 + 1e-4), 0.5 / (0.5**0.5 + 1e-4)], rel=1e-15)
