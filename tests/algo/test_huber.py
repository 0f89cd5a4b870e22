"""The Huber error against its two cases, and its gradient: the error, clipped."""

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from rlbench.algo.huber import huber
from tests.algo.streams import column

error = st.floats(-10, 10)
delta = st.floats(0.1, 5)


@given(error, delta)
def test_it_is_half_the_square_inside_and_linear_outside(e, d):
    expected = 0.5 * e * e if abs(e) <= d else d * (abs(e) - 0.5 * d)
    assert huber(column([e]), delta=d).item() == pytest.approx(expected, abs=1e-12)


@given(error, delta)
def test_its_gradient_is_the_clipped_error(e, d):
    x = column([e]).requires_grad_()
    huber(x, delta=d).sum().backward()
    assert x.grad.item() == pytest.approx(max(-d, min(d, e)), abs=1e-12)


def test_a_known_answer():
    found = huber(column([0.0, 0.5, -0.5, 1.0, 3.0, -3.0]), delta=1.0).flatten().tolist()
    assert found == [0.0, 0.125, 0.125, 0.5, 2.5, 2.5]


def test_its_gradient_is_right():
    generator = torch.Generator().manual_seed(0)
    errors = 3 * torch.randn(3, 2, 2, generator=generator, dtype=torch.float64)
    assert ((errors.abs() - 1).abs() > 1e-3).all()  # a finite difference across the kink would be off
    assert torch.autograd.gradcheck(lambda x: huber(x, delta=1.0), (errors.requires_grad_(),))
