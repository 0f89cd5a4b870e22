"""An evaluation is of episodes of its own, each from its start to its end and no further."""

import numpy as np
import pytest

from rlbench.control.batched_streams import BatchedStreams
from rlbench.control.evaluate import evaluate
from rlbench.control.session import ControlSession
from rlbench.core.noise import Noise, Purpose
from rlbench.core.rollout import Steps
from rlbench.core.schema import Metric
from rlbench.nets.heads import CategoricalHead
from tests.probes.environments import Probe
from tests.training import CASES

SEEDS, EPISODES = (3, 5), 6


class Uneven(Probe):
    """Over after one step where -1 is shown, else at its time limit; every step pays one, also after the end."""

    def paid(self, shown, age, action):
        return np.ones_like(shown), shown < 0


class Nobody:
    def outputs(self, observation):
        return np.zeros((*observation.shape[:2], 2), np.float32)


def first(outputs, noise):
    return np.zeros(outputs.shape[:2], np.int64)


def test_what_is_paid_after_an_episodes_end_does_not_count():
    noise = Noise(SEEDS)
    drawn = noise.uniform(Purpose.EVALUATION_ENVIRONMENT, 4, (EPISODES, 1), np.float64)[..., 0]
    lengths = np.where(drawn < 0.5, 1, Probe.time_limit)
    assert len(np.unique(lengths)) == 2
    streams = BatchedStreams(Uneven(), len(SEEDS), EPISODES)
    found = evaluate(streams, Nobody(), first, CategoricalHead(2), noise, 4)
    np.testing.assert_allclose(found[Metric.RETURN_MEAN], lengths.mean(1))
    np.testing.assert_allclose(found[Metric.LENGTH_MEAN], lengths.mean(1))
    np.testing.assert_allclose(found[Metric.RETURN_SD], lengths.std(1, ddof=1))
    assert found[Metric.EPISODES].tolist() == [EPISODES, EPISODES]


def session(columns: int) -> ControlSession:
    return CASES["batched"]().open(Noise(SEEDS), Steps(streams=columns, steps=2), EPISODES)


def beginnings(monkeypatch, act) -> np.ndarray:
    """Every state that an episode begins in meanwhile, [N, D]."""
    begun, restart = [], BatchedStreams.restart

    def noting(self, where, noise):
        restart(self, where, noise)
        begun.append(self.observation[where])

    with monkeypatch.context() as patch:
        patch.setattr(BatchedStreams, "restart", noting)
        act()
    return np.concatenate(begun)


@pytest.mark.parametrize("columns", [4, EPISODES])
def test_no_evaluation_begins_where_training_or_another_evaluation_does(monkeypatch, columns):
    def train():
        one = session(columns)
        for iteration in range(20):
            one.collect(one.start(), iteration, [0, 1])

    def examine():
        one = session(columns)
        for index in range(3):
            one.evaluate(one.start(), index, [0, 1])

    trained, examined = beginnings(monkeypatch, train), beginnings(monkeypatch, examine)
    # Of each evaluation sampled and likeliest actions play the same episodes; opening a session begins some, too.
    own = examined[len(SEEDS) * columns :]
    assert len(np.unique(own, axis=0)) == 3 * len(SEEDS) * EPISODES
    both = np.concatenate([np.unique(trained, axis=0), np.unique(own, axis=0)])
    assert len(np.unique(both, axis=0)) == len(both)


def test_training_goes_on_where_it_was_before_an_evaluation():
    one, other = session(EPISODES), session(EPISODES)
    theta = one.start()
    for iteration in range(3):
        one.evaluate(theta, iteration, [0, 1])
        found, expected = (s.collect(theta, iteration, [0, 1]).decisions for s in (one, other))
        for name in ("inputs", "action", "reward", "cut"):
            np.testing.assert_array_equal(getattr(found, name), getattr(expected, name))
