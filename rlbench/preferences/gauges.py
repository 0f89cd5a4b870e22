"""What is measured along evaluation episodes of a preference task, beside the return that nobody learns from."""

import numpy as np

from rlbench.control.acting import Acting
from rlbench.core.schema import Metric
from rlbench.preferences.reward_model import RewardModel


class ProxyReturn:
    """The sum of learned rewards over an episode, for S seeds with B episodes each."""

    def __init__(self, shape: tuple[int, int], reward: RewardModel, acting: Acting):
        self._rewards, self._acting = reward.acting(), acting
        self._total = np.zeros(shape)

    def see(self, observation: np.ndarray, outputs: np.ndarray, action: np.ndarray, alive: np.ndarray) -> None:
        del outputs
        self._total += np.where(alive, self._rewards(self._acting.shown(observation), action), 0)

    def read(self) -> dict[Metric, np.ndarray]:
        return {Metric.PROXY_RETURN: self._total.mean(1)}


class Divergence:
    """Exact KL(policy || reference), of each decision and summed over an episode."""

    def __init__(self, shape: tuple[int, int], acting: Acting, reference: Acting):
        self._acting, self._reference = acting, reference
        self._total, self._decisions = np.zeros(shape), np.zeros(shape)

    def see(self, observation: np.ndarray, outputs: np.ndarray, action: np.ndarray, alive: np.ndarray) -> None:
        del action
        there = self._reference.distribution(self._reference.outputs(observation))
        self._total += np.where(alive, self._acting.distribution(outputs).kl(there)[0].numpy(), 0)
        self._decisions += alive

    def read(self) -> dict[Metric, np.ndarray]:
        return {
            Metric.KL_REFERENCE: self._total.sum(1) / self._decisions.sum(1),
            Metric.KL_REFERENCE_EPISODE: self._total.mean(1),
        }
