"""Small worlds against the oracle of the tests, which shares no code with them: other sums, other derivatives."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from rlbench.algo.gae import gae
from rlbench.algo.n_step import n_step
from rlbench.core.registry import load_method
from rlbench.methods.npg import NaturalPolicyGradient
from rlbench.methods.off_policy_ac import OffPolicyActorCritic
from rlbench.methods.reinforce import Reinforce
from rlbench.methods.trpo import TRPO
from rlbench.probes.critic import CRITICS
from rlbench.probes.discounted import Discounted
from rlbench.probes.episodes import every_episode, looked_up
from rlbench.probes.episodic import Episodic
from rlbench.probes.estimator import Estimator
from rlbench.probes.exact_problem import ExactProblem
from rlbench.probes.world import Use, World, random_logits, random_world
from rlbench.updates.natural_gradient import NaturalGradient
from rlbench.updates.trust_region import TrustRegion
from tests.oracle import by_hand, tabular
from tests.oracle.critics import without_bonus
from tests.oracle.episodes import all_of, judged
from tests.oracle.estimates import Exhaustive, gradients, isolated
from tests.oracle.visited import Visited

STATES, ACTIONS, HORIZON = 3, 2, 4
ROUNDING = 1e-12
numbers = pytest.mark.parametrize("number", range(4))


def ours(number: int) -> Episodic:
    return Episodic(random_world(number, STATES, ACTIONS), random_logits(number, STATES, ACTIONS), HORIZON)


def mdp(world: World) -> tabular.MDP:
    return tabular.MDP(world.start.numpy(), world.moves.numpy(), world.pays.numpy())


def theirs(policy: Episodic) -> tabular.Episodic:
    return tabular.Episodic(mdp(policy.world), policy.logits.numpy(), policy.horizon)


@numbers
def test_a_world_is_a_world(number):
    world = random_world(number, STATES, ACTIONS)
    np.testing.assert_allclose(world.moves.sum(-1), 1, atol=ROUNDING)
    np.testing.assert_allclose(world.start.sum(), 1, atol=ROUNDING)
    assert not torch.equal(world.pays, random_world(number + 1, STATES, ACTIONS).pays)
    assert torch.equal(world.pays, random_world(number, STATES, ACTIONS).pays)
    assert not torch.equal(random_logits(number, 3, 2), random_logits(number, 3, 2, use=Use.DIRECTION))


@numbers
def test_values_visits_and_the_gradient_are_the_oracles(number):
    policy = ours(number)
    oracle = theirs(policy)
    for name in ("q", "value", "advantage", "visits"):
        np.testing.assert_allclose(getattr(policy, name), getattr(oracle, name), atol=ROUNDING)
    # Here the derivative of the dynamic programme, there the policy gradient theorem.
    np.testing.assert_allclose(policy.gradient, oracle.gradient.ravel(), atol=ROUNDING)


@numbers
def test_the_episodes_are_all_there_are(number):
    policy = ours(number)
    episodes = every_episode(policy, policy.value)
    assert episodes.probability.sum() == pytest.approx(1, abs=ROUNDING)
    returns = episodes.decisions.reward.sum(0)[:, 0]
    assert episodes.probability @ returns == pytest.approx(theirs(policy).performance, abs=ROUNDING)
    each = torch.cat([episodes.decisions.inputs, episodes.decisions.action])[:, :, 0].T
    assert len(each.unique(dim=0)) == len(each) == (STATES * ACTIONS) ** HORIZON


@numbers
@pytest.mark.parametrize("kind", CRITICS)
def test_bias_and_variance_are_the_oracles(number, kind):
    policy = ours(number)
    oracle, critic = theirs(policy), CRITICS[kind](policy, number, 0.5)
    episodes = every_episode(policy, critic)
    estimator = Estimator(Reinforce(), episodes, policy.logits)
    d, probability = all_of(oracle)
    d = judged(d, critic.numpy())
    own = episodes.decisions
    mine = (own.reward, own.value, own.next_value, own.terminated, own.cut)
    pairs = [(gae(*mine, gamma=1.0, lam=lam), without_bonus("a2c", lam=lam)) for lam in (0.0, 0.5, 1.0)]
    pairs += [(n_step(*mine, gamma=1.0, n=n), without_bonus("actor_critic_nstep", n=n)) for n in (1, 2, 4)]
    unit = (oracle.gradient**2).sum()
    for advantage, method in pairs:
        found = estimator.moments(advantage, policy.gradient)
        slopes = HORIZON * gradients(load_method("reinforce"), d, isolated(method, d), oracle.logits)
        expected = Exhaustive(slopes, probability)
        assert found.squared_bias == pytest.approx(expected.squared_bias(oracle.gradient) / unit, abs=ROUNDING)
        assert found.variance == pytest.approx(expected.variance / unit, rel=1e-9)
        assert found.error(4) == pytest.approx(found.squared_bias + found.variance / 4)


def test_the_process_by_hand_gives_what_was_worked_out():
    # Its last two states lead nowhere within two steps, so that where they would lead does not matter.
    world = World(*(torch.from_numpy(x) for x in (by_hand.WORLD.start, by_hand.WORLD.moves, by_hand.WORLD.pays)))
    policy = Episodic(world, torch.from_numpy(by_hand.LOGITS), 2)
    np.testing.assert_allclose(policy.value[0], by_hand.VALUE, atol=1e-15)
    np.testing.assert_allclose(policy.gradient, np.ravel(by_hand.GRADIENT), atol=1e-15)
    episodes = every_episode(policy, torch.zeros_like(policy.value))
    estimator, square = Estimator(Reinforce(), episodes, policy.logits), 0.3828125
    reward = episodes.decisions.reward
    whole, to_go = reward.sum(0).expand_as(reward), Reinforce().credit(episodes.decisions, 1.0).advantage
    for advantage, variance in ((whole, 6.0625 - square), (to_go, 5.6875 - square)):
        found = estimator.moments(advantage, policy.gradient)
        assert found.variance == pytest.approx(variance / square, abs=ROUNDING)
        assert found.squared_bias < ROUNDING**2


@numbers
def test_weights_of_actions_lead_where_the_oracle_says(number):
    old = ours(number)
    new = replace(old, logits=old.logits + 0.7 * random_logits(number, STATES, ACTIONS, use=Use.DIRECTION))
    episodes = every_episode(old, old.value)
    estimator = Estimator(OffPolicyActorCritic(), episodes, new.logits)
    oracle = theirs(new)
    expected = oracle.towards(theirs(old).visits, oracle.advantage)
    unit = (oracle.gradient**2).sum()
    found = estimator.moments(looked_up(new.advantage, episodes.decisions), new.gradient)
    assert found.squared_bias == pytest.approx(((expected - oracle.gradient) ** 2).sum() / unit, abs=ROUNDING)
    assert found.squared_bias > 1e-6


@numbers
def test_critics_are_as_wrong_as_they_should_be(number):
    policy = ours(number)
    size = policy.value[:-1].square().mean().sqrt()
    for wrong in CRITICS.values():
        assert torch.equal(wrong(policy, number, 0.0), policy.value)
        assert torch.equal(wrong(policy, number, 0.5)[-1], torch.zeros(STATES, dtype=torch.float64))
    ignorant, noisy = (CRITICS[kind](policy, number, 0.5) - policy.value for kind in ("ignorant", "noisy"))
    assert ignorant[:-1].square().mean().sqrt() == pytest.approx(0.5 * size)
    # Twelve normal numbers have a root mean square between 0.4 and 1.7 with a probability of 0.9998.
    assert 0.4 < noisy[:-1].square().mean().sqrt() / (0.5 * size) < 1.7


GAMMA = 0.9


def many(number: int) -> Discounted:
    logits = torch.stack([random_logits(10 * number + k, 4, 3) for k in range(3)])
    return Discounted(random_world(number, 4, 3), logits, GAMMA)


def endless(policies: Discounted) -> tabular.Endless:
    return tabular.Endless(mdp(policies.world), policies.logits.numpy(), policies.gamma)


@numbers
def test_policies_without_a_horizon_are_the_oracles(number):
    policies = many(number)
    for name in ("value", "advantage", "visits", "performance"):
        np.testing.assert_allclose(getattr(policies, name), getattr(endless(policies), name), atol=1e-11)
    np.testing.assert_allclose(policies.visited.sum((1, 2)), 1 / (1 - GAMMA), atol=1e-11)


@numbers
def test_the_spread_of_returns_is_that_of_a_far_horizon(number):
    policies = many(number)
    world, pays = mdp(policies.world), policies.world.pays.numpy()
    for seed, policy in enumerate(policies.policy.numpy()):
        first, second = np.zeros(4), np.zeros(4)
        for _ in range(400):  # 0.9^400 = 5e-19
            q = pays + GAMMA * world.moves @ first
            square = pays**2 + 2 * GAMMA * pays * (world.moves @ first) + GAMMA**2 * world.moves @ second
            first, second = (policy * q).sum(1), (policy * square).sum(1)
        np.testing.assert_allclose(policies.spread[seed], np.sqrt(square - q**2), atol=1e-8)


@numbers
def test_objective_slope_and_steps_are_the_oracles(number):
    policies = many(number)
    method, visited = TRPO(), Visited(endless(policies), TRPO())
    exact = ExactProblem(policies, method)
    elsewhere = policies.logits + 0.3
    elsewhere[:, 0, 0] += 1
    np.testing.assert_allclose(exact.surrogate(elsewhere), visited.gain(elsewhere.numpy()), atol=ROUNDING)
    np.testing.assert_allclose(exact.slope(), visited.slope(), atol=ROUNDING)
    for rule in (TrustRegion(max_kl=0.01), NaturalGradient(max_kl=0.01)):
        np.testing.assert_allclose(exact.stepped(rule), visited.stepped(rule)[0], atol=ROUNDING)


def test_the_divergence_is_the_mean_over_visited_states():
    policies = many(0)
    elsewhere = policies.logits + random_logits(5, 4, 3)
    old, new = policies.policy, elsewhere.softmax(-1)
    apart = (old * (old.log() - new.log())).sum(-1)
    expected = (policies.visits * apart).sum(1) * (1 - GAMMA)
    exact = ExactProblem(policies, NaturalPolicyGradient())
    np.testing.assert_allclose(exact.divergence(elsewhere), expected, atol=ROUNDING)


def test_a_sample_may_stand_for_visits_and_for_what_actions_are_worth():
    policies = many(0)
    method = NaturalPolicyGradient()
    share, worth = policies.visited, policies.advantage
    plain, given = ExactProblem(policies, method), ExactProblem(policies, method, share, worth)
    assert torch.equal(plain.slope(), given.slope())
    turned = ExactProblem(policies, method, share, -worth)
    np.testing.assert_allclose(turned.slope(), -plain.slope(), atol=ROUNDING)
