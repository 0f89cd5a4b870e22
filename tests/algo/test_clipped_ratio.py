"""PPO's surrogate against equation 7 in plain numbers, and where its gradient vanishes."""

import math

import pytest
import torch
from hypothesis import assume, given
from hypothesis import strategies as st
from torch import Tensor

from rlbench.algo.clipped_ratio import clipped_ratio

logp = st.floats(-3, 0)
advantage = st.floats(-5, 5)
clip = st.floats(0.05, 0.5)


def scalar(value: float) -> Tensor:
    return torch.tensor([[[value]]], dtype=torch.float64)


def slope(new: float, old: float, worth: float, eps: float) -> float:
    x = scalar(new).requires_grad_()
    clipped_ratio(x, scalar(old), scalar(worth), clip=eps).sum().backward()
    return x.grad.item()


@given(logp, logp, advantage, clip)
def test_it_is_equation_7(new, old, worth, eps):
    ratio = math.exp(new - old)
    expected = min(ratio * worth, min(max(ratio, 1 - eps), 1 + eps) * worth)
    found = clipped_ratio(scalar(new), scalar(old), scalar(worth), clip=eps).item()
    assert found == pytest.approx(expected, abs=1e-12)


@given(logp, logp, advantage, clip)
def test_it_never_promises_more_than_the_unclipped_surrogate(new, old, worth, eps):
    found = clipped_ratio(scalar(new), scalar(old), scalar(worth), clip=eps).item()
    assert found <= math.exp(new - old) * worth + 1e-12


@given(logp, advantage, clip)
def test_on_policy_its_gradient_is_the_score_functions(old, worth, eps):
    assert slope(old, old, worth, eps) == pytest.approx(worth, abs=1e-12)


@given(logp, logp, advantage, clip)
def test_its_gradient_is_zero_where_moving_on_would_gain_and_whole_elsewhere(new, old, worth, eps):
    ratio = math.exp(new - old)
    assume(min(abs(ratio - 1 - eps), abs(ratio - 1 + eps)) > 1e-9 and worth != 0)
    gone_far_enough = ratio > 1 + eps if worth > 0 else ratio < 1 - eps
    expected = 0.0 if gone_far_enough else ratio * worth
    assert slope(new, old, worth, eps) == pytest.approx(expected, abs=1e-12)


def test_a_decision_that_moved_the_wrong_way_still_pulls_back():
    assert slope(math.log(0.5), 0.0, 2.0, 0.2) == pytest.approx(1.0)  # good but made rarer: 2 times one half
    assert slope(math.log(1.5), 0.0, -2.0, 0.2) == pytest.approx(-3.0)  # bad but made likelier
    assert slope(math.log(1.5), 0.0, 2.0, 0.2) == 0.0
    assert slope(math.log(0.5), 0.0, -2.0, 0.2) == 0.0


def test_the_clip_may_be_a_tensor():
    generator = torch.Generator().manual_seed(0)
    new, old, worth = (torch.randn(4, 2, 3, generator=generator) for _ in range(3))
    as_number = clipped_ratio(new, old, worth, clip=0.25)
    assert torch.equal(clipped_ratio(new, old, worth, clip=torch.tensor(0.25)), as_number)


def test_its_gradient_is_right():
    generator = torch.Generator().manual_seed(1)
    new, old, worth = (torch.randn(3, 2, 2, generator=generator, dtype=torch.float64) for _ in range(3))
    arguments = (new.requires_grad_(), old.requires_grad_(), worth.requires_grad_())
    assert torch.autograd.gradcheck(lambda *x: clipped_ratio(*x, clip=0.2), arguments)
