"""What does not depend on the action may be taken off: it changes no mean, only how much an estimate varies."""

import numpy as np
import pytest
import torch

from rlbench.core.registry import load_method
from tests.oracle.episodes import all_of, judged, looked_up
from tests.oracle.estimates import Exhaustive, as_used, gradients, paid
from tests.oracle.tabular import Episodic, random_logits, random_mdp

ROUNDING = 1e-12
REINFORCE, WITH_BASELINE = load_method("reinforce"), load_method("reinforce_baseline")
WORLDS = [Episodic(random_mdp(seed, 3), random_logits(seed, 3), 4) for seed in range(3)]

worlds = pytest.mark.parametrize("world", WORLDS, ids=["first", "second", "third"])


def with_baseline(world: Episodic, baseline: np.ndarray) -> Exhaustive:
    """One episode's gradient, measured from a number for each step and state, [T + 1, X]."""
    d, probability = all_of(world)
    d = judged(d, baseline)
    return Exhaustive(4 * gradients(WITH_BASELINE, d, as_used(WITH_BASELINE, d), world.logits), probability)


def without(world: Episodic) -> Exhaustive:
    d, probability = all_of(world)
    return Exhaustive(4 * gradients(REINFORCE, d, as_used(REINFORCE, d), world.logits), probability)


@worlds
def test_a_number_for_each_step_and_state_has_no_gradient(world):
    d, probability = all_of(world)
    number = np.random.default_rng(0).standard_normal((4, 3, 1)) * np.ones(2)
    found = Exhaustive(gradients(REINFORCE, d, paid(looked_up(number, d), d), world.logits), probability)
    np.testing.assert_allclose(found.mean, 0, atol=ROUNDING)
    assert found.variance > 0.01


@worlds
def test_one_that_knows_the_action_has(world):
    d, probability = all_of(world)
    number = np.random.default_rng(0).standard_normal((4, 3, 2))
    found = Exhaustive(4 * gradients(REINFORCE, d, paid(looked_up(number, d), d), world.logits), probability)
    expected = world.towards(world.visits, number)
    np.testing.assert_allclose(found.mean, expected.ravel(), atol=ROUNDING)
    assert np.abs(expected).max() > 0.1


@worlds
def test_any_critic_as_a_baseline_leaves_the_mean_gradient_where_it_is(world):
    for seed, size in enumerate((0.1, 1.0, 30.0)):
        number = size * np.random.default_rng(seed).standard_normal(world.value.shape)
        found = with_baseline(world, number)
        np.testing.assert_allclose(found.mean, world.gradient.ravel(), atol=size * ROUNDING)


@worlds
def test_the_value_as_a_baseline_lowers_the_variance_and_another_one_may_raise_it(world):
    bare = without(world).variance
    assert with_baseline(world, world.value).variance < bare
    assert with_baseline(world, -world.value).variance > bare


@worlds
def test_the_value_is_not_the_best_of_baselines(world):
    """That is the mean return, each weighed with the square of its score (Greensmith, Bartlett & Baxter 2004,
    "Variance Reduction Techniques for Gradient Estimates in Reinforcement Learning", JMLR 5)."""
    # Of a softmax |∇ log π(a|x)|² = 1 - 2 π(a|x) + Σ_b π(b|x)². Scores of different states are orthogonal, so that
    # each state may be seen to by itself; those of one state at two steps are not: only one step at a time is counted.
    square = 1 - 2 * world.policy + (world.policy**2).sum(1, keepdims=True)
    weight = world.policy * square
    best = (weight * world.q).sum(-1) / weight.sum(-1)
    d, probability = all_of(world)
    for step in range(4):
        alone = torch.zeros_like(d.mask)
        alone[step] = 1

        def variance(baseline: np.ndarray, alone: torch.Tensor = alone) -> float:
            judgement = judged(d, np.append(baseline, np.zeros((1, 3)), 0))
            credit = as_used(WITH_BASELINE, judgement)
            credit = paid(credit.advantage * alone, d)
            return Exhaustive(4 * gradients(WITH_BASELINE, d, credit, world.logits), probability).variance

        least = variance(best)
        assert least < variance(world.value[:4])
        for seed in range(5):
            elsewhere = best + 0.1 * np.random.default_rng(seed).standard_normal(best.shape)
            assert least < variance(elsewhere)
