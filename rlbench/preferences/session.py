"""A preference task opened for a block of seeds: a control task's session with another reward and more to measure."""

from dataclasses import replace
from typing import Any

import numpy as np
from jaxtyping import Float
from torch import Tensor

from rlbench.control.acting import Acting
from rlbench.control.evaluate import Gauge
from rlbench.control.session import ControlSession
from rlbench.core.experience import Experience, no_episodes
from rlbench.core.noise import Noise
from rlbench.core.rollout import Comparisons
from rlbench.core.schema import Metric, Split
from rlbench.core.types import each_tensor
from rlbench.preferences.gauges import Divergence, ProxyReturn
from rlbench.preferences.preparation import Prepared
from rlbench.preferences.segments import Source
from rlbench.preferences.signal import Signal


class PreferenceSession:
    """Every seed's policy begins as the reference. What is collected is paid by the signal; comparisons are read."""

    def __init__(
        self,
        control: ControlSession,
        source: Source,
        prepared: Prepared,
        signal: Signal,
        rollout: Any,
        *,
        episodes: int,
    ):
        self._control, self._source, self._prepared, self._signal = control, source, prepared, signal
        self._rollout, self._episodes = rollout, episodes
        self.actor, self.critic, self.head = control.actor, control.critic, control.head

    @property
    def failures(self) -> dict[int, str]:
        """Position of each seed whose environment raised, and what it said."""
        return self._control.failures

    def spent(self, steps: np.ndarray) -> dict[Metric, np.ndarray]:
        """What a run has cost that took these steps, int64 [S]: with those of the segments that were compared."""
        return {Metric.ENV_STEPS: steps, Metric.LABELLED_STEPS: self._prepared.labelled_steps}

    def prepared(self) -> dict[Metric, np.ndarray]:
        """What is known of the learned rewards before training, each as [S]."""
        return self._prepared.quality

    def start(self) -> Float[Tensor, "S P"]:
        """The reference's parameters, for every seed."""
        return self._signal.reference.repeat(len(self._noise), 1)

    @property
    def _noise(self) -> Noise:
        return self._source.noise

    def collect(self, theta: Tensor, iteration: int, positions: list[int]) -> Experience:
        """One rollout as on a control task, paid by the signal; or the next comparisons, which take no steps."""
        if isinstance(self._rollout, Comparisons):
            read = self._read(iteration, positions, self._rollout.prompts)
            return replace(read, decisions=each_tensor(read.decisions, lambda x: x.to(theta.device)))
        experience = self._control.collect(theta, iteration, positions)
        d = experience.decisions
        reward = self._signal.score(d, experience.positions)
        return replace(experience, decisions=replace(d, reward=reward))

    def _read(self, iteration: int, positions: list[int], count: int) -> Experience:
        """What is used up are the decisions that are read."""
        comparisons = self._prepared.comparisons
        order = comparisons.order(self._noise, iteration, count)
        decisions = comparisons.decisions(positions, order[positions])
        used = decisions.mask.sum((0, 2)).numpy().astype(np.int64)
        return Experience(positions, decisions, used, no_episodes())

    def evaluate(self, theta: Tensor, index: int, positions: list[int]) -> dict[Split, dict[Metric, np.ndarray]]:
        """As on a control task, by the environment's own rewards, with learned rewards and divergence beside them."""
        return self._control.evaluate(theta, index, positions, self._gauges)

    def _gauges(self, acting: Acting, positions: list[int]) -> dict[Split, list[Gauge]]:
        shape, reward = (len(positions), self._episodes), self._signal.reward.of(positions)
        reference = Acting(self.actor, self.start()[positions], self._source.shown)
        return {
            Split.STOCHASTIC: [Divergence(shape, acting, reference), ProxyReturn(shape, reward, acting)],
            Split.DETERMINISTIC: [ProxyReturn(shape, reward, acting)],
        }

    def state(self) -> dict[str, Any]:
        """All that `restore` needs to go on with the same bits; comparisons and rewards are derived from the seeds."""
        return self._control.state()

    def restore(self, state: dict[str, Any]) -> None:
        self._control.restore(state)
