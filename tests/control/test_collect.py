"""What a rollout says of the ends of episodes, and how episodes are counted."""

from typing import ClassVar

import numpy as np
import pytest

from rlbench.control.batched_streams import BatchedStreams
from rlbench.control.collect import Tally, Trace, begin_episodes, collect_episodes, collect_steps
from rlbench.core.noise import Noise, Purpose
from rlbench.core.rollout import Episodes, Steps
from rlbench.nets.heads import CategoricalHead
from tests.probes.environments import EndlessReward, LateReward, Probe

SEEDS, STREAMS, LIMIT = 2, 3, Probe.time_limit


class Numbered(Probe):
    """An observation that tells episode and age: noise of its own in every episode, and how many steps it has seen.
    One that began with more than a half terminates in the very step in which its time is up, the others do not."""

    state_size: ClassVar[int] = 2

    def initial(self, noise):
        return np.concatenate([noise, 0 * noise], -1)

    def observe(self, state):
        return state[..., :1] + state[..., 1:]

    def paid(self, shown, age, action):
        return 1 + 0 * shown, (age == LIMIT - 1) & (shown > 0.5)


class Nobody:
    """Acts on nothing."""

    def outputs(self, observation):
        return np.zeros((*observation.shape[:2], 2), np.float32)

    def sample(self, outputs, noise):
        return (noise > 0.5).astype(np.int64)


def rollout(dynamics, steps: int = 3 * LIMIT) -> tuple[Trace, Tally]:
    noise, streams = Noise(range(SEEDS)), BatchedStreams(dynamics, SEEDS, STREAMS)
    begin_episodes(streams, noise, Purpose.ENVIRONMENT, 0)
    tally = Tally.zero(SEEDS, STREAMS)
    shape = Steps(streams=STREAMS, steps=steps)
    return collect_steps(streams, Nobody(), CategoricalHead(2), shape, noise, 0, tally), tally


def test_a_time_limit_cuts_and_does_not_terminate():
    trace, _ = rollout(EndlessReward())
    ends = np.arange(len(trace.cut)) % LIMIT == LIMIT - 1
    assert (trace.cut[ends] == 1).all()
    assert (trace.cut[~ends] == 0).all()
    assert (trace.terminated == 0).all()


def test_a_step_that_terminates_as_its_time_is_up_has_terminated():
    trace, _ = rollout(Numbered())
    last = trace.cut == 1
    began = trace.next_observation[last][:, 0] % 1
    np.testing.assert_array_equal(trace.terminated[last], began > 0.5)
    assert 0 < trace.terminated.sum() < trace.cut.sum()


def test_what_follows_an_episodes_last_step_is_its_own_state_and_not_the_next_ones_first():
    trace, _ = rollout(Numbered())
    np.testing.assert_allclose(trace.next_observation, trace.observation + 1, rtol=1e-6)
    goes_on = trace.cut[:-1] == 0
    np.testing.assert_array_equal(trace.observation[1:][goes_on], trace.next_observation[:-1][goes_on])
    assert (trace.observation[1:][~goes_on] < 1).all()


def test_every_step_pays_and_none_is_between_two_episodes():
    trace, _ = rollout(Numbered())
    assert (trace.reward == 1).all()
    np.testing.assert_array_equal(trace.cut.sum(0), 3)


@pytest.mark.parametrize("steps", [LIMIT, 3 * LIMIT, 2 * LIMIT + 1])
def test_episodes_that_end_in_one_step_are_all_counted(steps):
    _, tally = rollout(EndlessReward(), steps)
    seeds, returns, lengths = tally.take_finished()
    assert sorted(seeds) == sorted([seed for seed in range(SEEDS) for _ in range(STREAMS * (steps // LIMIT))])
    assert (returns == LIMIT).all()
    assert (lengths == LIMIT).all()
    assert (tally.lengths == steps % LIMIT).all()
    assert [len(x) for x in tally.take_finished()] == [0, 0, 0]


def test_whole_episodes_end_with_their_mask():
    noise, streams = Noise(range(SEEDS)), BatchedStreams(LateReward(), SEEDS, STREAMS)
    tally = Tally.zero(SEEDS, STREAMS)
    shape = Episodes(episodes=STREAMS)
    trace = collect_episodes(streams, Nobody(), CategoricalHead(2), shape, noise, 0, tally)
    age = np.arange(LIMIT)[:, None, None] + 0 * trace.mask
    np.testing.assert_array_equal(trace.mask, age < 2)
    np.testing.assert_array_equal(trace.reward, age == 1)
    np.testing.assert_array_equal(trace.cut, age == 1)
    np.testing.assert_array_equal(trace.terminated, age == 1)
    assert tally.take_finished()[2].tolist() == [2] * SEEDS * STREAMS
