"""A control task opened for a block of seeds: what the training loop collects from and evaluates on."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import gymnasium
import numpy as np
import torch
from torch import Tensor

from rlbench.control.acting import Acting
from rlbench.control.batched_streams import BatchedStreams
from rlbench.control.collect import Tally, Trace, collect_episodes, collect_steps
from rlbench.control.evaluate import evaluate
from rlbench.control.gymnasium_streams import GymnasiumStreams
from rlbench.control.observation import Filter
from rlbench.control.streams import Streams, head_for
from rlbench.core.noise import Noise, Purpose
from rlbench.core.rollout import Episodes, Steps
from rlbench.core.schema import Metric, Split
from rlbench.core.types import Decisions
from rlbench.nets.actor import Actor
from rlbench.nets.critic import Critic

if TYPE_CHECKING:
    from rlbench.control.task import ControlTask


@dataclass(frozen=True)
class Experience:
    """One rollout, and the episodes that ended in it: seed position, return and length of each."""

    decisions: Decisions
    episodes: tuple[np.ndarray, np.ndarray, np.ndarray]


class ControlSession:
    """Actor and critic for the task's spaces, S x B training streams and the filter that observations pass."""

    def __init__(self, task: "ControlTask", noise: Noise, rollout: Steps | Episodes, episodes: int):
        self._task, self._noise, self._rollout, self._episodes = task, noise, rollout, episodes
        seeds = len(noise)
        columns = rollout.streams if isinstance(rollout, Steps) else rollout.episodes
        self._streams = self._open_streams(seeds, columns)
        self._evaluation: dict[int, Streams] = {}
        size = self._streams.observation.shape[-1]
        self._shown: Filter = task.observation.open(seeds, size)
        self._tally = Tally.zero(seeds, columns)
        self._head = head_for(self._action_space)
        self.actor = Actor(size, (task.width, task.width), self._head)
        self.critic = Critic(size, (task.width, task.width))
        fresh = noise.uniform(Purpose.ENVIRONMENT, 0, (columns, self._streams.noise_size), np.float64)
        self._streams.restart(np.ones((seeds, columns), bool), fresh)

    @property
    def _action_space(self) -> gymnasium.Space:
        dynamics = self._task.dynamics
        return dynamics.single_action_space if dynamics else gymnasium.make(self._task.env_id).action_space

    def _open_streams(self, seeds: int, columns: int) -> Streams:
        if self._task.dynamics is not None:
            return BatchedStreams(self._task.dynamics, seeds, columns)
        return GymnasiumStreams(self._task.env_id, seeds, columns)

    @property
    def failures(self) -> dict[int, str]:
        """Position of each seed whose environment raised, in training or evaluation, and what it said."""
        evaluation = [streams.failures for streams in self._evaluation.values() if streams.failures]
        return {k: v for failures in [*evaluation, self._streams.failures] for k, v in failures.items()}

    def collect(self, theta: Tensor, iteration: int) -> Experience:
        """One rollout of every seed with the policy at theta."""
        acting = Acting(self.actor, theta, self._shown)
        gather = collect_steps if isinstance(self._rollout, Steps) else collect_episodes
        with np.errstate(all="ignore"):  # a diverged seed's streams may overflow; it is caught where it learns
            trace = gather(self._streams, acting, self._head, self._rollout, self._noise, iteration, self._tally)
        decisions = self._decisions(trace, theta)
        self._shown.absorb(trace.observation, trace.mask)
        return Experience(decisions, self._tally.take_finished())

    def _decisions(self, trace: Trace, theta: Tensor) -> Decisions:
        device = theta.device
        tensor = lambda array: torch.from_numpy(array).to(device)  # noqa: E731
        extra = self.actor.layout.views(theta)[6:]
        old = self._head.distribution(tensor(trace.outputs), extra)
        action = tensor(trace.action)
        return Decisions(
            inputs=tensor(self._shown.apply(trace.observation)),
            action=action,
            logp=old.logp(action),
            reward=tensor(trace.reward * np.float32(self._task.reward_scale)),
            mask=tensor(trace.mask),
            terminated=tensor(trace.terminated),
            cut=tensor(trace.cut),
            next_inputs=tensor(self._shown.apply(trace.next_observation)),
            old=old,
        )

    def evaluate(self, theta: Tensor, index: int, positions: list[int]) -> dict[Split, dict[Metric, np.ndarray]]:
        """Evaluation `index` of the seeds at these positions, with sampled and with most likely actions."""
        streams = self._evaluation.get(len(positions))
        if streams is None:
            streams = self._evaluation[len(positions)] = self._open_streams(len(positions), self._episodes)
        noise = self._noise.subset(positions)
        acting = Acting(self.actor, theta[positions], self._shown.subset(positions))
        with np.errstate(all="ignore"):
            return {
                split: evaluate(streams, acting, choose, self._head, noise, index)
                for split, choose in ((Split.STOCHASTIC, acting.sample), (Split.DETERMINISTIC, acting.mode))
            }

    def state(self) -> dict[str, dict[str, np.ndarray]]:
        """All that `restore` needs to go on with the same bits."""
        tally = {"returns": self._tally.returns, "lengths": self._tally.lengths}
        return {"streams": self._streams.state(), "shown": self._shown.state(), "tally": tally}

    def restore(self, state: dict[str, dict[str, np.ndarray]]) -> None:
        self._streams.restore(state["streams"])
        self._shown.restore(state["shown"])
        self._tally = Tally(**state["tally"])
