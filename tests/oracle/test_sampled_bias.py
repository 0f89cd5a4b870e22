"""Bias and variance measured on samples, as they must be where nothing is known exactly; here the truth is known.

All estimators see the same 1500 batches of 16 episodes of 15 steps in a process of 6 states.
"""

from itertools import pairwise

import numpy as np
import pytest

from rlbench.core.registry import load_method
from rlbench.core.types import Decisions
from tests.oracle.critics import without_bonus, wrong_critic
from tests.oracle.episodes import judged, some_of
from tests.oracle.estimates import Sample, as_used, gradients, isolated, paid
from tests.oracle.tabular import Episodic, random_logits, random_mdp

STEPS = 15
WORLD = Episodic(random_mdp(1, 6), random_logits(1, 6), STEPS)
WRONG = wrong_critic(WORLD)
CERTAIN = 5
"""Standard errors: a normal number is further out once in two million times."""


@pytest.fixture(scope="module")
def batches() -> Decisions:
    return some_of(WORLD, seeds=1500, streams=16)


def measured(d: Decisions, credit) -> Sample:
    return Sample(STEPS * gradients(load_method("reinforce"), d, credit, WORLD.logits))


def weighted(d: Decisions, lam: float) -> Sample:
    return measured(d, isolated(without_bonus("a2c", lam=lam), d))


def truly(lam: float) -> np.ndarray:
    """Where λ leads with the wrong critic."""
    shares = [(1 - lam) * lam**k for k in range(STEPS - 1)] + [lam ** (STEPS - 1)]
    worth = np.einsum("n,ntxa->txa", shares, [WORLD.foreseen(WRONG, n) for n in range(1, STEPS + 1)])
    return WORLD.towards(WORLD.visits, worth)


def excess(a: Sample, b: Sample) -> float:
    """By how many standard errors the first varies more, batch by batch."""
    difference = ((a.gradients - a.mean) ** 2).sum(1) - ((b.gradients - b.mean) ** 2).sum(1)
    return difference.mean() / difference.std() * len(difference) ** 0.5


def test_the_order_of_variances_with_a_right_critic_is_certain_and_no_bias_is_found(batches):
    d = batches
    baseline = load_method("reinforce_baseline")
    found = [
        measured(d, paid(d.reward.sum(0).expand_as(d.reward), d)),
        measured(d, as_used(load_method("reinforce"), d)),
        measured(d, as_used(baseline, d)),
        weighted(d, 0.95),
        weighted(d, 0.5),
        measured(d, isolated(without_bonus("actor_critic_td"), d)),
    ]
    assert min(excess(a, b) for a, b in pairwise(found)) > CERTAIN
    for one in found:
        assert abs(one.squared_bias(WORLD.gradient)) < CERTAIN * one.squared_bias_error(WORLD.gradient)


@pytest.mark.parametrize("lam", [0.0, 0.25, 0.5, 0.75, 0.95, 1.0])
def test_the_squared_bias_of_a_wrong_critic_is_measured_as_it_truly_is(batches, lam):
    found = weighted(judged(batches, WRONG), lam)
    true = ((truly(lam) - WORLD.gradient) ** 2).sum()
    error = found.squared_bias_error(WORLD.gradient)
    assert abs(found.squared_bias(WORLD.gradient) - true) < CERTAIN * error
    # That says something: a step of a quarter in λ is seen from zero upwards.
    assert lam > 0.5 or error < 0.2 * (true - ((truly(lam + 0.25) - WORLD.gradient) ** 2).sum())


def test_what_noise_adds_to_a_squared_distance_is_taken_off(batches):
    # Fifteen measurements with 100 batches each, of no bias at all: their mean is zero, with it 1 % of the variance.
    method = load_method("reinforce_baseline")
    whole = measured(batches, as_used(method, batches))
    parts = [Sample(part) for part in whole.gradients.reshape(15, 100, -1)]
    found = np.array([part.squared_bias(WORLD.gradient) for part in parts])
    raw = np.array([((part.mean - WORLD.gradient.ravel()) ** 2).sum() for part in parts])
    error = found.std(ddof=1) / 15**0.5
    assert abs(found.mean()) < 3 * error
    assert raw.mean() > 3 * error
    assert raw.mean() == pytest.approx(whole.variance / 100, abs=3 * error)


def test_intervals_of_the_squared_bias_hold_the_truth_as_often_as_they_should():
    d = judged(some_of(WORLD, seeds=6000, streams=16, step=1), WRONG)
    parts = [Sample(part) for part in weighted(d, 0.0).gradients.reshape(60, 100, -1)]
    true = ((truly(0.0) - WORLD.gradient) ** 2).sum()
    apart = [abs(p.squared_bias(WORLD.gradient) - true) / p.squared_bias_error(WORLD.gradient) for p in parts]
    # Of 60 intervals that each hold it with probability 0.95 fewer than 50 do once in 5000 times.
    assert (np.array(apart) < 1.96).sum() >= 50
    assert (np.array(apart) < 0.5).sum() <= 40
