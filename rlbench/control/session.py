"""A control task opened for a block of seeds: what the training loop collects from and evaluates on."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor

from rlbench.control.acting import Acting
from rlbench.control.collect import Tally, Trace, collect_episodes, collect_steps
from rlbench.control.environment import Environment
from rlbench.control.evaluate import evaluate
from rlbench.control.observation import Filter, Observation
from rlbench.control.streams import Streams, head_for, vector_size
from rlbench.core.noise import Noise, Purpose
from rlbench.core.rollout import Episodes, Steps
from rlbench.core.schema import Metric, Split
from rlbench.core.types import Decisions
from rlbench.nets.actor import Actor
from rlbench.nets.critic import Critic


@dataclass(frozen=True)
class Experience:
    """One rollout of the seeds at `positions`, in this order, and the episodes that ended in it:
    index into `positions`, return and length of each."""

    positions: list[int]
    decisions: Decisions
    episodes: tuple[np.ndarray, np.ndarray, np.ndarray]


@dataclass
class Running:
    """Streams that go on from rollout to rollout, and what their present episodes have come to."""

    streams: Streams
    tally: Tally


class ControlSession:
    """Actor and critic for the task's spaces, S x B training streams and the filter that observations pass."""

    def __init__(
        self,
        environment: Environment,
        noise: Noise,
        rollout: Steps | Episodes,
        *,
        episodes: int,
        observation: Observation,
        reward_scale: float,
        width: int,
    ):
        self._environment, self._noise, self._rollout = environment, noise, rollout
        self._episodes, self._reward_scale = episodes, np.float32(reward_scale)
        self._opened: dict[tuple[int, int], Streams] = {}
        self.failures: dict[int, str] = {}
        """Position of each seed whose environment raised, in training or evaluation, and what it said."""
        observations, actions = environment.spaces()
        size = vector_size(observations)
        self._shown: Filter = observation.open(len(noise), size)
        self._head = head_for(actions)
        self.actor = Actor(size, (width, width), self._head)
        self.critic = Critic(size, (width, width))
        self._running = self._begin(rollout.columns) if isinstance(rollout, Steps) else None

    def _begin(self, columns: int) -> Running:
        """Streams that run on from one rollout to the next, in their first states."""
        seeds = len(self._noise)
        streams = self._environment.streams(seeds, columns)
        fresh = self._noise.uniform(Purpose.ENVIRONMENT, 0, (columns, streams.noise_size), np.float64)
        streams.restart(np.ones((seeds, columns), bool), fresh)
        return Running(streams, Tally.zero(seeds, columns))

    def _whole_episodes(self, positions: list[int], columns: int) -> Streams:
        """Streams for episodes from the start, kept for the next time that as many are wanted."""
        key = (len(positions), columns)
        if key not in self._opened:
            self._opened[key] = self._environment.streams(*key)
        return self._opened[key]

    def _gather_from(self, positions: list[int]) -> tuple[Streams, Tally]:
        if self._running is not None:
            return self._running.streams, self._running.tally
        columns = self._rollout.columns
        return self._whole_episodes(positions, columns), Tally.zero(len(positions), columns)

    def collect(self, theta: Tensor, iteration: int, positions: list[int]) -> Experience:
        """One rollout of the seeds at these positions with their policies at theta [S, P].

        Streams that run on do so for every seed of the block, whatever positions are asked for.
        """
        if self._running is not None:
            positions = list(range(len(self._noise)))
        shown, noise = self._shown.subset(positions), self._noise.subset(positions)
        acting = Acting(self.actor, theta[positions], shown)
        streams, tally = self._gather_from(positions)
        with np.errstate(all="ignore"):  # a diverged seed's streams may overflow; it is caught where it learns
            match self._rollout:
                case Steps() as shape:
                    trace = collect_steps(streams, acting, self._head, shape, noise, iteration, tally)
                case Episodes() as shape:
                    trace = collect_episodes(streams, acting, self._head, shape, noise, iteration, tally)
        decisions = self._decisions(trace, theta[positions], shown)
        self._shown.absorb(trace.observation, trace.mask, positions)
        self._note_failures(streams, positions)
        return Experience(positions, decisions, tally.take_finished())

    def _note_failures(self, streams: Streams, positions: list[int]) -> None:
        for index, reason in streams.failures.items():
            self.failures.setdefault(positions[index], reason)

    def _decisions(self, trace: Trace, theta: Tensor, shown: Filter) -> Decisions:
        def tensor(array: np.ndarray) -> Tensor:
            return torch.from_numpy(array).to(theta.device)

        old = self._head.distribution(tensor(trace.outputs), self.actor.layout.views(theta)[6:])
        action = tensor(trace.action)
        return Decisions(
            inputs=tensor(shown.apply(trace.observation)),
            action=action,
            logp=old.logp(action),
            reward=tensor(trace.reward * self._reward_scale),
            mask=tensor(trace.mask),
            terminated=tensor(trace.terminated),
            cut=tensor(trace.cut),
            next_inputs=tensor(shown.apply(trace.next_observation)),
            old=old,
        )

    def evaluate(self, theta: Tensor, index: int, positions: list[int]) -> dict[Split, dict[Metric, np.ndarray]]:
        """Evaluation `index` of the seeds at these positions, with sampled and with most likely actions."""
        streams = self._whole_episodes(positions, self._episodes)
        noise = self._noise.subset(positions)
        acting = Acting(self.actor, theta[positions], self._shown.subset(positions))
        with np.errstate(all="ignore"):
            measured = {
                split: evaluate(streams, acting, choose, self._head, noise, index)
                for split, choose in ((Split.STOCHASTIC, acting.sample), (Split.DETERMINISTIC, acting.mode))
            }
        self._note_failures(streams, positions)
        return measured

    def state(self) -> dict[str, Any]:
        """All that `restore` needs to go on with the same bits."""
        running = self._running
        state: dict[str, Any] = {"shown": self._shown.state(), "failures": dict(self.failures)}
        if running is not None:
            state |= {"streams": running.streams.state(), "tally": running.tally.state()}
        return state

    def restore(self, state: dict[str, Any]) -> None:
        self._shown.restore(state["shown"])
        self.failures = state["failures"]
        if self._running is not None:
            self._running.streams.restore(state["streams"])
            self._running.tally = Tally(**state["tally"])
