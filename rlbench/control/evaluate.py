"""Measure a policy on episodes of its own: streams and noise apart from training, nothing learnt from them."""

from collections.abc import Callable, Sequence
from typing import Protocol, runtime_checkable

import numpy as np

from rlbench.control.acting import Acting
from rlbench.control.collect import begin_episodes
from rlbench.control.streams import Streams
from rlbench.core.noise import Noise, Purpose
from rlbench.core.schema import Metric, Split
from rlbench.nets.heads import Head

CHUNK = 64
"""Steps for which action noise is drawn at a time."""


@runtime_checkable
class Gauge(Protocol):
    """Something else to be measured along the episodes of one evaluation."""

    def see(self, observation: np.ndarray, outputs: np.ndarray, action: np.ndarray, alive: np.ndarray) -> None:
        """One step of every stream, before it is taken; it counts where `alive` [S, B] is true."""
        ...

    def read(self) -> dict[Metric, np.ndarray]:
        """What was measured once the episodes are over, each as [S]."""
        ...


Gauges = Callable[[Acting, list[int]], dict[Split, list[Gauge]]]
"""What else to measure on each split, for the seeds at some positions with their policies at work."""


def evaluate(
    streams: Streams,
    acting: Acting,
    choose: Callable[[np.ndarray, np.ndarray], np.ndarray],
    head: Head,
    noise: Noise,
    index: int,
    gauges: Sequence[Gauge] = (),
) -> dict[Metric, np.ndarray]:
    """One episode on every stream; each metric as [S]. `choose` turns outputs and noise into actions."""
    begin_episodes(streams, noise, Purpose.EVALUATION_ENVIRONMENT, index)
    seeds, columns, _ = streams.observation.shape
    alive = np.ones((seeds, columns), bool)
    returns, lengths = np.zeros((seeds, columns)), np.zeros((seeds, columns))
    chunks = -(-streams.time_limit // CHUNK)
    draws = np.zeros(0)
    for t in range(streams.time_limit):
        if t % CHUNK == 0:
            draws = head.draw(noise, Purpose.EVALUATION_ACTION, index * chunks + t // CHUNK, (CHUNK, columns))
        observation, outputs = streams.observation, acting.outputs(streams.observation)
        action = choose(outputs, draws[:, t % CHUNK])
        for gauge in gauges:
            gauge.see(observation, outputs, action, alive)
        reward, terminated, truncated = streams.step(action)
        returns += reward * alive
        lengths += alive
        alive &= ~(terminated | truncated)
        if not alive.any():
            break
    measured = {
        Metric.RETURN_MEAN: returns.mean(1),
        Metric.RETURN_SD: returns.std(1, ddof=1) if columns > 1 else np.full(seeds, np.nan),
        Metric.LENGTH_MEAN: lengths.mean(1),
        Metric.EPISODES: np.full(seeds, float(columns)),
    }
    for gauge in gauges:
        measured |= gauge.read()
    return measured
