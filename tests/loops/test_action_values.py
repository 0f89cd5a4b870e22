"""How a method of action values explores, and what it compares its values with."""

import pytest
import torch

from rlbench.core.noise import Noise
from rlbench.engine.eager import Eager
from rlbench.loops.learner import Learner
from tests.loops import plain
from tests.training import CASES, learners, small

METHODS = [name for name in learners() if "action_values" in small(name).needs]
each = pytest.mark.parametrize("name", METHODS)
SEEDS, ITERATIONS = (4, 0), 8


def epsilon(learner: Learner) -> torch.Tensor:
    """How often each seed's policy acts at random, as it stands beside its weights."""
    return learner.actor.layout.views(learner.theta)[6].flatten()


def learn(name: str, **changes):
    """Iteration by iteration the learner before a rollout is collected, and again after it has learnt from it."""
    on, chosen = CASES["batched"](), small(name, **changes)
    noise = Noise(SEEDS)
    session = on.open(noise, chosen.rollout, 3, chosen.needs)
    learner = Learner(chosen, session, noise, Eager(), "cpu")
    for iteration in range(ITERATIONS):
        yield iteration, learner, None
        experience = session.collect(learner.theta, iteration, [0, 1])
        learner.learn(experience.decisions, experience.positions, on.gamma, iteration)
        yield iteration, learner, experience.decisions


@each
def test_exploration_falls_in_a_straight_line_and_stays_at_its_end(name):
    """After 32 steps in each rollout, from 1 to 0.2 within 100: 1 - 0.8 · 32 k / 100 before rollout k."""
    schedule = [1.0, 0.744, 0.488, 0.232, 0.2, 0.2, 0.2, 0.2]
    found = [
        epsilon(learner).tolist()
        for _, learner, learnt in learn(name, exploration_steps=100, final_epsilon=0.2)
        if learnt is None
    ]
    assert [one for one, _ in found] == pytest.approx(schedule, abs=1e-6)
    assert all(one == other for one, other in found)


@each
def test_exploration_is_no_parameter_that_learning_changes(name):
    """What the rule does to the place where it stands is undone: no gradient reaches it, no moment remembers it."""
    for _, learner, _ in learn(name, exploration_steps=10**6):
        moments = (
            learner.actor.layout.views(x)[6]
            for x in (learner.kept.policy.state.first, learner.kept.policy.state.second)
        )
        assert all((x == 0).all() for x in moments)


@each
def test_the_other_network_is_a_copy_from_every_so_many_updates_ago(name):
    thetas = []
    for iteration, learner, learnt in learn(name, lag=3):
        if learnt is None:
            thetas.append(learner.theta.clone())
            weights, lagging = (
                learner.actor.layout.views(x)[:6] for x in (thetas[iteration // 3 * 3], learner.kept.lagging)
            )
            assert all(torch.equal(one, other) for one, other in zip(weights, lagging, strict=True))
    assert not torch.equal(thetas[0], thetas[3])


@each
def test_what_follows_is_worth_the_largest_value_that_the_lagging_network_sees(name, monkeypatch):
    chosen, shown = type(small(name)), []
    honest = chosen.credit
    monkeypatch.setattr(chosen, "credit", lambda self, d, gamma: shown.append(d) or honest(self, d, gamma))
    lagging = []
    for _, learner, learnt in learn(name, lag=3):
        if learnt is None:
            lagging.append(learner.kept.lagging.clone())
    assert len(shown) == ITERATIONS
    for d, network in zip(shown, lagging, strict=True):
        for seed in range(2):
            values = plain.network(learner.actor.layout, network[seed], d.next_inputs[0, seed].double().numpy())
            assert d.next_value[0, seed].tolist() == pytest.approx(values.max(1), abs=1e-5)


def test_there_is_a_method_of_action_values():
    assert METHODS
