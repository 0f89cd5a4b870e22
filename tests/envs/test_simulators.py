"""Simulators say nothing, whatever is done to them."""

import numpy as np
import pytest

from rlbench.envs import simulators


@pytest.mark.parametrize("env_id", ["HalfCheetah-v5", "Hopper-v5", "LunarLander-v3"])
def test_a_simulator_neither_prints_nor_leaves_a_log_behind(env_id, tmp_path, monkeypatch, capfd):
    monkeypatch.chdir(tmp_path)
    env = simulators.make(env_id)
    env.reset(seed=0)
    env.step(1 if env.action_space.shape == () else np.full(env.action_space.shape, np.nan, np.float32))
    assert capfd.readouterr() == ("", "")
    assert list(tmp_path.iterdir()) == []
