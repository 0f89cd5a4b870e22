"""The same on samples of a larger process, too large for all its episodes: 6 states, 15 steps, batches of 16.

Samples are keyed and always the same: `FALSE_ALARM` says how surprising they may be if the expectation is right.
"""

from dataclasses import replace

import numpy as np
import pytest

from rlbench.core.registry import load_method
from rlbench.core.types import Decisions
from tests.oracle.critics import estimators, without_bonus
from tests.oracle.episodes import some_of
from tests.oracle.estimates import Sample, as_used, gradients, isolated
from tests.oracle.tabular import Episodic, random_logits, random_mdp

FALSE_ALARM = 1e-6
STEPS = 15
WORLD = Episodic(random_mdp(1, 6), random_logits(1, 6), STEPS)
ADVANTAGES = ["actor_critic_td", "actor_critic_nstep", "a2c", "reinforce_baseline"]
"""At the policy itself the other objectives have these gradients, batch by batch."""


@pytest.fixture(scope="module")
def batches() -> Decisions:
    return some_of(WORLD, seeds=1500, streams=16)


def surprise(method, d: Decisions, credit=isolated) -> float:
    return Sample(STEPS * gradients(method, d, credit(method, d), WORLD.logits)).probability(WORLD.usual_gradient)


@pytest.mark.parametrize("name", ADVANTAGES)
def test_the_sample_agrees_with_the_exact_gradient_and_would_not_if_one_reward_were_wrong(name, batches):
    d = batches
    off = replace(d, reward=d.reward + 0.5 * ((d.inputs == 0) & (d.action == 0)))
    for method in estimators(name):
        assert surprise(method, d) > FALSE_ALARM
        assert surprise(method, off) < FALSE_ALARM


def test_the_sample_of_returns_agrees_too(batches):
    assert surprise(load_method("reinforce"), batches, as_used) > FALSE_ALARM


def test_samples_are_as_surprising_as_they_should_be():
    d = some_of(WORLD, seeds=6000, streams=4)
    method = without_bonus("a2c", lam=0.95)
    found = STEPS * gradients(method, d, isolated(method, d), WORLD.logits)
    chances = np.array([Sample(part).probability(WORLD.usual_gradient) for part in found.reshape(60, 100, -1)])
    # Of 60 uniform numbers more than 9 are below 0.05 once in 1300 times, fewer than 15 or more than 45 below 0.5 once
    # in 23000.
    assert (chances < 0.05).sum() <= 9
    assert 15 <= (chances < 0.5).sum() <= 45
