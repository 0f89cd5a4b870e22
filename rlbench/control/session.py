"""A control task opened for a block of seeds: what the training loop collects from and evaluates on."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor

from rlbench.control.acting import Acting
from rlbench.control.collect import Tally, Trace, collect_episodes, collect_steps
from rlbench.control.environment import Environment
from rlbench.control.evaluate import Gauges, evaluate
from rlbench.control.memory import Memory
from rlbench.control.observation import Filter, Observation
from rlbench.control.streams import Streams, head_for, vector_size
from rlbench.core.experience import Experience
from rlbench.core.noise import Noise, Purpose
from rlbench.core.rollout import Comparisons, Episodes, Replay, Rollout, Steps
from rlbench.core.schema import Metric, Split
from rlbench.core.types import Decisions
from rlbench.nets.actor import Actor
from rlbench.nets.critic import Critic
from rlbench.nets.heads import EpsilonGreedyHead


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
        rollout: Rollout,
        *,
        episodes: int,
        observation: Observation,
        reward_scale: float,
        width: int,
        log_std: float,
        needs: frozenset[str],
    ):
        self._environment, self._noise, self._rollout = environment, noise, rollout
        self._episodes, self._reward_scale = episodes, np.float32(reward_scale)
        self._opened: dict[tuple[int, int], Streams] = {}
        self.failures: dict[int, str] = {}
        """Position of each seed whose environment raised, in training or evaluation, and what it said."""
        observations, actions = environment.spaces()
        size = vector_size(observations)
        self._shown: Filter = observation.open(len(noise), size)
        head = head_for(actions, log_std)
        self.head = EpsilonGreedyHead(head.outputs) if "action_values" in needs else head
        self.actor = Actor(size, (width, width), self.head)
        self.critic = Critic(size, (width, width))
        self._running = self._begin(rollout.columns) if isinstance(rollout, Steps | Replay) else None
        self._memory = Memory(len(noise), rollout.capacity) if isinstance(rollout, Replay) else None

    def prepared(self) -> dict[Metric, np.ndarray]:
        """What was fitted before training begins: nothing."""
        return {}

    def spent(self, steps: np.ndarray) -> dict[Metric, np.ndarray]:
        """What a run has cost that took these steps, int64 [S]. Nobody was asked to judge any."""
        return {Metric.ENV_STEPS: steps, Metric.LABELLED_STEPS: np.zeros_like(steps)}

    def start(self) -> Tensor:
        """The policies' first parameters [S, P]."""
        return self.actor.start(self._noise)

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
                case Steps() | Replay() as shape:
                    trace = collect_steps(streams, acting, self.head, shape, noise, iteration, tally)
                case Episodes() as shape:
                    trace = collect_episodes(streams, acting, self.head, shape, noise, iteration, tally)
                case Comparisons():
                    raise TypeError("recorded comparisons are not there to be collected")
        decisions = self._decisions(trace, theta[positions], shown)
        used = trace.mask.sum((0, 2)).astype(np.int64)
        if self._memory is not None:
            self._memory.add(trace)
            decisions = self._remembered(self._memory, noise, iteration, theta.device)
        self._shown.absorb(trace.observation, trace.mask, positions)
        self._note_failures(streams, positions)
        return Experience(positions, decisions, used, tally.take_finished())

    def _note_failures(self, streams: Streams, positions: list[int]) -> None:
        for index, reason in streams.failures.items():
            self.failures.setdefault(positions[index], reason)

    def _remembered(self, memory: Memory, noise: Noise, iteration: int, device: torch.device) -> Decisions:
        """Steps drawn from memory, each a row of its own. Who took them is not remembered."""
        assert isinstance(self._rollout, Replay)
        drawn = dict(memory.draw(noise, iteration, self._rollout.samples))
        for name in ("observation", "next_observation"):
            drawn[name] = self._shown.apply(drawn[name])
        drawn = {name: torch.from_numpy(x).to(device) for name, x in drawn.items()}
        nobody = torch.zeros_like(drawn["reward"])
        return Decisions(
            inputs=drawn["observation"],
            action=drawn["action"],
            logp=nobody,
            reward=drawn["reward"] * float(self._reward_scale),
            mask=torch.ones_like(nobody),
            terminated=drawn["terminated"],
            cut=drawn["cut"],
            next_inputs=drawn["next_observation"],
        )

    def _decisions(self, trace: Trace, theta: Tensor, shown: Filter) -> Decisions:
        def tensor(array: np.ndarray) -> Tensor:
            return torch.from_numpy(array).to(theta.device)

        old = self.head.distribution(tensor(trace.outputs), self.actor.layout.views(theta)[6:])
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

    def evaluate(
        self, theta: Tensor, index: int, positions: list[int], gauges: Gauges | None = None
    ) -> dict[Split, dict[Metric, np.ndarray]]:
        """Evaluation `index` of the seeds at these positions, with sampled and with most likely actions."""
        streams = self._whole_episodes(positions, self._episodes)
        noise = self._noise.subset(positions)
        acting = Acting(self.actor, theta[positions], self._shown.subset(positions))
        more = gauges(acting, positions) if gauges else {}
        with np.errstate(all="ignore"):
            measured = {
                split: evaluate(streams, acting, choose, self.head, noise, index, more.get(split, ()))
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
        if self._memory is not None:
            state["memory"] = self._memory.state()
        return state

    def restore(self, state: dict[str, Any]) -> None:
        self._shown.restore(state["shown"])
        self.failures = state["failures"]
        if self._running is not None:
            self._running.streams.restore(state["streams"])
            self._running.tally = Tally(**state["tally"])
        if self._memory is not None:
            self._memory.restore(state["memory"])
