"""Reward-to-go against its definition as a sum."""

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from rlbench.algo.gae import gae
from rlbench.algo.reward_to_go import reward_to_go
from tests.algo.streams import column, streams


def by_the_sum(reward: list[float], ends: list[str], gamma: float) -> list[float]:
    """The sum over l of gamma^l r_{t+l}, up to the step at which the episode of step t ends."""
    found = []
    for t in range(len(reward)):
        last = next((u for u in range(t, len(reward)) if ends[u]), len(reward) - 1)
        found.append(sum(gamma ** (u - t) * reward[u] for u in range(t, last + 1)))
    return found


@given(streams(), st.floats(0, 1))
def test_it_is_the_discounted_sum_of_the_rewards_that_follow_in_the_episode(s, gamma):
    found = reward_to_go(column(s.reward), column(s.cut), gamma=gamma).flatten().tolist()
    assert found == pytest.approx(by_the_sum(s.reward, s.ends, gamma), abs=1e-10)


def test_a_known_answer():
    reward, cut = column([1.0, 2.0, 4.0, 8.0]), column([0.0, 1.0, 0.0, 0.0])
    assert reward_to_go(reward, cut, gamma=0.5).flatten().tolist() == [2.0, 2.0, 8.0, 8.0]


@given(streams())
def test_it_is_generalised_advantage_estimation_with_a_critic_that_says_zero(s):
    zero = torch.zeros(len(s), 1, 1, dtype=torch.float64)
    reward, cut = column(s.reward), column(s.cut)
    assert torch.equal(reward_to_go(reward, cut, gamma=0.9), gae(reward, zero, zero, zero, cut, gamma=0.9, lam=1.0))


@given(streams())
def test_past_rewards_change_nothing(s):
    changed = [r + 5 for r in s.reward[:-1]] + s.reward[-1:]
    one, other = (reward_to_go(column(r), column(s.cut), gamma=0.9) for r in (s.reward, changed))
    assert torch.equal(one[-1], other[-1])
