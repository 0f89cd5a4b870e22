"""Preference methods on bandits: with comparisons as frequent as the model says, the optimum is known exactly.

Where answer y is preferred to y' with odds exp(r(y) - r(y')), DPO's policy is π(y) ∝ π_ref(y) exp(r(y) / β)
(Rafailov et al. 2023, arXiv:2305.18290, equations 4 and 6).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import permutations

import pytest
import torch
from torch import Tensor

from rlbench.core import catalog
from rlbench.core.noise import Noise
from rlbench.core.registry import load_method, with_settings
from rlbench.core.types import Decisions
from rlbench.engine.eager import Eager
from rlbench.loops.learner import Learner
from rlbench.nets.actor import Actor
from rlbench.nets.critic import Critic
from rlbench.nets.heads import CategoricalHead

METHODS = [name for name in catalog.methods() if "preferences" in load_method(name).needs]
SEEDS = (0, 1)
TWO, THREE = {0: 3, 1: 1}, {0: 3, 1: 2, 2: 1}
"""exp(r) of each arm: what an arm weighs when one is chosen among several."""


@dataclass(frozen=True)
class Bandit:
    """What a learner asks of a session: a policy that sees always the same, and begins with preferences of its own."""

    arms: int
    critic: Critic = Critic(1, (8, 8))

    @property
    def actor(self) -> Actor:
        return Actor(1, (8, 8), CategoricalHead(self.arms))

    def start(self) -> Tensor:
        theta = self.actor.start(Noise(SEEDS))
        self.actor.layout.views(theta)[5].copy_(torch.tensor([0.5, -0.25, 0.0])[: self.arms, None])
        return theta


def rankings(weights: dict[int, int]) -> Iterator[tuple[int, ...]]:
    """Every order of the arms, as often out of 60 as the model of Plackett and Luce says."""
    for order in permutations(weights):
        share = 60
        for k in range(len(order)):
            share = share * weights[order[k]] / sum(weights[arm] for arm in order[k:])
        assert share == int(share)
        yield from [order] * int(share)


def comparisons(weights: dict[int, int], length: int = 1) -> Decisions:
    """All of them, an answer being one arm pulled `length` times."""
    action = torch.tensor(list(rankings(weights))).flatten().expand(length, len(SEEDS), -1).contiguous()
    one = torch.ones(action.shape)
    return Decisions(one[..., None], action, 0 * one, 0 * one, one, 0 * one, 0 * one)


def learnt(name: str, weights: dict[int, int], beta: float, d: Decisions) -> tuple[Tensor, Tensor]:
    """Log-probabilities of each arm before and after learning, [S, A]."""
    rows = d.mask.shape[2] // len(weights)
    settings = {
        "beta": beta,
        "rollout": {"prompts": rows, "answers": len(weights)},
        "update": {"lr": 0.03, "epochs": 10, "minibatches": 1},
    }
    method = with_settings(load_method(name), settings)
    learner = Learner(method, Bandit(len(weights)), Noise(SEEDS), Eager(), "cpu")
    before = arms(learner)
    for iteration in range(30):
        learner.learn(d, [0, 1], 1.0, iteration)
    return before, arms(learner)


def arms(learner: Learner) -> Tensor:
    return learner.actor.distribution(learner.theta, torch.ones(1, len(SEEDS), 1, 1)).logits[0, :, 0].log_softmax(-1)


def check_optimum(name: str, weights: dict[int, int], beta: float) -> None:
    before, after = learnt(name, weights, beta, comparisons(weights))
    reward = torch.tensor(list(weights.values())).log()
    expected = (before + reward / beta).log_softmax(-1)
    assert torch.allclose(after.exp(), expected.exp(), atol=1e-3)
    assert not torch.allclose(before.exp(), expected.exp(), atol=0.1)


@pytest.mark.parametrize("beta", [1.0, 0.5])
@pytest.mark.parametrize("name", METHODS)
def test_of_two_arms_the_optimum_is_the_reference_tilted_by_the_reward(name, beta):
    check_optimum(name, TWO, beta)


@pytest.mark.parametrize("name", [name for name in METHODS if load_method(name).rollout.answers > 2])
def test_of_three_arms_ranked_it_is_so_too(name):
    check_optimum(name, THREE, 1.0)


@pytest.mark.parametrize("name", METHODS)
def test_an_answer_of_two_decisions_counts_both(name):
    """Pulled twice, an arm's log-probability is the sum: half the tilt for each decision is enough."""
    before, after = learnt(name, TWO, 1.0, comparisons(TWO, length=2))
    expected = (before + torch.tensor(list(TWO.values())).log() / 2).log_softmax(-1)
    assert torch.allclose(after.exp(), expected.exp(), atol=1e-3)
