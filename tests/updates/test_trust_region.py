"""The search takes each seed's first fraction that raises its objective within its region, or nothing at all."""

from dataclasses import dataclass

import pytest
import torch
from torch import Tensor

from rlbench.core.schema import Metric
from rlbench.updates.natural_gradient import NaturalGradient
from rlbench.updates.trust_region import TrustRegion
from tests.updates.planted import Planted, planted
from tests.updates.policies import KINDS, SEEDS, Dense, policies, take_step

MAX_KL = 0.01
EXACT = TrustRegion(max_kl=MAX_KL, damping=0.0)
FULL = NaturalGradient(max_kl=MAX_KL, damping=0.0)


def bits(x: Tensor) -> Tensor:
    return x.view(torch.int32)


def taken(p: Planted, rule: TrustRegion = EXACT) -> list[float]:
    """The fraction of each seed, after making sure that the parameters lie there to the bit or have not changed."""
    found, step = take_step(rule, p, p.origin)
    full, _ = take_step(FULL, p, p.origin)
    fraction = step.measured[Metric.STEP_FRACTION]
    torch.testing.assert_close(found - p.origin, fraction[:, None] * (full - p.origin), rtol=1e-5, atol=1e-6)
    assert torch.equal(bits(found[fraction == 0]), bits(p.origin[fraction == 0]))
    assert step.alive.all()
    assert not step.measured[Metric.CURVATURE_FAILURE].any()
    return fraction.tolist()


def expected(p: Planted, rule: TrustRegion = EXACT) -> list[float]:
    """The first fraction that will do, by arithmetic on the planted models."""
    found = []
    for seed in range(len(p.origin)):
        tried = [rule.shrink**k for k in range(rule.backtracks)]
        along = [(fraction, *p.along(seed, rule.max_kl, fraction)) for fraction in tried]
        found.append(next((f for f, gain, kl in along if gain > 0 and kl <= rule.max_kl), 0.0))
    return found


def test_a_divergence_beyond_the_region_shortens_the_step():
    p = planted(5, stretch=[0.99, 1.5, 2.0, 20.0, 1e6])
    assert expected(p) == [1, 0.8, 0.8**2, 0.8**7, 0]
    assert taken(p) == pytest.approx(expected(p), rel=1e-6)


def test_an_objective_that_does_not_improve_shortens_the_step():
    p = planted(4)
    # The gain at a fraction f of the full step is f r - b δ f²: positive below r / (b δ), put at .9, .5, and 1e-3.
    reach = torch.tensor([p.along(seed, MAX_KL, 1.0)[0] for seed in range(4)])
    p.bend = reach / MAX_KL / torch.tensor([1.1, 0.9, 0.5, 1e-3])
    assert expected(p) == [1, 0.8, 0.8**4, 0]
    assert taken(p) == pytest.approx(expected(p), rel=1e-6)


@dataclass
class High(Planted):
    """So high that float32 cannot hold a small gain."""

    def objective(self, theta: Tensor, batch: tuple[Tensor, ...], hyper: tuple) -> Tensor:
        return super().objective(theta, batch, hyper) + 1e6


def test_an_objective_that_stays_the_same_has_not_improved():
    p = planted(2)
    high = High(**vars(p) | {"gradient": p.gradient * torch.tensor([[100.0], [1e-3]])})
    assert taken(high) == [1, 0]


@pytest.mark.parametrize(("backtracks", "shrink"), [(1, 0.8), (3, 0.5), (20, 0.8)])
def test_no_more_fractions_are_tried_than_were_asked_for(backtracks, shrink):
    rule = TrustRegion(max_kl=MAX_KL, damping=0.0, backtracks=backtracks, shrink=shrink)
    p = planted(4, stretch=[0.5, 1.5, 20.0, 1000.0])
    assert taken(p, rule) == pytest.approx(expected(p, rule), rel=1e-6)


def test_what_is_not_a_number_is_not_accepted():
    p = planted(5)
    # Full steps have half a square of 0.01, and 0.8² of it is 0.0064.
    p.hole = torch.tensor([1.0, 0.008, 1.0, 0.0, 1.0])
    p.cliff = torch.tensor([1.0, 1.0, 0.008, 1.0, 0.0])
    assert taken(p) == pytest.approx([1, 0.8, 0.8, 0, 0], rel=1e-6)


def test_a_seeds_search_does_not_depend_on_its_neighbours():
    stretch = [0.99, 2.0, 1e6, 20.0]
    p = planted(4, stretch=stretch)
    block, _ = take_step(EXACT, p, p.origin)
    for seed in range(4):
        alone = planted(4, stretch=[stretch[seed]] * 4)
        found, _ = take_step(EXACT, alone, alone.origin)
        assert torch.equal(bits(found[seed]), bits(block[seed]))


@pytest.mark.parametrize("kind", KINDS)
def test_the_policy_stays_within_its_region_and_is_better(kind):
    p = policies(kind)
    # So little damping that the full step's length is the whole region's by the model, and often beyond it in truth.
    rule = TrustRegion(max_kl=0.05, damping=1e-4, iterations=30)
    found, step = take_step(rule, p.problem, p.theta)
    full, _ = take_step(NaturalGradient(max_kl=0.05, damping=1e-4, iterations=30), p.problem, p.theta)
    fraction = step.measured[Metric.STEP_FRACTION]
    gain = [gain_of(p, found, seed) for seed in range(len(SEEDS))]
    assert min(gain) > 0
    for seed in range(len(SEEDS)):
        dense = Dense(p, seed)
        assert dense.kl(found[seed]) <= 0.05 * (1 + 1e-5)
        before = p.theta[seed] + float(fraction[seed]) / 0.8 * (full[seed] - p.theta[seed])
        assert fraction[seed] == 1 or dense.kl(before) > 0.05 * (1 - 1e-5)
    assert fraction.min() < 1


def gain_of(p, theta: Tensor, seed: int) -> float:
    problem = p.problem
    hyper, batch = torch.tensor(problem.hyper_values).unbind(), problem.take(None)
    return float((problem.objective(theta, batch, hyper) - problem.objective(p.theta, batch, hyper))[seed])


def test_the_work_of_the_search_takes_no_gradients():
    p = policies("categorical")
    _, step = take_step(TrustRegion(iterations=7, fisher_share=0.5), p.problem, p.theta)
    assert (step.updates, step.passes) == (1, 5)
