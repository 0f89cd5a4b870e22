"""Gather experience: a fixed number of steps from streams that run on, or whole episodes from the start."""

from dataclasses import dataclass

import numpy as np

from rlbench.control.acting import Acting
from rlbench.control.streams import Streams
from rlbench.core.noise import Noise, Purpose
from rlbench.core.rollout import Episodes, Replay, Steps
from rlbench.nets.heads import Head


@dataclass
class Trace:
    """What happened, [T, S, B, *], observations as the environment gave them."""

    observation: np.ndarray
    next_observation: np.ndarray
    outputs: np.ndarray
    action: np.ndarray
    reward: np.ndarray
    terminated: np.ndarray
    cut: np.ndarray
    mask: np.ndarray

    @classmethod
    def empty(cls, streams: Streams, length: int, outputs: int, action: np.ndarray) -> "Trace":
        seeds, columns, size = streams.observation.shape

        def table(*shape: int, dtype: type | np.dtype = np.float32) -> np.ndarray:
            return np.zeros((length, seeds, columns, *shape), dtype)

        return cls(
            observation=table(size),
            next_observation=table(size),
            outputs=table(outputs),
            action=table(*action.shape[2:], dtype=action.dtype),
            reward=table(),
            terminated=table(),
            cut=table(),
            mask=table(),
        )


@dataclass
class Tally:
    """Return and length so far of every stream's present episode, and those of the episodes that ended.

    Returns are sums of the environment's own rewards, whatever is done to rewards for learning.
    """

    returns: np.ndarray
    lengths: np.ndarray

    @classmethod
    def zero(cls, seeds: int, streams: int) -> "Tally":
        return cls(np.zeros((seeds, streams)), np.zeros((seeds, streams), np.int64))

    def __post_init__(self):
        self._finished: list[tuple[np.ndarray, np.ndarray, np.ndarray]] = []

    def state(self) -> dict[str, np.ndarray]:
        """What goes on after a checkpoint; episodes that ended have been taken by then."""
        return {"returns": self.returns, "lengths": self.lengths}

    def add(self, reward: np.ndarray, done: np.ndarray, counted: np.ndarray | int = 1) -> None:
        """Count one step of every stream, or of those where `counted` [S, B] is one; `done` closes episodes."""
        self.returns += reward
        self.lengths += counted
        if done.any():
            self._finished.append((np.nonzero(done)[0], self.returns[done], self.lengths[done]))
            self.returns[done] = 0
            self.lengths[done] = 0

    def take_finished(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Seed position, return and length of each episode that ended since the last call, in order of ending."""
        if not self._finished:
            return np.zeros(0, np.int64), np.zeros(0), np.zeros(0, np.int64)
        position, returns, lengths = (np.concatenate(column) for column in zip(*self._finished, strict=True))
        self._finished = []
        return position, returns, lengths


def collect_steps(
    streams: Streams, acting: Acting, head: Head, shape: Steps | Replay, noise: Noise, iteration: int, tally: Tally
) -> Trace:
    """`shape.steps` steps on every stream. An episode that ends is followed by a new one in the next step."""
    length, columns = shape.steps, shape.streams
    action_noise = head.draw(noise, Purpose.ACTION, iteration, (length, columns))
    fresh = noise.uniform(Purpose.ENVIRONMENT, 1 + iteration, (length, columns, streams.noise_size), np.float64)
    trace = None
    for t in range(length):
        before, outputs, action, reward, terminated, done = _act(streams, acting, action_noise[:, t])
        trace = trace or Trace.empty(streams, length, head.outputs, action)
        _write(trace, t, before, streams.observation, outputs, action, reward, terminated, done)
        tally.add(reward, done)
        if done.any():
            streams.restart(done, fresh[:, t])
    assert trace is not None, "a rollout has at least one step"
    trace.mask[:] = 1
    return trace


def collect_episodes(
    streams: Streams, acting: Acting, head: Head, shape: Episodes, noise: Noise, iteration: int, tally: Tally
) -> Trace:
    """`shape.episodes` whole episodes for each seed, the members of a group from one initial state.

    T is always the task's time limit, with mask zero after each end: a length that followed the block's longest
    episode would let a seed feel its neighbours.
    """
    length, columns = streams.time_limit, shape.episodes
    action_noise = head.draw(noise, Purpose.ACTION, iteration, (length, columns))
    begin_episodes(streams, noise, Purpose.ENVIRONMENT, 1 + iteration, shape.group)
    alive = np.ones(streams.observation.shape[:2], bool)
    trace = None
    for t in range(length):
        before, outputs, action, reward, terminated, done = _act(streams, acting, action_noise[:, t])
        reward, done = np.where(alive, reward, 0), done & alive
        trace = trace or Trace.empty(streams, length, head.outputs, action)
        _write(trace, t, before, streams.observation, outputs, action, reward, terminated & alive, done)
        trace.mask[t] = alive
        tally.add(reward, done, alive)
        alive &= ~done
        if not alive.any():
            break
    assert trace is not None, "an episode has at least one step"
    _blank(trace)
    return trace


def begin_episodes(streams: Streams, noise: Noise, purpose: Purpose, step: int, group: int = 1) -> None:
    """Restart every stream, each run of `group` of them in one and the same initial state."""
    seeds, columns, _ = streams.observation.shape
    fresh = noise.uniform(purpose, step, (columns // group, streams.noise_size), np.float64)
    streams.restart(np.ones((seeds, columns), bool), fresh.repeat(group, axis=1))


def _act(streams: Streams, acting: Acting, noise: np.ndarray) -> tuple[np.ndarray, ...]:
    """One step of every stream: what was shown, the policy's outputs, action, reward, terminated, and done."""
    before = streams.observation
    outputs = acting.outputs(before)
    action = acting.sample(outputs, noise)
    reward, terminated, truncated = streams.step(action)
    return before, outputs, action, reward, terminated, terminated | truncated


def _write(trace: Trace, t: int, before, after, outputs, action, reward, terminated, done) -> None:
    trace.observation[t] = before
    trace.next_observation[t] = after
    trace.outputs[t] = outputs
    trace.action[t] = action
    trace.reward[t] = reward
    trace.terminated[t] = terminated
    trace.cut[t] = done


def _blank(trace: Trace) -> None:
    """Empty what streams did after their episodes: it means nothing, and zero times infinity is not zero."""
    nobody = trace.mask == 0
    for table in (trace.observation, trace.next_observation, trace.outputs, trace.action):
        table[nobody] = 0
