"""Policies and value functions of a block of seeds: each seed's is its own, to the bit."""

import numpy as np
import pytest
import torch
from torch import Tensor

from rlbench.core.noise import Noise
from rlbench.core.types import Decisions
from rlbench.nets.actor import Actor
from rlbench.nets.critic import Critic
from rlbench.nets.heads import CategoricalHead, GaussianHead

T, S, B, D = 6, 10, 3, 4
ACTORS = {"choice": Actor(D, (16, 32), CategoricalHead(3)), "point": Actor(D, (16, 32), GaussianHead(2))}


@pytest.fixture(params=ACTORS.values(), ids=ACTORS.keys())
def actor(request: pytest.FixtureRequest) -> Actor:
    return request.param


@pytest.fixture
def decisions(actor: Actor) -> Decisions:
    generator = torch.Generator().manual_seed(0)
    inputs = torch.randn(T, S, B, D, generator=generator)
    choice = torch.randint(0, 3, (T, S, B), generator=generator)
    action = choice if isinstance(actor.head, CategoricalHead) else torch.randn(T, S, B, 2, generator=generator)
    zero = torch.zeros(T, S, B)
    return Decisions(inputs, action, zero, zero, zero + 1, zero, zero)


@pytest.fixture
def theta(actor: Actor) -> Tensor:
    theta = actor.start(Noise(range(S)))
    return theta + 0.3 * torch.randn(theta.shape, generator=torch.Generator().manual_seed(1))


def part(d: Decisions, seeds: slice) -> Decisions:
    names = ("inputs", "action", "logp", "reward", "mask", "terminated", "cut")
    return Decisions(*(getattr(d, name)[:, seeds].contiguous() for name in names))


def test_log_probabilities_are_of_each_seeds_own_distribution(actor, decisions, theta):
    now = actor.evaluate(theta, decisions)
    for seed in range(S):
        w1, b1, w2, b2, w3, b3, *extra = (w[seed] for w in actor.layout.views(theta))
        hidden = torch.tanh(torch.tanh(decisions.inputs[:, seed] @ w1 + b1) @ w2 + b2)
        outputs = hidden @ w3.T + b3.flatten()
        if extra:
            alone = torch.distributions.Independent(torch.distributions.Normal(outputs, extra[0].exp()), 1)
        else:
            alone = torch.distributions.Categorical(logits=outputs)
        torch.testing.assert_close(now.logp[:, seed], alone.log_prob(decisions.action[:, seed]), rtol=1e-5, atol=1e-5)
        torch.testing.assert_close(now.dist.entropy()[:, seed], alone.entropy(), rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("size", [2, 3, 5])
def test_a_seed_has_the_same_bits_in_a_smaller_block(actor, decisions, theta, size):
    whole = actor.evaluate(theta, decisions).logp
    critic = Critic(D, (16, 32))
    phi = critic.start(Noise(range(S)))
    values = critic.evaluate(phi, decisions.inputs)
    for start in range(0, S - size + 1, size):
        block = slice(start, start + size)
        few = part(decisions, block)
        assert torch.equal(actor.evaluate(theta[block].clone(), few).logp, whole[:, block])
        assert torch.equal(critic.evaluate(phi[block].clone(), few.inputs), values[:, block])


def test_a_neighbours_parameters_change_no_bit(actor, decisions, theta):
    before = actor.evaluate(theta, decisions).logp
    theta[4] = float("nan")
    after = actor.evaluate(theta, decisions).logp
    others = [seed for seed in range(S) if seed != 4]
    assert torch.equal(after[:, others], before[:, others])
    assert after[:, 4].isnan().all()


def test_acting_gives_the_outputs_of_the_distribution(actor, decisions, theta):
    outputs = actor.acting(theta)(decisions.inputs[0].numpy())
    expected = actor.distribution(theta, decisions.inputs[:1]).parts[0][0]
    np.testing.assert_allclose(outputs, expected.numpy(), rtol=0, atol=1e-6)


def test_the_first_policy_is_nearly_the_same_everywhere(actor, decisions):
    first = actor.distribution(actor.start(Noise(range(S))), decisions.inputs).parts[0]
    assert first.abs().max() < 0.05
    assert first.abs().max() > 0


def test_first_parameters_are_the_seeds_own_and_not_the_critics(actor):
    block, alone = actor.start(Noise(range(S))), actor.start(Noise([7]))
    assert torch.equal(block[7:8], alone)
    critic = Critic(D, (16, 32))
    assert torch.equal(critic.start(Noise(range(S)))[7:8], critic.start(Noise([7])))
    first_layers = actor.layout.views(alone)[0], critic.layout.views(critic.start(Noise([7])))[0]
    assert not torch.equal(*first_layers)


def test_the_cost_of_a_decision_is_two_operations_for_each_weight_of_a_matrix(actor):
    matrices = actor.layout.views(torch.zeros(1, actor.layout.size))[:6:2]
    assert actor.flop_per_decision == 2 * sum(weight.numel() for weight in matrices)
