"""What all rules along the natural gradient keep to: one seed's trouble is counted, changes nothing, and is its own."""

import pytest
import torch
from torch import Tensor

from rlbench.core.schema import Metric
from rlbench.updates.dense_natural_gradient import DenseNaturalGradient
from rlbench.updates.natural_gradient import NaturalGradient
from rlbench.updates.trust_region import TrustRegion
from tests.updates.planted import P, planted
from tests.updates.policies import KINDS, SEEDS, policies, take_step

LITTLE = 1e-6
"""So little damping that it makes nothing positive."""
RULES = [NaturalGradient, DenseNaturalGradient, TrustRegion]
each_rule = pytest.mark.parametrize("rule", RULES)
poisons = pytest.mark.parametrize("poison", [float("nan"), float("inf")])


def bits(x: Tensor) -> Tensor:
    return x.view(torch.int32)


@each_rule
@pytest.mark.parametrize("kind", KINDS)
def test_a_seed_alone_and_in_a_block_takes_the_same_step_to_the_bit(rule, kind):
    p, halves = policies(kind), rule(fisher_share=0.5)
    block, _ = take_step(halves, p.problem, p.theta)
    assert (block != p.theta).any(1).all()
    for seeds in ([0, 0], [2, 2], [1, 2], [2, 0]):  # one seed alone learns as two equal ones
        part = p.of(seeds)
        found, _ = take_step(halves, part.problem, part.theta, seeds=[SEEDS[seed] for seed in seeds])
        assert torch.equal(bits(found), bits(block[seeds]))


@each_rule
def test_a_metric_that_is_not_positive_is_counted_and_moves_nobody(rule):
    healthy, sick = planted(4), planted(4)
    expected, _ = take_step(rule(damping=LITTLE), healthy, healthy.origin)
    sick.metric[1] = -sick.metric[1]
    sick.metric[2] = torch.diag(torch.tensor([1.0, 1.0, 1.0, -0.5]))
    sick.gradient[2] = torch.tensor([1.0, 0.0, 0.0, 0.1])
    found, step = take_step(rule(damping=LITTLE), sick, sick.origin)
    assert step.measured[Metric.CURVATURE_FAILURE].tolist() == [0, 1, 1, 0]
    assert step.measured[Metric.STEP_FRACTION].tolist() == [1, 0, 0, 1]
    assert step.alive.tolist() == [True] * 4
    assert torch.equal(bits(found[[1, 2]]), bits(sick.origin[[1, 2]]))
    assert torch.equal(bits(found[[0, 3]]), bits(expected[[0, 3]]))
    assert (found[[0, 3]] != sick.origin[[0, 3]]).any(1).all()


@pytest.mark.parametrize("rule", [NaturalGradient, DenseNaturalGradient])
def test_damping_makes_such_a_metric_positive_again(rule):
    sick = planted(2)
    sick.metric[1] = torch.diag(torch.tensor([1.0, 1.0, 1.0, -0.5]))
    found, step = take_step(rule(damping=1.0), sick, sick.origin)
    assert step.measured[Metric.CURVATURE_FAILURE].tolist() == [0, 0]
    x = sick.gradient[1] / torch.tensor([2.0, 2.0, 2.0, 0.5])
    expected = (2 * 0.01 / (x * sick.gradient[1]).sum()).sqrt() * x
    torch.testing.assert_close(found[1] - sick.origin[1], expected, rtol=1e-5, atol=1e-6)


@each_rule
@poisons
def test_a_metric_that_is_not_finite_is_a_failure_too(rule, poison):
    sick = planted(2)
    sick.metric[1, 0, 0] = poison
    found, step = take_step(rule(), sick, sick.origin)
    assert step.measured[Metric.CURVATURE_FAILURE].tolist() == [0, 1]
    assert step.measured[Metric.STEP_FRACTION].tolist() == [1, 0]
    assert step.alive.tolist() == [True, True]
    assert torch.equal(bits(found[1]), bits(sick.origin[1]))


@each_rule
def test_a_zero_gradient_is_no_step_and_no_failure(rule):
    flat = planted(3)
    flat.gradient[1] = 0
    flat.origin[1] = torch.tensor([0.0, -0.0, 1.0, -1.0])
    found, step = take_step(rule(), flat, flat.origin)
    assert step.measured[Metric.STEP_FRACTION].tolist() == [1, 0, 1]
    assert step.measured[Metric.CURVATURE_FAILURE].tolist() == [0, 0, 0]
    assert step.alive.all()
    assert torch.equal(bits(found[1]), bits(flat.origin[1]))
    assert found.isfinite().all()


@each_rule
@poisons
def test_a_seed_without_a_finite_gradient_keeps_its_parameters_and_is_no_longer_alive(rule, poison):
    healthy, sick = planted(3), planted(3)
    sick.gradient[1, P - 1] = poison
    expected, _ = take_step(rule(), healthy, healthy.origin)
    found, step = take_step(rule(), sick, sick.origin)
    assert step.alive.tolist() == [True, False, True]
    assert step.measured[Metric.STEP_FRACTION].tolist() == [1, 0, 1]
    assert step.measured[Metric.CURVATURE_FAILURE].tolist() == [0, 0, 0]
    assert torch.equal(bits(found[1]), bits(sick.origin[1]))
    assert torch.equal(bits(found[[0, 2]]), bits(expected[[0, 2]]))


@each_rule
def test_a_seed_that_is_not_alive_does_not_move(rule):
    p, alive = planted(3), torch.tensor([True, False, True])
    everyone, _ = take_step(rule(), p, p.origin)
    found, step = take_step(rule(), p, p.origin, alive=alive)
    assert torch.equal(step.alive, alive)
    assert torch.equal(bits(found[1]), bits(p.origin[1]))
    assert torch.equal(bits(found[alive]), bits(everyone[alive]))
