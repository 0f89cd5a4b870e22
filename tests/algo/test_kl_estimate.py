"""Schulman's three estimators, by their means over all outcomes: two are the divergence itself, one is close."""

import math
from collections.abc import Callable

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor

from rlbench.algo.kl_estimate import k1, k2, k3

logits = st.lists(st.floats(-3, 3), min_size=4, max_size=4)


def log_probabilities(x: list[float]) -> list[float]:
    total = math.log(sum(math.exp(value) for value in x))
    return [value - total for value in x]


def row(x: list[float], dtype: torch.dtype = torch.float64) -> Tensor:
    return torch.tensor(x, dtype=dtype)[None, None]


def divergence(p: list[float], q: list[float]) -> float:
    return sum(math.exp(log_p) * (log_p - log_q) for log_p, log_q in zip(p, q, strict=True))


def expectation(estimate: Callable[[Tensor, Tensor], Tensor], p: list[float], q: list[float]) -> float:
    """Its mean over actions of p, from log-probabilities."""
    estimates = estimate(row(p), row(q)).flatten().tolist()
    return sum(math.exp(log_p) * one for log_p, one in zip(p, estimates, strict=True))


def mean_gradient(estimate: Callable[[Tensor, Tensor], Tensor], a: list[float], q: list[float]) -> list[float]:
    """Mean over actions of the gradient in the logits a: the actions are drawn, only what is said of them changes."""
    x = torch.tensor(a, dtype=torch.float64).requires_grad_()
    log_p = x.log_softmax(0)[None, None]
    (log_p.exp().detach() * estimate(log_p, row(q))).sum().backward()
    return x.grad.tolist()


@given(logits, logits, st.sampled_from([k1, k3]))
def test_the_mean_under_the_policy_is_the_divergence_from_policy_to_reference(a, b, estimate):
    p, q = log_probabilities(a), log_probabilities(b)
    assert expectation(estimate, p, q) == pytest.approx(divergence(p, q), abs=1e-12)


def test_the_second_is_right_to_second_order():
    # What it leaves is of third order, so that a policy twice as close is judged eight times as exactly; the next
    # order is as small again as the distance, one in a hundred.
    p, direction = log_probabilities([0.5, -1.0, 0.0, 2.0]), [1.0, 0.3, -0.7, 0.2]
    left = []
    for distance in (0.01, 0.005):
        q = log_probabilities([log_p + distance * d for log_p, d in zip(p, direction, strict=True)])
        left.append(expectation(k2, p, q) - divergence(p, q))
    assert left[0] / left[1] == pytest.approx(8, rel=0.05)


@given(logits, logits)
def test_the_second_is_half_the_squared_log_ratio(a, b):
    expected = [0.5 * (x - y) ** 2 for x, y in zip(a, b, strict=True)]
    assert k2(row(a), row(b)).flatten().tolist() == pytest.approx(expected, abs=1e-12)


@given(logits, logits)
def test_as_a_loss_the_first_pulls_nowhere_and_the_second_as_the_divergence_does(a, b):
    q = log_probabilities(b)
    x = torch.tensor(a, dtype=torch.float64).requires_grad_()
    log_p = x.log_softmax(0)
    (log_p.exp() * (log_p - torch.tensor(q, dtype=torch.float64))).sum().backward()
    assert mean_gradient(k1, a, q) == pytest.approx([0.0] * 4, abs=1e-12)
    assert mean_gradient(k2, a, q) == pytest.approx(x.grad.tolist(), abs=1e-12)


def test_known_answers():
    # The reference is twice as likely: r = 2, so r - 1 - log r = 1 - log 2.
    quarter, half = row([math.log(0.25)]), row([math.log(0.5)])
    assert k1(quarter, half).item() == pytest.approx(-math.log(2), abs=1e-15)
    assert k2(quarter, half).item() == pytest.approx(math.log(2) ** 2 / 2, abs=1e-15)
    assert k3(quarter, half).item() == pytest.approx(1 - math.log(2), abs=1e-15)


@given(st.floats(-(2**-7), 2**-7, width=32) | st.floats(-20, 20, width=32))
def test_the_third_is_never_negative_in_single_precision(log_ratio):
    zero = row([0.0], torch.float32)
    assert k3(zero, row([log_ratio], torch.float32)).item() >= 0


def test_the_third_is_zero_only_where_policy_and_reference_agree():
    found = k3(row([-1.0, -1.0, -1.0]), row([-1.0, -0.9, -1.1])).flatten().tolist()
    assert found[0] == 0
    assert min(found[1:]) > 0


@pytest.mark.parametrize("estimate", [k1, k2, k3])
def test_its_gradient_is_right(estimate):
    generator = torch.Generator().manual_seed(0)
    arguments = [torch.randn(3, 2, 2, generator=generator, dtype=torch.float64).requires_grad_() for _ in range(2)]
    assert torch.autograd.gradcheck(estimate, arguments)
