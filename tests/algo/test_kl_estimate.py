"""Schulman's k3 estimator: never negative, and its mean over all outcomes is the divergence itself."""

import math

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor

from rlbench.algo.kl_estimate import k3

logits = st.lists(st.floats(-3, 3), min_size=4, max_size=4)


def log_probabilities(x: list[float]) -> list[float]:
    total = math.log(sum(math.exp(value) for value in x))
    return [value - total for value in x]


def row(x: list[float], dtype: torch.dtype = torch.float64) -> Tensor:
    return torch.tensor(x, dtype=dtype)[None, None]


@given(logits, logits)
def test_its_expectation_under_the_policy_is_the_divergence_from_policy_to_reference(a, b):
    p, q = log_probabilities(a), log_probabilities(b)
    estimates = k3(row(p), row(q)).flatten().tolist()
    expectation = sum(math.exp(log_p) * estimate for log_p, estimate in zip(p, estimates, strict=True))
    divergence = sum(math.exp(log_p) * (log_p - log_q) for log_p, log_q in zip(p, q, strict=True))
    assert expectation == pytest.approx(divergence, abs=1e-12)


def test_a_known_answer():
    # The reference is twice as likely: r = 2, so r - 1 - log r = 1 - log 2.
    found = k3(row([math.log(0.25)]), row([math.log(0.5)])).item()
    assert found == pytest.approx(1 - math.log(2), abs=1e-15)


@given(st.floats(-(2**-7), 2**-7, width=32) | st.floats(-20, 20, width=32))
def test_it_is_never_negative_in_single_precision(log_ratio):
    zero = row([0.0], torch.float32)
    assert k3(zero, row([log_ratio], torch.float32)).item() >= 0


def test_it_is_zero_only_where_policy_and_reference_agree():
    found = k3(row([-1.0, -1.0, -1.0]), row([-1.0, -0.9, -1.1])).flatten().tolist()
    assert found[0] == 0
    assert min(found[1:]) > 0


def test_its_gradient_is_right():
    generator = torch.Generator().manual_seed(0)
    arguments = [torch.randn(3, 2, 2, generator=generator, dtype=torch.float64).requires_grad_() for _ in range(2)]
    assert torch.autograd.gradcheck(k3, arguments)
