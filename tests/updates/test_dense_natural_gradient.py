"""With the matrix written out the step is the same, seed by seed."""

import numpy as np
import pytest

from rlbench.updates.dense_natural_gradient import COLUMNS, DenseNaturalGradient
from rlbench.updates.natural_gradient import NaturalGradient
from tests.updates.policies import KINDS, SEEDS, Dense, policies, take_step


@pytest.mark.parametrize("whole", [False, True])
@pytest.mark.parametrize("kind", KINDS)
def test_the_step_is_the_dense_solutions(kind, whole):
    p = policies(kind, whole=whole)
    assert p.theta.shape[1] > COLUMNS, "the matrix must be made in several parts"
    found, _ = take_step(DenseNaturalGradient(max_kl=0.02, damping=0.05), p.problem, p.theta)
    for seed in range(len(SEEDS)):
        expected = Dense(p, seed).step(0.02, 0.05)
        change = (found[seed] - p.theta[seed]).double().numpy()
        # Entries of the matrix are rounded to 1e-7, magnified by a condition number of some hundreds.
        assert np.linalg.norm(change - expected) < 1e-4 * np.linalg.norm(expected)


@pytest.mark.parametrize("share", [1.0, 0.25])
@pytest.mark.parametrize("kind", KINDS)
def test_conjugate_gradients_come_to_the_same_with_enough_iterations(kind, share):
    p = policies(kind)
    dense, _ = take_step(DenseNaturalGradient(fisher_share=share), p.problem, p.theta)
    rule = NaturalGradient(iterations=100, tolerance=1e-12, fisher_share=share)
    found, _ = take_step(rule, p.problem, p.theta)
    apart = (found - dense).norm(dim=1) / (dense - p.theta).norm(dim=1)
    assert (apart < 1e-4).all()
    hasty, _ = take_step(NaturalGradient(iterations=1, fisher_share=share), p.problem, p.theta)
    assert ((hasty - dense).norm(dim=1) / (dense - p.theta).norm(dim=1) > 1e-2).all()


def test_its_work_is_one_gradient_and_a_product_for_each_parameter():
    p = policies("categorical")
    for share in (1.0, 0.5):
        _, step = take_step(DenseNaturalGradient(fisher_share=share), p.problem, p.theta)
        assert (step.updates, step.passes) == (1, 1 + p.theta.shape[1] * share)
