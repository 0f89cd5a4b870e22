"""Environments side by side: begun when they are told, counted as they are, never reset behind anyone's back."""

import gymnasium
import numpy as np
import pytest
from gymnasium.spaces import Box, Dict, Discrete, MultiBinary

from rlbench.control.batched_streams import BatchedStreams
from rlbench.control.collect import Tally, begin_episodes, collect_steps
from rlbench.control.gymnasium_streams import GymnasiumStreams
from rlbench.control.streams import ActionScale, head_for, vector_size
from rlbench.core.noise import Noise, Purpose
from rlbench.core.rollout import Steps
from rlbench.envs.cartpole import CartPole
from rlbench.nets.heads import CategoricalHead, GaussianHead

KINDS = {
    "batched": lambda seeds, streams: BatchedStreams(CartPole(), seeds, streams),
    "gymnasium": lambda seeds, streams: GymnasiumStreams("CartPole-v1", seeds, streams),
}


class RandomPolicy:
    """Acts on noise alone, as `collect_steps` asks a policy to."""

    def outputs(self, observation):
        return np.zeros((*observation.shape[:2], 2), np.float32)

    def sample(self, outputs, noise):
        return (noise > 0.5).astype(np.int64)


@pytest.mark.parametrize("kind", KINDS)
def test_the_members_of_a_group_begin_in_one_state_and_groups_differ(kind):
    streams = KINDS[kind](2, 6)
    begin_episodes(streams, Noise([0, 1]), Purpose.ENVIRONMENT, 1, group=3)
    shown = streams.observation
    for group in (shown[:, :3], shown[:, 3:]):
        np.testing.assert_array_equal(group, np.broadcast_to(group[:, :1], group.shape))
    assert not np.array_equal(shown[:, 0], shown[:, 3])
    assert not np.array_equal(shown[0], shown[1])


@pytest.mark.parametrize("kind", KINDS)
def test_every_step_is_a_real_one(kind):
    """Where an episode ends the next row is the next episode's first state, and between there is nothing."""
    streams, noise = KINDS[kind](2, 3), Noise([0, 1])
    begin_episodes(streams, noise, Purpose.ENVIRONMENT, 0)
    tally = Tally.zero(2, 3)
    shape = Steps(streams=3, steps=120)
    trace = collect_steps(streams, RandomPolicy(), CategoricalHead(2), shape, noise, 0, tally)
    goes_on = trace.cut[:-1] == 0
    np.testing.assert_array_equal(trace.observation[1:][goes_on], trace.next_observation[:-1][goes_on])
    fresh = np.abs(trace.observation[1:][~goes_on])
    assert len(fresh)
    assert (fresh <= 0.05).all()
    assert (trace.reward == 1).all()
    seeds, returns, lengths = tally.take_finished()
    assert len(seeds) == trace.cut.sum()
    np.testing.assert_array_equal(returns, lengths)
    assert lengths.sum() + tally.lengths.sum() == trace.mask.sum()


def test_a_stream_whose_episode_is_over_is_left_alone():
    streams = GymnasiumStreams("CartPole-v1", 1, 2)
    streams.restart(np.ones((1, 2), bool), np.full((1, 2, 1), 0.5))
    push = np.array([[1, 0]])
    for t in range(40):
        _, terminated, _ = streams.step(push if t % 2 == 0 else np.array([[1, 1]]))
        if terminated.any():
            break
    assert terminated.tolist() == [[True, False]]
    last = streams.observation[0, 0]
    reward, terminated, truncated = streams.step(push)
    np.testing.assert_array_equal(streams.observation[0, 0], last)
    assert (reward[0, 0], terminated[0, 0], truncated[0, 0]) == (0, False, False)
    assert reward[0, 1] == 1


def test_a_time_limit_truncates_and_does_not_terminate():
    streams = GymnasiumStreams("Pendulum-v1", 1, 1)
    streams.restart(np.ones((1, 1), bool), np.full((1, 1, 1), 0.5))
    ends = [streams.step(np.zeros((1, 1, 1)))[1:] for _ in range(200)]
    assert [bool(truncated) for _, truncated in ends] == [False] * 199 + [True]
    assert not any(terminated for terminated, _ in ends)


def test_an_environment_without_a_limit_is_given_one():
    class Endless(gymnasium.Env):
        observation_space, action_space = Box(-1, 1, (1,)), Discrete(2)

        def reset(self, *, seed=None, options=None):
            return np.zeros(1, np.float32), {}

        def step(self, action):
            return np.zeros(1, np.float32), 0.0, False, False, {}

    gymnasium.register("Endless-v0", Endless)
    assert GymnasiumStreams("Endless-v0", 1, 1).time_limit == 10_000


def test_actions_fill_the_bounds_of_a_box():
    scale = ActionScale(Box(np.array([-2.0, 0.0]), np.array([2.0, 10.0]), dtype=np.float64))
    np.testing.assert_array_equal(scale(np.array([[-1.0, -1.0], [0.0, 0.0], [1.0, 1.0]])), [[-2, 0], [0, 5], [2, 10]])
    unbounded = ActionScale(Box(-np.inf, np.inf, (1,)))
    np.testing.assert_array_equal(unbounded(np.array([3.0])), [3.0])


def test_spaces_that_no_policy_serves_are_refused_by_name():
    assert head_for(Discrete(3), -0.5) == CategoricalHead(3)
    assert head_for(Box(-1, 1, (2,)), 0.25) == GaussianHead(2, 0.25)
    with pytest.raises(TypeError, match="MultiBinary"):
        head_for(MultiBinary(3), -0.5)
    with pytest.raises(TypeError, match="Dict"):
        vector_size(Dict({"a": Discrete(2)}))
