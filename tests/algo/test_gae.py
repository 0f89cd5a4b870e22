"""Generalised advantage estimation against its definition as a sum, and the meaning of the two ways to end."""

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from rlbench.algo.gae import gae
from tests.algo.streams import Stream, column, columns, joined, number, streams

discount = st.floats(0, 1)


def by_the_sum(s: Stream, gamma: float, lam: float) -> list[float]:
    """Equation 16 in plain numbers: Σ_l (γλ)^l δ_{t+l}, up to the step at which the episode of step t ends."""
    found = []
    for t in range(len(s)):
        total = 0.0
        for u in range(t, len(s)):
            beyond = 0.0 if s.ends[u] == "terminated" else s.next_value[u]
            total += (gamma * lam) ** (u - t) * (s.reward[u] + gamma * beyond - s.value[u])
            if s.ends[u]:
                break
        found.append(total)
    return found


def advantages(s: Stream, gamma: float, lam: float) -> list[float]:
    return gae(*columns(s), gamma=gamma, lam=lam).flatten().tolist()


@given(streams(), discount, discount)
def test_it_is_the_weighted_sum_of_the_errors_that_follow_in_the_episode(s, gamma, lam):
    assert advantages(s, gamma, lam) == pytest.approx(by_the_sum(s, gamma, lam), abs=1e-10)


@given(streams(), discount)
def test_without_lambda_it_is_the_temporal_difference_error(s, gamma):
    errors = [
        r + (0.0 if end == "terminated" else gamma * beyond) - v
        for r, v, beyond, end in zip(s.reward, s.value, s.next_value, s.ends, strict=True)
    ]
    assert advantages(s, gamma, 0.0) == pytest.approx(errors, abs=1e-10)


@given(streams(), discount)
def test_with_lambda_one_it_is_the_return_minus_the_value(s, gamma):
    s = joined(s)  # only then do the values in between cancel
    expected, following = [0.0] * len(s), 0.0
    for t in reversed(range(len(s))):
        if s.ends[t] == "terminated":
            following = 0.0
        elif s.ends[t] == "cut" or t + 1 == len(s):
            following = s.next_value[t]
        following = s.reward[t] + gamma * following
        expected[t] = following - s.value[t]
    assert advantages(s, gamma, 1.0) == pytest.approx(expected, abs=1e-10)


def test_a_time_limit_counts_the_value_of_the_state_beyond_and_a_terminal_state_does_not():
    known = {"reward": [1.0, 1.0], "value": [0.0, 3.0], "next_value": [3.0, 8.0]}
    assert advantages(Stream(**known, ends=["", "cut"]), 0.5, 1.0) == [1.0 + 0.5 * (1 + 0.5 * 8), 1 + 0.5 * 8 - 3]
    assert advantages(Stream(**known, ends=["", "terminated"]), 0.5, 1.0) == [1.0 + 0.5 * 1.0, 1.0 - 3.0]


@given(streams(), streams(), st.lists(number, min_size=8, max_size=8), st.sampled_from(["cut", "terminated"]))
def test_an_episode_is_not_affected_by_the_numbers_of_the_next(first, second, others, end):
    first = Stream(first.reward, first.value, first.next_value, [*first.ends[:-1], end])
    altered = Stream(others[: len(second)], second.value[::-1], [-v for v in second.value], second.ends[::-1])
    both = [
        Stream(*(a + b for a, b in zip(vars(first).values(), vars(s).values(), strict=True))) for s in (second, altered)
    ]
    one, other = (advantages(s, 0.9, 0.9)[: len(first)] for s in both)
    assert one == other == advantages(first, 0.9, 0.9)


@given(streams(), streams())
def test_seeds_and_streams_are_apart(one, other):
    length = min(len(one), len(other))
    names = ("reward", "value", "next_value", "terminated", "cut")
    both = [torch.cat([column(getattr(s, n)[:length]) for s in (one, other)], 1) for n in names]
    for axes in (both, [x.transpose(1, 2) for x in both]):
        together = gae(*axes, gamma=0.9, lam=0.8).flatten(1)
        for k in (0, 1):
            alone = gae(*(x[:, k : k + 1] for x in both), gamma=0.9, lam=0.8).flatten()
            assert torch.equal(together[:, k], alone)
