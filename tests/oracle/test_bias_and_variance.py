"""How far each estimator is off and how much it varies, exactly: sums over all episodes of a small process.

A right critic: the further an estimator looks, the more it varies, and none is off. A wrong one: the less it is asked,
the less it misleads.
"""

from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from rlbench.core.registry import load_method
from rlbench.core.types import Credit, Decisions
from tests.oracle.critics import without_bonus, wrong_critic
from tests.oracle.episodes import all_of, judged, together
from tests.oracle.estimates import Exhaustive, as_used, gradients, isolated, paid
from tests.oracle.tabular import Episodic, random_logits, random_mdp

HORIZON = 4
WORLDS = [Episodic(random_mdp(seed, 3), random_logits(seed, 3), HORIZON) for seed in range(3)]
LAMBDAS = (0.0, 0.25, 0.5, 0.75, 0.9, 0.95, 1.0)
ROUNDING = 1e-12

worlds = pytest.mark.parametrize("world", WORLDS, ids=["first", "second", "third"])


def total(d: Decisions) -> Credit:
    return paid(d.reward.sum(0).expand_as(d.reward), d)


def to_go(d: Decisions) -> Credit:
    return as_used(load_method("reinforce"), d)


def above_value(d: Decisions) -> Credit:
    return as_used(load_method("reinforce_baseline"), d)


def td(d: Decisions) -> Credit:
    return isolated(without_bonus("actor_critic_td"), d)


def weighted(lam: float) -> Callable[[Decisions], Credit]:
    return lambda d: isolated(without_bonus("a2c", lam=lam), d)


def steps(n: int) -> Callable[[Decisions], Credit]:
    return lambda d: isolated(without_bonus("actor_critic_nstep", n=n), d)


def estimate(world: Episodic, credit: Callable[[Decisions], Credit], critic: np.ndarray | None = None) -> Exhaustive:
    """One episode's gradient, by a critic that is right unless another one is given."""
    d, probability = all_of(world)
    d = d if critic is None else judged(d, critic)
    return Exhaustive(HORIZON * gradients(load_method("reinforce"), d, credit(d), world.logits), probability)


def falls(numbers: list[float]) -> bool:
    return all(a > b for a, b in pairwise(numbers))


@worlds
def test_what_is_not_caused_by_an_action_is_noise(world):
    order = [total, to_go, above_value, weighted(0.95), weighted(0.5), td]
    found = [estimate(world, credit) for credit in order]
    assert falls([one.variance for one in found])
    assert max(one.squared_bias(world.gradient) for one in found) < ROUNDING**2


@worlds
def test_with_a_right_critic_the_variance_grows_with_lambda_and_with_n(world):
    assert falls([estimate(world, weighted(lam)).variance for lam in reversed(LAMBDAS)])
    assert falls([estimate(world, steps(n)).variance for n in (4, 3, 2, 1)])


@worlds
def test_with_a_wrong_critic_the_bias_falls_with_lambda_to_nothing(world):
    critic = wrong_critic(world)
    *biased, last = [estimate(world, weighted(lam), critic).squared_bias(world.gradient) for lam in LAMBDAS]
    assert falls(biased)
    assert last < ROUNDING**2 < biased[-1]


@pytest.mark.parametrize("knows", [0.0, 0.5, 0.9])
def test_with_a_critic_that_knows_a_share_of_the_truth_the_bias_falls_with_n_to_nothing(knows):
    for world in (WORLDS[0], WORLDS[2]):
        found = [estimate(world, steps(n), knows * world.value).squared_bias(world.gradient) for n in (1, 2, 3, 4, 5)]
        assert falls(found[:4])
        assert max(found[3:]) < ROUNDING**2


@pytest.mark.parametrize("knows", [0.0, 0.5, 0.9])
def test_that_is_no_law(knows):
    # What lies one step further may differ more from action to action in what the critic does not know.
    world = WORLDS[1]
    found = [estimate(world, steps(n), knows * world.value).squared_bias(world.gradient) for n in (1, 2)]
    assert found[1] > 1.4 * found[0] > 0


@worlds
@pytest.mark.parametrize("credit", [td, weighted(0.5), weighted(0.95), steps(2), steps(3)])
def test_the_bias_is_proportional_to_the_critics_error(world, credit):
    biases = [estimate(world, credit, wrong_critic(world, size)).mean - world.gradient.ravel() for size in (0.5, 2.0)]
    np.testing.assert_allclose(biases[1], 4 * biases[0], atol=ROUNDING)
    assert np.abs(biases[0]).max() > 1e-5


@worlds
def test_temporal_differences_are_lambda_zero_and_one_step_and_returns_above_value_lambda_one_and_all(world):
    critic = wrong_critic(world)
    for names in ([td, weighted(0.0), steps(1)], [above_value, weighted(1.0), steps(HORIZON), steps(99)]):
        first, *others = [estimate(world, credit, critic).gradients for credit in names]
        for other in others:
            np.testing.assert_allclose(other, first, atol=ROUNDING)


@worlds
@pytest.mark.parametrize("episodes", [1, 4, 64])
def test_with_a_wrong_critic_the_least_error_lies_between_both_ends(world, episodes):
    found = [estimate(world, weighted(lam), wrong_critic(world)) for lam in LAMBDAS]
    errors = [one.squared_bias(world.gradient) + one.variance / episodes for one in found]
    assert 0 < int(np.argmin(errors)) < len(LAMBDAS) - 1


def test_a_batch_of_episodes_varies_as_much_less_as_there_are_more_of_them():
    world = replace(WORLDS[0], mdp=random_mdp(0, 2), logits=random_logits(0, 2), horizon=3)
    d, probability = all_of(world)
    method, found = load_method("reinforce"), []
    for streams in (1, 2):
        batch, chance = together(d, probability, streams)
        found.append(Exhaustive(gradients(method, batch, to_go(batch), world.logits), chance))
    np.testing.assert_allclose(found[1].mean, found[0].mean, atol=ROUNDING)
    assert found[1].variance == pytest.approx(found[0].variance / 2, rel=1e-10)
