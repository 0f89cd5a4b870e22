"""Ours against Gymnasium's own scalar environments, one step at a time from the same state.

Each step starts from the state that ours is in: the systems are chaotic, so that two free runs would part ways from
rounding alone, whereas one step may differ by rounding only.
"""

from dataclasses import fields, replace

import gymnasium
import numpy as np
import pytest

from rlbench.envs import BatchedVectorEnv

COPIES, STEPS = 80, 1_300

STATE_BOUND = {"MountainCarContinuous-v0": 6e-8}
"""Largest difference of a state, 1e-12 unless said here: this one Gymnasium rounds to float32, at most 1.2 in size."""


def largest_differences(ours, draw_states, draw_actions, steps):
    """Step both from common states, `steps` times; the largest absolute difference by what it is a difference of."""
    rng = np.random.default_rng(2024)
    theirs = [gymnasium.make(ours.dynamics.env_id, disable_env_checker=True) for _ in range(ours.num_envs)]
    largest = dict.fromkeys(("state", "observation", "reward", "terminated", "truncated"), 0.0)
    done = np.ones(ours.num_envs, np.bool_)
    for step in range(steps):
        if done.any():
            ours.reset(seed=None if step else 0, options={"reset_mask": done})
            for i in np.flatnonzero(done):
                theirs[i].reset()
        if step % 2:  # play alone seldom comes near the limits of velocity, angle and position
            ours.state = draw_states(rng, ours.num_envs)
        before, actions = ours.state, draw_actions(rng, ours.num_envs)
        expected = []
        for env, state, action in zip(theirs, before, actions, strict=True):
            env.unwrapped.state = state
            observation, reward, terminated, truncated, _ = env.step(action)
            expected.append((env.unwrapped.state, observation, reward, terminated, truncated))
        observation, reward, terminated, truncated, _ = ours.step(actions)
        got = (ours.state, observation, reward, terminated, truncated)
        expected = [np.array(column) for column in zip(*expected, strict=True)]
        for name, one, other in zip(largest, got, expected, strict=True):
            largest[name] = max(largest[name], np.abs(np.subtract(one, other, dtype=np.float64)).max())
        done = terminated | truncated | expected[3] | expected[4]
    return largest


def test_every_step_equals_gymnasiums(dynamics, draw_states, draw_actions):
    ours = gymnasium.make_vec(f"rlbench/{dynamics.env_id}", num_envs=COPIES, dtype=np.float64)
    assert COPIES * STEPS >= 100_000
    largest = largest_differences(ours, draw_states, draw_actions, STEPS)
    assert largest["terminated"] == 0
    assert largest["truncated"] == 0
    assert largest["state"] <= STATE_BOUND.get(dynamics.env_id, 1e-12)
    assert largest["reward"] <= 1e-12
    assert largest["observation"] <= 2e-6  # float32's last place at 28 rad/s, the largest value there is


def test_the_comparison_sees_a_wrong_constant(dynamics, draw_states, draw_actions):
    for constant in fields(dynamics):
        if constant.name.startswith("initial"):
            continue
        wrong = replace(dynamics, **{constant.name: getattr(dynamics, constant.name) * 1.05})
        ours = BatchedVectorEnv(wrong, COPIES, dtype=np.float64)
        largest = largest_differences(ours, draw_states, draw_actions, 40)
        assert max(largest.values()) > 1e-6, constant.name


def test_a_seed_starts_where_gymnasium_starts_with_it(dynamics):
    ours = BatchedVectorEnv(dynamics, 20, dtype=np.float64)
    observation, _ = ours.reset(seed=7)
    theirs = gymnasium.make(dynamics.env_id)
    expected, states = zip(
        *((theirs.reset(seed=7 + i)[0], theirs.unwrapped.state) for i in range(ours.num_envs)), strict=True
    )
    np.testing.assert_allclose(ours.state, states, rtol=0, atol=1e-8)  # Gymnasium rounds Acrobot's to float32
    np.testing.assert_allclose(observation, expected, rtol=0, atol=1e-6)


def test_spaces_and_time_limit_are_gymnasiums(dynamics):
    theirs = gymnasium.make(dynamics.env_id)
    assert dynamics.single_observation_space == theirs.observation_space
    assert dynamics.single_action_space == theirs.action_space
    assert dynamics.time_limit == theirs.spec.max_episode_steps


def test_the_time_limit_truncates_where_gymnasiums_does(dynamics, draw_actions):
    ours = BatchedVectorEnv(dynamics, 1, dtype=np.float64)
    theirs = gymnasium.make(dynamics.env_id, disable_env_checker=True)
    ours.reset(seed=0)
    theirs.reset(seed=0)
    rng = np.random.default_rng(0)
    rest = np.zeros(dynamics.state_size)  # from which no single step ends an episode
    for step in range(1, dynamics.time_limit + 1):
        ours.state = theirs.unwrapped.state = rest
        actions = draw_actions(rng, 1)
        _, _, terminated, truncated, _ = ours.step(actions)
        assert (terminated[0], truncated[0]) == theirs.step(actions[0])[2:4] == (False, step == dynamics.time_limit)


@pytest.mark.parametrize(
    ("env_id", "before_the_end"), [("CartPole-v1", [2.39, 5, 0, 0]), ("Acrobot-v1", [np.pi, 0, 0, 0])]
)
def test_a_step_that_ends_an_episode_both_ways_reports_both(env_id, before_the_end):
    ours = gymnasium.make_vec(f"rlbench/{env_id}", num_envs=1, max_episode_steps=1, dtype=np.float64)
    theirs = gymnasium.make(env_id, max_episode_steps=1)
    ours.reset(seed=0)
    theirs.reset(seed=0)
    ours.state = theirs.unwrapped.state = np.array(before_the_end)
    _, _, terminated, truncated, _ = ours.step(np.array([0]))
    assert (terminated[0], truncated[0]) == theirs.step(0)[2:4] == (True, True)
