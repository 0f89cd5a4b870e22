"""A seed that fails is recorded as failed, and nobody else notices."""

import dataclasses
import json
from typing import ClassVar

import gymnasium
import numpy as np
import pyarrow.parquet as pq
import pytest
import torch

from rlbench.core import catalog
from rlbench.core.noise import Noise, Purpose
from rlbench.core.schema import METADATA_KEY
from rlbench.envs.cartpole import CartPole
from tests.training import finish, small, task, training

METHODS = sorted(catalog.methods())
VICTIM = 1


@dataclasses.dataclass(frozen=True)
class Poisoned(CartPole):
    """CartPole whose second seed sees a number that is not one after a while."""

    def step(self, state, action):
        after, reward, terminated = super().step(state, action)
        if after.shape == (3, 4, 4):  # training, while all three seeds are there
            after[VICTIM, 0, 0] = np.nan
        return after, reward, terminated


def outcomes(run, path) -> dict[str, dict]:
    run.write(path)
    return json.loads(pq.read_schema(path).metadata[METADATA_KEY])["outcomes"]


@pytest.mark.parametrize("method", METHODS)
def test_a_diverged_seed_is_recorded_and_its_neighbours_finish_unharmed(tmp_path, method):
    healthy = finish(training(tmp_path, small(method), task(), budget=400))
    run = finish(training(tmp_path, small(method), task(dynamics=Poisoned()), budget=400))
    ends = outcomes(run, tmp_path / "run.parquet")
    assert [ends[str(s)]["outcome"] for s in (0, 1, 2)] == ["finished", "diverged", "finished"]
    assert ends["1"]["reason"] == "the gradient was not finite"
    assert ends["1"]["step"] < 400
    assert torch.equal(run.learner.theta[[0, 2]], healthy.learner.theta[[0, 2]])
    assert run.learner.theta.isfinite().all()


class Breaking(gymnasium.Env):
    """Raises in the middle of an episode that began from one of `fatal` seeds."""

    observation_space = gymnasium.spaces.Box(-1.0, 1.0, (1,), np.float32)
    action_space = gymnasium.spaces.Discrete(2)
    fatal: ClassVar[set[int]] = set()

    def reset(self, *, seed=None, options=None):
        self.age, self.breaks = 0, seed in self.fatal
        return self.observation_space.low, {}

    def step(self, action):
        self.age += 1
        if self.breaks and self.age > 10:
            raise RuntimeError("the simulator lost its pole")
        return self.observation_space.low, 1.0, False, False, {}


def first_episodes(seed: int) -> set[int]:
    """What Gymnasium is given as seeds for the first training episodes of one of ours."""
    noise = Noise((seed,))
    draws = [noise.uniform(Purpose.ENVIRONMENT, step, (4, 1), np.float64) for step in (0, 1)]
    return {int(number * 2**53) for number in np.concatenate(draws).ravel()}


@pytest.mark.parametrize("method", METHODS)
def test_an_environment_that_raises_fails_its_own_seed_only(tmp_path, method, monkeypatch):
    if "Breaking-v0" not in gymnasium.registry:
        gymnasium.register("Breaking-v0", Breaking, max_episode_steps=20)
    monkeypatch.setattr(Breaking, "fatal", first_episodes(0))
    broken = task(dynamics=None, env_id="Breaking-v0")
    run = finish(training(tmp_path, small(method), broken, budget=400))
    ends = outcomes(run, tmp_path / "run.parquet")
    assert [ends[str(s)]["outcome"] for s in (0, 1, 2)] == ["environment_failed", "finished", "finished"]
    assert "RuntimeError: the simulator lost its pole" in ends["0"]["reason"]


def test_the_reward_of_a_failed_seed_is_not_recorded_after_it_failed(tmp_path):
    run = finish(training(tmp_path, small("a2c"), task(dynamics=Poisoned()), budget=400))
    columns = run._recorder.columns()
    failed = run._ends[VICTIM]["step"]
    assert (columns["step"][columns["position"] == VICTIM] <= failed).all()
