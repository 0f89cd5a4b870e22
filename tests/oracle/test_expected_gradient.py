"""The mean gradient of every estimator, over all episodes there are: the exact one, or exactly what a wrong critic
makes of it.

A method that needs a critic tells it `target`; what lies between that and what the critic said is the method's
advantage before it is whitened. Files are found by the catalog: a new method that needs a critic is tested here too.
"""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch

from rlbench.core.registry import load_method
from rlbench.core.types import each_tensor
from tests.oracle.critics import CRITICS, estimators, without_bonus, wrong_critic
from tests.oracle.episodes import all_of, decisions, every, judged, sample, some_of
from tests.oracle.estimates import Exhaustive, as_used, gradients, isolated
from tests.oracle.tabular import Endless, Episodic, random_logits, random_mdp

ROUNDING = 1e-12
"""Sums of thousands of float64 numbers of size one."""

WORLD = Episodic(random_mdp(0, 3), random_logits(0, 3), 4)
ENDING = Episodic(random_mdp(1, 2, ends=0.3), random_logits(1, 2), 4)
"""Episodes of one to four steps."""

worlds = pytest.mark.parametrize("world", [WORLD, ENDING], ids=["fixed length", "any length"])
discounts = pytest.mark.parametrize("gamma", [1.0, 0.9])
critics = pytest.mark.parametrize("name", CRITICS)


def mean_gradient(world: Episodic, method: Any, credit: Any, critic: np.ndarray | None = None) -> np.ndarray:
    """Of sums over an episode, by a critic that is right unless another one is given."""
    d, probability = all_of(world)
    d = d if critic is None else judged(d, critic)
    summed = replace(credit(method, d, world.gamma), weight=d.mask)
    return Exhaustive(gradients(method, d, summed, world.logits), probability).mean.reshape(world.logits.shape)


@worlds
@discounts
@critics
def test_a_critic_that_is_right_leads_every_estimator_to_the_usual_gradient(name, gamma, world):
    world = replace(world, gamma=gamma)
    for method in estimators(name):
        np.testing.assert_allclose(mean_gradient(world, method, isolated), world.usual_gradient, atol=ROUNDING)


@worlds
@discounts
def test_returns_need_no_critic(gamma, world):
    world = replace(world, gamma=gamma)
    found = mean_gradient(world, load_method("reinforce"), as_used)
    np.testing.assert_allclose(found, world.usual_gradient, atol=ROUNDING)


def test_without_the_power_of_gamma_it_is_not_the_gradient_of_the_discounted_return():
    world = replace(WORLD, gamma=0.9)
    found = mean_gradient(world, load_method("reinforce"), as_used)
    assert np.abs(found - world.gradient).max() > 0.01


@worlds
@discounts
@pytest.mark.parametrize("n", [1, 2, 3, 4, 9])
def test_a_wrong_critic_leads_n_steps_to_what_it_foresees_after_them(n, gamma, world):
    world = replace(world, gamma=gamma)
    critic = wrong_critic(world)
    found = mean_gradient(world, without_bonus("actor_critic_nstep", n=n), isolated, critic)
    expected = world.towards(world.visits, world.foreseen(critic, n))
    np.testing.assert_allclose(found, expected, atol=ROUNDING)
    # Only where the critic is asked before the end is there something wrong to be found.
    assert (np.abs(expected - world.usual_gradient).max() > 1e-5) == (n < world.horizon)


@worlds
@discounts
@pytest.mark.parametrize("lam", [0.0, 0.3, 0.8, 1.0])
def test_a_wrong_critic_leads_lambda_to_the_weighted_mean_of_what_it_foresees(lam, gamma, world):
    world = replace(world, gamma=gamma)
    critic = wrong_critic(world)
    found = mean_gradient(world, without_bonus("a2c", lam=lam), isolated, critic)
    weights = [(1 - lam) * lam**k for k in range(world.horizon - 1)] + [lam ** (world.horizon - 1)]
    worth = np.einsum("n,ntxa->txa", weights, [world.foreseen(critic, n) for n in range(1, world.horizon + 1)])
    np.testing.assert_allclose(found, world.towards(world.visits, worth), atol=ROUNDING)


@pytest.mark.parametrize("lam", [0.0, 0.5, 1.0])
def test_a_time_limit_is_not_an_end_to_a_critic_that_knows_what_lies_beyond(lam):
    endless = Endless(WORLD.mdp, WORLD.logits, 0.9)
    histories, probability = every(WORLD.mdp, WORLD.logits, WORLD.horizon)
    worth = np.broadcast_to(endless.advantage, WORLD.q.shape)
    expected = WORLD.towards(WORLD.visits, worth)
    method = without_bonus("a2c", lam=lam)

    def apart(*, ends: bool) -> float:
        d = decisions(WORLD.mdp, WORLD.logits, histories, ends=ends)
        d = judged(d, np.broadcast_to(endless.value, WORLD.value.shape))
        found = Exhaustive(WORLD.horizon * gradients(method, d, isolated(method, d, 0.9), WORLD.logits), probability)
        return float(np.abs(found.mean - expected.ravel()).max())

    assert apart(ends=False) < ROUNDING
    assert apart(ends=True) > 0.01


@pytest.mark.parametrize("entropy", [0.01, 1.0])
def test_an_entropy_bonus_adds_the_gradient_of_the_mean_entropy(entropy):
    # ∂H/∂z_b = -π_b (log π_b + H).
    log_policy = np.log(WORLD.policy)
    slope = -WORLD.policy * (log_policy - (WORLD.policy * log_policy).sum(1, keepdims=True))
    bonus = WORLD.visits.sum(0)[:, None] * slope
    found = mean_gradient(WORLD, replace(load_method("a2c"), entropy=entropy), isolated)
    np.testing.assert_allclose(found, WORLD.usual_gradient + entropy * bonus, atol=ROUNDING)


@critics
def test_at_the_policy_itself_every_objective_has_the_score_functions_gradient(name):
    d = some_of(WORLD, seeds=50, streams=4)
    for method in estimators(name):
        credit = isolated(method, d)
        expected = gradients(load_method("reinforce"), d, credit, WORLD.logits)
        np.testing.assert_allclose(gradients(method, d, credit, WORLD.logits), expected, atol=ROUNDING)


@pytest.mark.parametrize("ends", [True, False])
@pytest.mark.parametrize("name", ["reinforce", *CRITICS])
def test_episodes_behind_each_other_in_a_stream_are_worth_what_they_are_side_by_side(name, ends):
    h = sample(ENDING.mdp, ENDING.logits, ENDING.horizon, seeds=50, streams=4)
    value = Endless(ENDING.mdp, ENDING.logits, 0.9).value
    beside = judged(decisions(ENDING.mdp, ENDING.logits, h, ends=ends), np.broadcast_to(value, ENDING.value.shape))
    behind = each_tensor(beside, lambda x: torch.cat([x[:, :, :2], x[:, :, 2:]]))
    for method in [load_method(name)] if name == "reinforce" else estimators(name):
        found, expected = (gradients(method, d, as_used(method, d, 0.9), ENDING.logits) for d in (behind, beside))
        np.testing.assert_allclose(found, expected, atol=ROUNDING)
