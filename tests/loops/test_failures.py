"""A seed that fails is recorded as failed, and nobody else notices."""

import dataclasses
import json
from typing import ClassVar

import gymnasium
import numpy as np
import pyarrow.parquet as pq
import pytest
import torch

from rlbench.core.noise import Noise, Purpose
from rlbench.core.schema import METADATA_KEY
from tests.training import RUN, BriefCartPole, finish, learners, small, task, training

VICTIM = 1
each = pytest.mark.parametrize(
    "method", [pytest.param(name, marks=pytest.mark.xdist_group(name)) for name in learners()]
)


@dataclasses.dataclass(frozen=True)
class Poisoned(BriefCartPole):
    """CartPole whose second seed sees a number that is not one after a while."""

    def step(self, state, action):
        after, reward, terminated = super().step(state, action)
        if len(after) == 3 and after.shape[1] > 3:  # training, while all three seeds are there
            after[VICTIM, 0, 0] = np.nan
        return after, reward, terminated


def outcomes(run, path) -> dict[str, dict]:
    run.write(path)
    return json.loads(pq.read_schema(path).metadata[METADATA_KEY])["outcomes"]


@each
def test_a_diverged_seed_is_recorded_and_its_neighbours_finish_unharmed(tmp_path, finished, method):
    healthy = finished(method, "batched").run
    run = finish(training(tmp_path, small(method), task(dynamics=Poisoned()), **RUN))
    ends = outcomes(run, tmp_path / "run.parquet")
    assert [ends[str(s)]["outcome"] for s in RUN["seeds"]] == ["finished", "diverged", "finished"]
    assert ends["0"]["reason"] == "the gradient was not finite"
    assert ends["0"]["step"] < RUN["budget"]
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


def first_episodes(seed: int, columns: int) -> set[int]:
    """What Gymnasium is given as seeds for the first training episodes of one of ours."""
    noise = Noise((seed,))
    draws = [noise.uniform(Purpose.ENVIRONMENT, step, (columns, 1), np.float64) for step in (0, 1)]
    return {int(number * 2**53) for number in np.concatenate(draws).ravel()}


@each
def test_an_environment_that_raises_fails_its_own_seed_only(tmp_path, method, monkeypatch):
    if "Breaking-v0" not in gymnasium.registry:
        gymnasium.register("Breaking-v0", Breaking, max_episode_steps=20)
    chosen = small(method)
    monkeypatch.setattr(
        Breaking, "fatal", first_episodes(0, chosen.rollout.columns // getattr(chosen.rollout, "group", 1))
    )
    broken = task(dynamics=None, env_id="Breaking-v0")
    run = finish(training(tmp_path, chosen, broken, seeds=(0, 1), budget=150))
    ends = outcomes(run, tmp_path / "run.parquet")
    assert [ends[str(s)]["outcome"] for s in (0, 1)] == ["environment_failed", "finished"]
    assert "RuntimeError: the simulator lost its pole" in ends["0"]["reason"]


def test_the_reward_of_a_failed_seed_is_not_recorded_after_it_failed(tmp_path):
    run = finish(training(tmp_path, small("a2c"), task(dynamics=Poisoned()), **RUN))
    columns = run._recorder.columns()
    failed = run._ends[VICTIM]["step"]
    assert (columns["step"][columns["position"] == VICTIM] <= failed).all()
