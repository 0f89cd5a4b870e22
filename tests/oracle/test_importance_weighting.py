"""What an older policy's episodes say of a newer one: right in every state, but states as often as the old one came
by. The distance to the gradient that the new policy's own episodes would give grows with the distance of the two.
"""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
import torch
from torch import Tensor

from rlbench.algo.importance import effective_sample_size, ratio
from rlbench.core.registry import load_method
from rlbench.core.types import Decisions
from tests.oracle.by_hand import LOGITS, WORLD, census
from tests.oracle.critics import without_bonus
from tests.oracle.episodes import decisions, every, judged, looked_up
from tests.oracle.estimates import Exhaustive, gradients, isolated, paid
from tests.oracle.tables import Table, theta_of
from tests.oracle.tabular import Episodic, random_logits, random_mdp, softmax

ROUNDING = 1e-12
HORIZON = 4
OLD = Episodic(random_mdp(1, 3), random_logits(1, 3), HORIZON)
DIRECTION = random_logits(5, 3)
DISTANCES = (0.25, 0.5, 1.0, 2.0)
WEIGHTING = ["off_policy_ac", "npg", "trpo"]

distances = pytest.mark.parametrize("distance", DISTANCES)


def new(distance: float) -> Episodic:
    return replace(OLD, logits=OLD.logits + distance * DIRECTION)


def old_episodes(policy: Episodic) -> tuple[Decisions, np.ndarray]:
    """All episodes of the old policy with their probabilities, judged by the exact critic of another one."""
    histories, probability = every(OLD.mdp, OLD.logits, HORIZON)
    return judged(decisions(OLD.mdp, OLD.logits, histories), policy.value), probability


def estimate(name: str, policy: Episodic, worth: np.ndarray | Tensor) -> Exhaustive:
    """One episode's gradient at a policy by a method, when actions are worth so much."""
    d, probability = old_episodes(policy)
    credit = paid(looked_up(worth, d) if isinstance(worth, np.ndarray) else worth, d)
    return Exhaustive(HORIZON * gradients(load_method(name), d, credit, policy.logits), probability)


def rho(policy: Episodic) -> np.ndarray:
    return policy.policy / OLD.policy


@distances
@pytest.mark.parametrize("name", WEIGHTING)
def test_weights_of_actions_give_the_gradient_in_the_states_that_the_old_policy_visits(name, distance):
    policy = new(distance)
    found = estimate(name, policy, policy.advantage).mean
    np.testing.assert_allclose(found, policy.towards(OLD.visits, policy.advantage).ravel(), atol=ROUNDING)


@distances
def test_the_missing_ratio_of_states_makes_it_the_new_policys_own_gradient(distance):
    policy = new(distance)
    d, _ = old_episodes(policy)
    taken = looked_up(np.broadcast_to(rho(policy), policy.q.shape), d)
    earlier = torch.cat([torch.ones_like(taken[:1]), taken[:-1].cumprod(0)])
    found = estimate("off_policy_ac", policy, earlier * looked_up(policy.advantage, d))
    np.testing.assert_allclose(found.mean, policy.gradient.ravel(), atol=ROUNDING)
    assert found.variance > estimate("off_policy_ac", policy, policy.advantage).variance


@distances
def test_without_any_weights_it_is_neither(distance):
    policy = new(distance)
    found = estimate("reinforce", policy, policy.advantage).mean
    expected = policy.towards(OLD.visits, policy.advantage / rho(policy))
    np.testing.assert_allclose(found, expected.ravel(), atol=ROUNDING)
    for other in (policy.towards(OLD.visits, policy.advantage), policy.gradient):
        assert np.abs(expected - other).max() > 0.01 * distance


@distances
def test_clipping_leaves_out_what_has_moved_far_enough_in_the_direction_in_which_it_pays(distance):
    policy, clip = new(distance), load_method("ppo_clip").clip
    above = policy.advantage > 0
    done = np.where(above, rho(policy) > 1 + clip, rho(policy) < 1 - clip)
    found = estimate("ppo_clip", policy, policy.advantage).mean
    expected = policy.towards(OLD.visits, np.where(done, 0, policy.advantage))
    np.testing.assert_allclose(found, expected.ravel(), atol=ROUNDING)
    assert done.any() == (distance > 0.25)


@distances
def test_a_critic_of_the_new_policy_is_right_one_step_ahead_but_later_rewards_are_the_old_ones(distance):
    policy = new(distance)
    d, probability = old_episodes(policy)
    exact = policy.towards(OLD.visits, policy.advantage).ravel()

    def bias(lam: float) -> float:
        method = without_bonus("off_policy_ac", lam=lam)
        found = Exhaustive(HORIZON * gradients(method, d, isolated(method, d), policy.logits), probability)
        return float(np.abs(found.mean - exact).max())

    assert bias(0.0) < ROUNDING
    assert bias(0.95) > 0.005 * distance


def kl(policy: Episodic) -> float:
    """KL(old || new), mean over the states of the old policy."""
    log_ratio = -np.log(rho(policy))
    return float(OLD.visits.mean(0) @ (OLD.policy * log_ratio).sum(1))


def test_the_further_the_policies_are_apart_the_less_one_says_of_the_other():
    policies = [new(distance) for distance in (0.0, *DISTANCES)]
    apart = [kl(policy) for policy in policies]
    biases = [estimate("off_policy_ac", p, p.advantage).squared_bias(p.gradient) for p in policies]
    relative = [bias / (p.gradient**2).sum() for bias, p in zip(biases, policies, strict=True)]
    shares = [1 / (OLD.visits.mean(0) @ (OLD.policy * rho(p) ** 2).sum(1)) for p in policies]
    assert all(a < b for a, b in pairwise(apart))
    assert all(a < b for a, b in pairwise(relative))
    assert all(a > b for a, b in pairwise(shares))
    assert relative[0] < ROUNDING**2
    assert relative[-1] > 0.01


@distances
def test_the_effective_sample_size_is_one_over_the_mean_square_of_the_weights(distance):
    # The eight episodes by hand are the whole distribution, so that the mean weight is exactly one.
    logits = LOGITS + distance * random_logits(2, 3)
    d = census()
    now = Table().evaluate(theta_of(logits, 1), d)
    found = effective_sample_size(ratio(now.logp, d.logp), d.mask)
    mu, visits = softmax(LOGITS), Episodic(WORLD, LOGITS, 2).visits.mean(0)
    weights = softmax(logits) / mu
    assert visits @ (mu * weights).sum(1) == pytest.approx(1, abs=ROUNDING)
    assert found.item() == pytest.approx(1 / (visits @ (mu * weights**2).sum(1)), abs=ROUNDING)
    assert load_method("off_policy_ac").measure(now, d)[0].item() == found.item()
