"""How `BatchedVectorEnv` steps: each copy on its own, within its time limit, and only while it has an episode."""

import gymnasium
import numpy as np
import pytest
from gymnasium.error import ResetNeeded

from rlbench.envs import BatchedVectorEnv, CartPole


def play(env, draw_actions, seeds, steps):
    """All that the copies show over some steps, [num_envs, steps, ...]; each draws its actions from its own seed."""
    env.reset(seed=seeds)
    rngs = [np.random.default_rng(seed) for seed in seeds]
    shown, done = [], np.zeros(env.num_envs, np.bool_)
    for _ in range(steps):
        if done.any():
            env.reset(options={"reset_mask": done})
        observation, reward, terminated, truncated, _ = env.step(np.concatenate([draw_actions(rng, 1) for rng in rngs]))
        done = terminated | truncated
        shown.append(np.column_stack([env.state, observation, reward, terminated, truncated]))
    return np.stack(shown, axis=1)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_a_sub_environment_does_not_depend_on_its_neighbours(dynamics, draw_actions, dtype):
    seeds = [11, 5, 8, 11, 2, 90, 31]
    together = play(BatchedVectorEnv(dynamics, len(seeds), dtype=dtype), draw_actions, seeds, 250)
    for seed, among in zip(seeds, together, strict=True):
        (alone,) = play(BatchedVectorEnv(dynamics, 1, dtype=dtype), draw_actions, [seed], 250)
        assert alone.tobytes() == among.tobytes()
    assert together[0].tobytes() == together[3].tobytes()
    assert together[0].tobytes() != together[1].tobytes()


def test_nan_in_one_sub_environment_changes_no_neighbour(dynamics, draw_actions):
    shown = []
    for first in (0, np.nan):
        env = BatchedVectorEnv(dynamics, 5)
        env.reset(seed=0)
        state = env.state
        state[0] = first
        env.state = state
        rng = np.random.default_rng(0)
        shown.append([env.step(draw_actions(rng, 5))[:4] for _ in range(5)])
    for healthy, sick in zip(*shown, strict=True):
        for one, other in zip(healthy, sick, strict=True):
            assert one[1:].tobytes() == other[1:].tobytes()
    assert np.isnan(shown[1][-1][0][0]).any()


def test_stepping_before_the_first_reset_is_refused(dynamics):
    env = BatchedVectorEnv(dynamics, 2)
    with pytest.raises(ResetNeeded, match=r"\[0, 1\]"):
        env.step(env.action_space.sample())


def test_stepping_a_finished_sub_environment_is_refused_until_it_is_reset():
    env = BatchedVectorEnv(CartPole(), 3)
    env.reset(seed=0)
    env.state = [[0, 0, 0, 0], [3, 0, 0, 0], [0, 0, 0, 0]]
    actions = np.array([0, 1, 0])
    assert env.step(actions)[2].tolist() == [False, True, False]
    with pytest.raises(ResetNeeded, match=r"\[1\]"):
        env.step(actions)
    env.reset(options={"reset_mask": np.array([False, True, False])})
    env.step(actions)


def test_a_truncated_sub_environment_is_finished_too_and_counts_afresh_after_its_reset(dynamics):
    env = BatchedVectorEnv(dynamics, 2, max_episode_steps=3)
    env.reset(seed=0)
    actions = np.zeros(env.action_space.shape, np.int64)
    env.step(actions)
    env.reset(options={"reset_mask": np.array([True, False])})
    limits = []
    for _ in range(2):
        _, _, terminated, truncated, _ = env.step(actions)
        assert not terminated.any()
        limits.append(truncated.tolist())
    assert limits == [[False, False], [False, True]]
    with pytest.raises(ResetNeeded, match=r"\[1\]"):
        env.step(actions)


@pytest.mark.parametrize("actions", [[0, 2], [0, -1], [0], [[0], [1]]])
def test_an_action_outside_a_discrete_space_is_refused(actions):
    env = BatchedVectorEnv(CartPole(), 2)
    env.reset(seed=0)
    with pytest.raises(ValueError, match="not in"):
        env.step(np.array(actions))


def test_a_continuous_action_of_the_wrong_shape_is_refused():
    env = gymnasium.make_vec("rlbench/Pendulum-v1", num_envs=2)
    env.reset(seed=0)
    with pytest.raises(ValueError, match="not in"):
        env.step(np.zeros(2))


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_observations_lie_in_their_space_whatever_the_dtype_of_the_state(dynamics, dtype):
    env = BatchedVectorEnv(dynamics, 4, dtype=dtype)
    observation, _ = env.reset(seed=0)
    assert observation in env.observation_space
    assert env.state.dtype == dtype
    env.action_space.seed(0)
    observation, reward, *_ = env.step(env.action_space.sample())
    assert observation in env.observation_space
    assert reward.dtype == dtype


def test_what_step_returned_stays_as_it_was(dynamics):
    env = BatchedVectorEnv(dynamics, 2)
    env.reset(seed=0)
    actions = np.ones(env.action_space.shape, np.int64)
    results = env.step(actions)[:4]
    copies = [one.copy() for one in results]
    env.step(actions)
    env.reset()
    for one, copy in zip(results, copies, strict=True):
        np.testing.assert_array_equal(one, copy)
