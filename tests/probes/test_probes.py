"""Every method finds the known answers of the probe environments."""

import pytest
import torch

from rlbench.control import collect
from rlbench.core import catalog
from rlbench.core.types import Decisions
from tests.probes.environments import (
    ActionReward,
    ConstantReward,
    EndlessReward,
    LateReward,
    MatchingReward,
    ShownReward,
)
from tests.training import finish, probe, small, training

METHODS = sorted(catalog.methods())
CRITICS = [name for name in METHODS if "critic" in catalog.methods()[name].needs]


def values(run, inputs: list[float]) -> torch.Tensor:
    """What each seed's critic says of some observations, [S, N]."""
    x = torch.tensor(inputs).view(1, 1, -1, 1).expand(1, len(run.learner.theta), -1, 1)
    return run._session.critic.evaluate(run.learner.value.parameters, x)[0]


def second_action(run, shown: float) -> torch.Tensor:
    """The probability of the second action at an observation, [S]."""
    inputs = torch.full((1, len(run.learner.theta), 1, 1), shown)
    zero = torch.zeros(inputs.shape[:3])
    ones = torch.ones(inputs.shape[:3], dtype=torch.int64)
    d = Decisions(inputs, ones, zero, zero, zero, zero, zero)
    return run._session.actor.evaluate(run.learner.theta, d).logp.exp()[0, :, 0]


def train(tmp_path, method: str, dynamics, gamma: float = 0.9, updates: int = 150):
    chosen = small(method)
    rows = getattr(chosen.rollout, "steps", 1) * getattr(chosen.rollout, "streams", 0) or chosen.rollout.episodes
    return finish(training(tmp_path, chosen, probe(dynamics, gamma), budget=rows * updates, evaluations=1))


@pytest.mark.parametrize("method", CRITICS)
def test_a_constant_reward_is_valued_at_one(tmp_path, method):
    run = train(tmp_path, method, ConstantReward())
    assert torch.allclose(values(run, [-1.0, 1.0]), torch.tensor(1.0), atol=0.1)


@pytest.mark.parametrize("method", CRITICS)
def test_what_is_shown_is_what_is_expected(tmp_path, method):
    run = train(tmp_path, method, ShownReward())
    assert torch.allclose(values(run, [-1.0, 1.0]), torch.tensor([-1.0, 1.0]), atol=0.15)


@pytest.mark.parametrize("method", CRITICS)
def test_a_late_reward_is_discounted_once(tmp_path, method):
    run = train(tmp_path, method, LateReward(), gamma=0.5, updates=200)
    assert torch.allclose(values(run, [0.0, 1.0]), torch.tensor([0.5, 1.0]), atol=0.1)


@pytest.mark.parametrize("method", METHODS)
def test_the_better_action_is_learnt(tmp_path, method):
    run = train(tmp_path, method, ActionReward())
    assert (second_action(run, 1.0) > 0.9).all()


@pytest.mark.parametrize("method", METHODS)
def test_the_better_action_for_each_observation_is_learnt(tmp_path, method):
    run = train(tmp_path, method, MatchingReward(), updates=200)
    assert (second_action(run, 1.0) > 0.9).all()
    assert (second_action(run, -1.0) < 0.1).all()


@pytest.mark.parametrize("method", CRITICS)
def test_a_time_limit_is_not_an_end(tmp_path, method):
    run = train(tmp_path, method, EndlessReward(), gamma=0.75, updates=250)
    assert torch.allclose(values(run, [-1.0, 1.0]), torch.tensor(4.0), rtol=0.1)


@pytest.mark.parametrize("method", CRITICS)
def test_taking_a_time_limit_for_an_end_would_be_seen(tmp_path, method, monkeypatch):
    """The control of the test above: with every cut recorded as an end the same critic stays far below."""

    def confused(trace, t, before, after, outputs, action, reward, terminated, done):
        honest(trace, t, before, after, outputs, action, reward, done, done)

    honest = collect._write
    monkeypatch.setattr(collect, "_write", confused)
    run = train(tmp_path, method, EndlessReward(), gamma=0.75, updates=250)
    assert (values(run, [-1.0, 1.0]) < 3).all()
