"""The step by conjugate gradient is the dense float64 solution's, and its length is δ by the metric."""

import numpy as np
import pytest
import torch
from torch import Tensor

from rlbench.core.noise import Noise, Purpose
from rlbench.core.schema import Metric
from rlbench.updates.natural_gradient import NaturalGradient
from rlbench.updates.natural_step import to_length
from tests.updates.policies import KINDS, SEEDS, STEPS, STREAMS, Dense, policies, take_step

EACH = range(len(SEEDS))


def distance(found: Tensor, expected: np.ndarray) -> float:
    """Relative to the expected step's length."""
    return float(np.linalg.norm(found.double().numpy() - expected) / np.linalg.norm(expected))


@pytest.mark.parametrize("whole", [False, True])
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(("max_kl", "damping"), [(0.01, 0.1), (0.001, 0.01)])
def test_the_step_is_the_dense_solutions(kind, whole, max_kl, damping):
    p = policies(kind, whole=whole)
    rule = NaturalGradient(max_kl=max_kl, damping=damping, iterations=100, tolerance=1e-12)
    found, step = take_step(rule, p.problem, p.theta)
    for seed in EACH:
        dense = Dense(p, seed)
        # A residual of 1e-6 |g| at most, and products rounded to as much at best, are magnified by the condition
        # number; the change is read off parameters of size 1, each rounded to 6e-8.
        condition = np.linalg.cond(dense.fisher() + damping * np.eye(len(dense.theta)))
        expected = dense.step(max_kl, damping)
        rounding = 6e-8 * len(expected) ** 0.5 / np.linalg.norm(expected)
        assert distance(found[seed] - p.theta[seed], expected) < 2e-6 * condition + rounding
    assert step.measured[Metric.STEP_FRACTION].tolist() == [1, 1, 1]
    assert step.measured[Metric.CURVATURE_FAILURE].tolist() == [0, 0, 0]


@pytest.mark.parametrize("kind", KINDS)
def test_few_iterations_give_another_step_uphill_of_the_same_length_by_the_metric(kind):
    p = policies(kind)
    found, _ = take_step(NaturalGradient(iterations=2), p.problem, p.theta)
    for seed in EACH:
        dense, change = Dense(p, seed), (found[seed] - p.theta[seed]).double()
        h = dense.fisher() + 0.1 * np.eye(len(change))
        # Parameters of size 1 carry 6e-8 each: against a step of 0.1, a few times 1e-6.
        assert 0.5 * change.numpy() @ h @ change.numpy() == pytest.approx(0.01, rel=1e-5)
        assert dense.gradient() @ change.numpy() > 0
        assert distance(change, dense.step(0.01, 0.1)) > 1e-3


@pytest.mark.parametrize("kind", KINDS)
def test_the_true_divergence_comes_to_delta_less_what_the_damping_takes_as_steps_get_shorter(kind):
    p, errors = policies(kind), []
    for max_kl in (1e-3, 1e-5):
        found, _ = take_step(NaturalGradient(max_kl=max_kl), p.problem, p.theta)
        expected = max_kl - 0.5 * 0.1 * (found - p.theta).double().square().sum(1).numpy()
        errors.append(np.abs([Dense(p, seed).kl(found[seed]) / expected[seed] - 1 for seed in EACH]))
    # What the quadratic model leaves out is of third order: relative to the KL it falls like the step, ten times here.
    assert (errors[1] < 0.01).all()
    assert (errors[1] < errors[0] / 8).all()


@pytest.mark.parametrize("whole", [False, True])
def test_the_metric_is_measured_on_a_share_of_the_rows_drawn_for_each_seed_and_step(whole):
    p, rows = policies("categorical", whole=whole), STREAMS if whole else STEPS * STREAMS
    rule = NaturalGradient(iterations=100, tolerance=1e-12, fisher_share=0.25)
    for iteration in (0, 7):
        found, _ = take_step(rule, p.problem, p.theta, iteration=iteration)
        order = Noise(SEEDS).permutation(Purpose.MINIBATCH, iteration, rows)[:, : rows // 4]
        for seed in EACH:
            dense, change = Dense(p, seed), found[seed] - p.theta[seed]
            chosen = dense.step(0.01, 0.1, dense.chosen(order[seed], whole=whole))
            assert distance(change, chosen) < 1e-4
            assert distance(change, dense.step(0.01, 0.1)) > 1e-3


def test_at_least_one_row_is_always_looked_at():
    p = policies("categorical")
    found, step = take_step(NaturalGradient(fisher_share=0.0), p.problem, p.theta)
    assert found.isfinite().all()
    assert step.measured[Metric.STEP_FRACTION].tolist() == [1, 1, 1]


def test_its_work_is_one_gradient_and_a_product_for_each_iteration_and_one_for_the_length():
    p = policies("categorical")
    for share, passes in ((1.0, 12), (0.5, 7), (0.1, 3)):
        _, step = take_step(NaturalGradient(fisher_share=share), p.problem, p.theta)
        assert (step.updates, step.passes) == (1, passes)


def test_a_direction_is_brought_to_its_length_or_not_followed():
    nan, huge = float("nan"), 1e30
    direction = torch.tensor([[3.0, 4.0], [3.0, 4.0], [0.0, 0.0], [3.0, 4.0], [huge, 0.0], [3.0, 4.0]])
    image = torch.tensor([[3.0, 4.0], [-3.0, -4.0], [0.0, 0.0], [nan, 0.0], [huge, 0.0], [3.0, 4.0]])
    failed = torch.tensor([False, False, False, False, False, True])
    change, moves, failed = to_length(direction, image, failed, 0.5)
    torch.testing.assert_close(change[0], torch.tensor([0.6, 0.8]))
    assert (change[1:] == 0).all()
    assert moves.tolist() == [True, False, False, False, False, False]
    assert failed.tolist() == [False, True, False, True, True, True]


def test_it_remembers_nothing_between_steps():
    assert vars(NaturalGradient().start(torch.zeros(2, 4))) == {}
