"""The temporal-difference error against its definition, and as the one-step end of generalised advantages."""

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from rlbench.algo.gae import gae
from rlbench.algo.td_error import td_error
from tests.algo.streams import Stream, columns, streams

discount = st.floats(0, 1)


def errors(s: Stream, gamma: float) -> list[float]:
    return td_error(*columns(s)[:4], gamma=gamma).flatten().tolist()


@given(streams(), discount)
def test_it_is_reward_and_discounted_next_value_less_the_value(s, gamma):
    expected = []
    for r, v, beyond, end in zip(s.reward, s.value, s.next_value, s.ends, strict=True):
        expected.append(r - v if end == "terminated" else r + gamma * beyond - v)
    assert errors(s, gamma) == pytest.approx(expected, abs=1e-12)


@given(streams(), discount)
def test_generalised_advantages_without_lambda_are_it_to_the_last_bit(s, gamma):
    assert torch.equal(gae(*columns(s), gamma=gamma, lam=0.0), td_error(*columns(s)[:4], gamma=gamma))


def test_a_time_limit_is_no_end_of_value():
    assert errors(Stream([1.0, 1.0], [2.0, 2.0], [8.0, 8.0], ["cut", "terminated"]), 0.5) == [3.0, -1.0]


def test_its_gradient_is_right():
    generator = torch.Generator().manual_seed(0)
    arguments = [torch.randn(3, 2, 2, generator=generator, dtype=torch.float64).requires_grad_() for _ in range(3)]
    terminated = (torch.rand(3, 2, 2, generator=generator) < 0.3).double()
    assert torch.autograd.gradcheck(lambda *x: td_error(*x, terminated, gamma=0.9), arguments)
