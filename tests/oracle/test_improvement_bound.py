"""The bound that trust regions rest on: η(π') ≥ L(π') - C max KL(π || π') with C = 4εγ / (1 - γ)², ε = max |A|.

Schulman et al. 2015, "Trust Region Policy Optimization", arXiv:1502.05477, theorem 1 and equation 9. Here η and ε are
known exactly, L is TRPO's own objective and KL the benchmark's own, over every state and action.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pytest
import torch

from rlbench.core.registry import load_method
from rlbench.core.schema import Metric
from rlbench.distributions.categorical import Categorical
from rlbench.updates.trust_region import TrustRegion
from tests.oracle.tabular import Endless, random_mdp
from tests.oracle.visited import Visited

POLICIES = 2000
ROUNDING = 1e-11
"""Values of up to a hundred from systems of equations with a condition number of some hundreds."""

worlds = pytest.mark.parametrize(("gamma", "states"), [(0.5, 3), (0.5, 6), (0.9, 3), (0.9, 6), (0.99, 3), (0.99, 6)])


@dataclass(frozen=True)
class Update:
    """Policies before and after, [S, X, A]."""

    before: Endless
    logits: np.ndarray

    @cached_property
    def performance(self) -> np.ndarray:
        return Endless(self.before.mdp, self.logits, self.before.gamma).performance

    @cached_property
    def gain(self) -> np.ndarray:
        """L(π') - η(π), as TRPO sees it."""
        return Visited(self.before, load_method("trpo")).gain(self.logits)

    @cached_property
    def surrogate(self) -> np.ndarray:
        return self.before.performance + self.gain

    @cached_property
    def divergence(self) -> np.ndarray:
        """Where it is largest."""
        old, new = (Categorical(torch.from_numpy(x)[None]) for x in (self.before.logits, self.logits))
        return old.kl(new)[0].amax(1).numpy()

    @cached_property
    def penalty(self) -> np.ndarray:
        gamma = self.before.gamma
        return 4 * np.abs(self.before.advantage).max((1, 2)) * gamma / (1 - gamma) ** 2


def policies(gamma: float, states: int) -> Endless:
    logits = np.random.default_rng(states).standard_normal((POLICIES, states, 2))
    return Endless(random_mdp(states, states), logits, gamma)


def at_random(before: Endless) -> Update:
    """In any direction, from a thousandth of a logit to three."""
    g = np.random.default_rng(0)
    size = 10 ** g.uniform(-3, 0.5, (POLICIES, 1, 1))
    return Update(before, before.logits + size * g.standard_normal(before.logits.shape))


def uphill(before: Endless) -> Update:
    """Along the gradient, so little that the penalty, of second order, is less than the gain."""
    slope = Visited(before, load_method("trpo")).slope()
    size = (1 - before.gamma) ** 3 * 10 ** np.random.default_rng(0).uniform(-3, 0, (POLICIES, 1, 1))
    return Update(before, before.logits + 0.1 * size * slope)


@worlds
def test_no_update_in_any_direction_violates_it(gamma, states):
    u = at_random(policies(gamma, states))
    assert (u.performance >= u.surrogate - u.penalty * u.divergence - ROUNDING).all()


@worlds
def test_without_the_penalty_it_would_be_violated_most_of_the_time(gamma, states):
    u = at_random(policies(gamma, states))
    assert (u.performance < u.surrogate - ROUNDING).mean() > 0.5


@worlds
def test_it_asks_for_many_times_the_penalty_that_these_updates_need(gamma, states):
    u = at_random(policies(gamma, states))
    needed = (u.surrogate - u.performance) / (u.penalty * u.divergence)
    assert 1e-4 < needed.max() < 0.1


@worlds
def test_where_it_promises_an_improvement_there_is_one(gamma, states):
    u = uphill(policies(gamma, states))
    promised = u.surrogate - u.penalty * u.divergence > u.before.performance + ROUNDING
    assert promised.mean() > 0.2
    assert (u.performance > u.before.performance)[promised].all()


@worlds
def test_the_surrogate_touches_the_performance(gamma, states):
    # Its gradient is the performance's: what is left of a step is of second order, and 1/100 of a 1/10 of it.
    before = policies(gamma, states)
    direction = np.random.default_rng(1).standard_normal(before.logits.shape)
    apart = []
    for size in (1e-3, 1e-4):
        u = Update(before, before.logits + size * direction)
        apart.append(np.abs(u.performance - u.surrogate).mean())
        assert apart[-1] < 0.1 * np.abs(u.gain).mean()
    assert apart[1] == pytest.approx(apart[0] / 100, rel=0.02)


@worlds
def test_trust_region_steps_keep_to_it_and_improve_though_it_seldom_promises_that(gamma, states):
    before = policies(gamma, states)
    logits, step = Visited(before, load_method("trpo")).stepped(TrustRegion(max_kl=0.01))
    u = Update(before, logits)
    assert (step.measured[Metric.STEP_FRACTION] > 0).all()
    assert (u.performance >= u.surrogate - u.penalty * u.divergence - ROUNDING).all()
    assert (u.performance > before.performance).all()
    promised = u.surrogate - u.penalty * u.divergence > before.performance
    assert promised.mean() < (0.7 if gamma == 0.5 else 0.01)
