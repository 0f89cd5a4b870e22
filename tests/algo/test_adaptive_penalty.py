"""The adaptive penalty against a sequence worked by hand."""

import math

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from rlbench.algo.adaptive_penalty import adapt


def one(beta: float, kl: float, **settings: float) -> float:
    return adapt(torch.tensor([beta]), torch.tensor([kl]), target=1.0, **settings).item()


def test_a_sequence_worked_by_hand():
    # The target is 1: below 1 / 1.5 = 0.667 the penalty is halved, above 1.5 doubled, between them (and at 1.5) kept.
    worked = [
        (1.0, 0.5, 0.5),
        (0.5, 0.66, 0.25),
        (0.25, 0.67, 0.25),
        (0.25, 1.0, 0.25),
        (0.25, 1.5, 0.25),
        (0.25, 1.6, 0.5),
        (0.5, 100.0, 1.0),
        (1.0, 3.0, 2.0),
        (2.0, 0.0, 1.0),
    ]
    for beta, kl, following in worked:
        assert one(beta, kl) == following
    beta = torch.tensor([1.0])
    for _, kl, following in worked:
        beta = adapt(beta, torch.tensor([kl]), target=1.0)
        assert beta.item() == following


def test_both_its_constants_may_be_others():
    assert one(1.0, 1.6, tolerance=2.0, factor=3.0) == 1
    assert one(1.0, 2.5, tolerance=2.0, factor=3.0) == 3
    assert one(3.0, 0.4, tolerance=2.0, factor=3.0) == 1
    assert adapt(torch.tensor([1.0]), torch.tensor([0.02]), target=0.01).item() == 2


@pytest.mark.parametrize("kl", [math.nan, math.inf, -math.inf])
def test_a_divergence_that_is_not_finite_was_too_large(kl):
    assert one(1.0, kl) == 2


def test_it_stays_within_its_limits():
    assert one(1e-4, 0.0) == pytest.approx(1e-4)
    assert one(1.5e-4, 0.0) == pytest.approx(1e-4)
    assert one(1e4, 10.0) == 1e4
    assert one(3.0, 10.0, highest=4.0) == 4
    assert one(3.0, 0.0, lowest=2.0) == 2


@given(st.floats(2**-13, 2**13, width=32), st.floats(0, 10) | st.just(math.nan))
def test_a_factor_of_one_keeps_it(beta, kl):
    assert one(beta, kl, factor=1.0) == beta


def test_every_seed_has_its_own():
    beta, kl = torch.tensor([1.0, 1.0, 1.0, 8.0]), torch.tensor([0.1, 1.0, math.nan, 9.0])
    together = adapt(beta, kl, target=1.0)
    assert together.tolist() == [0.5, 1.0, 2.0, 16.0]
    order = [2, 0, 3, 1]
    assert torch.equal(adapt(beta[order], kl[order], target=1.0), together[order])
