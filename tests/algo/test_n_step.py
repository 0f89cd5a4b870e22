"""The n-step advantage against its definition as a sum, and its two ends: one step, and all of them."""

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch.fx.experimental.proxy_tensor import make_fx

from rlbench.algo.gae import gae
from rlbench.algo.n_step import n_step
from rlbench.algo.reward_to_go import reward_to_go
from rlbench.algo.td_error import td_error
from tests.algo.streams import Stream, column, columns, joined, number, streams

discount = st.floats(0, 1)
steps = st.integers(1, 10)


def by_the_sum(s: Stream, gamma: float, n: int) -> list[float]:
    """n rewards, or as many as there are before an end, and the value of the state after the last of them."""
    found = []
    for t in range(len(s)):
        total, weight, u = -s.value[t], 1.0, t
        while True:
            total += weight * s.reward[u]
            weight *= gamma
            if s.ends[u] or u + 1 == len(s) or u + 1 == t + n:
                break
            u += 1
        found.append(total + (0.0 if s.ends[u] == "terminated" else weight * s.next_value[u]))
    return found


def advantages(s: Stream, gamma: float, n: int) -> list[float]:
    return n_step(*columns(s), gamma=gamma, n=n).flatten().tolist()


@given(streams(), discount, steps)
def test_it_is_n_rewards_and_the_value_after_them_within_the_episode(s, gamma, n):
    assert advantages(s, gamma, n) == pytest.approx(by_the_sum(s, gamma, n), abs=1e-10)


@pytest.mark.parametrize("n", [1, 2, 3, 4, 5, 6, 7, 8, 9, 16, 31, 32, 33, 1000])
def test_every_number_of_steps_is_made_of_its_binary_digits(n):
    # Weights 1, 1/2, 1/4, … of rewards 1 in one episode of 40 steps: exact, and different for every n.
    always = Stream([1.0] * 40, [0.0] * 40, [0.0] * 40, [""] * 40)
    assert advantages(always, 0.5, n) == [2 - 0.5 ** (min(n, 40 - t) - 1) for t in range(40)]


@given(streams(), discount)
def test_one_step_is_the_temporal_difference_error_to_the_last_bit(s, gamma):
    assert torch.equal(n_step(*columns(s), gamma=gamma, n=1), td_error(*columns(s)[:4], gamma=gamma))


@given(streams(), discount)
def test_as_many_steps_as_there_are_is_generalised_advantage_estimation_with_lambda_one(s, gamma):
    expected = gae(*columns(joined(s)), gamma=gamma, lam=1.0).flatten().tolist()
    assert advantages(joined(s), gamma, len(s)) == pytest.approx(expected, abs=1e-10)


@given(streams(), discount, discount)
def test_generalised_advantage_estimation_is_their_exponentially_weighted_mean(s, gamma, lam):
    # Schulman et al. 2016, equation 16; what lies beyond the last step has all the weight that is left.
    every = [advantages(joined(s), gamma, n) for n in range(1, len(s) + 1)]
    weights = [(1 - lam) * lam**k for k in range(len(s) - 1)] + [lam ** (len(s) - 1)]
    expected = [sum(w * one for w, one in zip(weights, at_t, strict=True)) for at_t in zip(*every, strict=True)]
    assert gae(*columns(joined(s)), gamma=gamma, lam=lam).flatten().tolist() == pytest.approx(expected, abs=1e-10)


@given(streams(), discount)
def test_of_an_episode_that_terminates_all_steps_are_the_return_minus_the_value(s, gamma):
    s = Stream(s.reward, s.value, s.next_value, [""] * (len(s) - 1) + ["terminated"])
    expected = reward_to_go(column(s.reward), column(s.cut), gamma=gamma) - column(s.value)
    assert advantages(s, gamma, len(s)) == pytest.approx(expected.flatten().tolist(), abs=1e-10)


@given(streams(), discount)
def test_more_steps_than_there_are_change_no_bit(s, gamma):
    assert advantages(s, gamma, len(s)) == advantages(s, gamma, len(s) + 1) == advantages(s, gamma, 1000)


@given(streams(), streams(), st.lists(number, min_size=8, max_size=8), st.sampled_from(["cut", "terminated"]), steps)
def test_an_episode_is_not_affected_by_the_numbers_of_the_next(first, second, others, end, n):
    first = Stream(first.reward, first.value, first.next_value, [*first.ends[:-1], end])
    altered = Stream(others[: len(second)], second.value[::-1], [-v for v in second.value], second.ends[::-1])
    both = [
        Stream(*(a + b for a, b in zip(vars(first).values(), vars(s).values(), strict=True))) for s in (second, altered)
    ]
    one, other = (advantages(s, 0.9, n)[: len(first)] for s in both)
    assert one == other
    assert one == pytest.approx(advantages(first, 0.9, n), abs=1e-10)


@given(streams(), streams(), steps)
def test_seeds_and_streams_are_apart(one, other, n):
    length = min(len(one), len(other))
    both = [torch.cat([x[:length], y[:length]], 1) for x, y in zip(columns(one), columns(other), strict=True)]
    for axes in (both, [x.transpose(1, 2) for x in both]):
        together = n_step(*axes, gamma=0.9, n=n).flatten(1)
        for k in (0, 1):
            alone = n_step(*(x[:, k : k + 1] for x in both), gamma=0.9, n=n).flatten()
            assert torch.equal(together[:, k], alone)


def test_its_gradient_is_right():
    generator = torch.Generator().manual_seed(0)
    arguments = [torch.randn(5, 2, 2, generator=generator, dtype=torch.float64).requires_grad_() for _ in range(3)]
    cut = (torch.rand(5, 2, 2, generator=generator) < 0.3).double()
    terminated = cut * (torch.rand(5, 2, 2, generator=generator) < 0.5)
    assert torch.autograd.gradcheck(lambda *x: n_step(*x, terminated, cut, gamma=0.9, n=3), arguments)


def test_the_graph_traced_from_one_batch_is_right_for_every_other():
    generator = torch.Generator().manual_seed(1)

    def batch(chance: float) -> tuple[torch.Tensor, ...]:
        numbers = [torch.randn(9, 2, 3, generator=generator) for _ in range(3)]
        cut = (torch.rand(9, 2, 3, generator=generator) < chance).float()
        return (*numbers, cut * (torch.rand(9, 2, 3, generator=generator) < 0.5), cut)

    graph = make_fx(lambda *x: n_step(*x, gamma=0.9, n=4))(*batch(0.0))
    for other in (batch(0.3), batch(1.0)):
        assert torch.equal(graph(*other), n_step(*other, gamma=0.9, n=4))
