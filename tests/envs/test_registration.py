"""Environments found by name: through Gymnasium's registry and through `rlbench.envs.dynamics`."""

import importlib
import json

import gymnasium
import numpy as np
import pytest
from gymnasium.envs.registration import EnvSpec
from gymnasium.vector import AutoresetMode
from gymnasium.wrappers.vector import RecordEpisodeStatistics

import rlbench.envs
from rlbench.envs import BatchedVectorEnv


def test_each_environment_is_registered_and_its_spec_can_be_written_down(dynamics):
    env = gymnasium.make_vec(f"rlbench/{dynamics.env_id}", num_envs=3)
    assert isinstance(env, BatchedVectorEnv)
    assert env.dynamics == dynamics
    assert env.metadata["autoreset_mode"] is AutoresetMode.DISABLED
    assert env.spec.max_episode_steps == dynamics.time_limit
    written = json.loads(env.spec.to_json())
    again = gymnasium.make_vec(EnvSpec.from_json(json.dumps(written)))
    assert (again.dynamics, again.num_envs) == (dynamics, 3)


def test_importing_a_second_time_registers_nothing_twice():
    importlib.reload(rlbench.envs)  # a second registration would warn, and a warning fails a test


def test_an_environment_is_found_by_gymnasiums_id_or_not_at_all(dynamics):
    assert rlbench.envs.dynamics_of(dynamics.env_id) == dynamics
    assert rlbench.envs.dynamics_of("MountainCar-v0") is None
    with pytest.raises(gymnasium.error.NameNotFound, match="MountainCar"):
        rlbench.envs.batched("MountainCar-v0")


def test_gymnasiums_own_wrapper_counts_episodes():
    env = RecordEpisodeStatistics(gymnasium.make_vec("rlbench/Pendulum-v1", num_envs=2, max_episode_steps=5))
    env.reset(seed=0)
    rewards = [env.step(np.zeros((2, 1)))[1] for _ in range(4)]
    *_, reward, _, _, info = env.step(np.zeros((2, 1)))
    assert info["episode"]["l"].tolist() == [5, 5]
    np.testing.assert_allclose(info["episode"]["r"], sum(rewards) + reward, rtol=1e-6)
