"""A policy at work: from what a stream shows to an action, with nothing that learning needs to see twice."""

from collections.abc import Callable

import numpy as np
import torch

from rlbench.control.observation import Filter
from rlbench.core.types import Distribution
from rlbench.nets.actor import Actor


class Acting:
    """One set of parameters, fixed for as long as this object is used."""

    def __init__(self, actor: Actor, theta: torch.Tensor, shown: Filter):
        self.network: Callable[[np.ndarray], np.ndarray] = actor.acting(theta)
        """From what the policy is shown [S, B, D] to its outputs [S, B, outputs]."""
        self.shown: Callable[[np.ndarray], np.ndarray] = shown.apply
        """From an observation to what the policy is shown of it."""
        self._views = actor.layout.views(theta.cpu())[6:]
        self._extra = [view.numpy() for view in self._views]
        self._head = actor.head

    def outputs(self, observation: np.ndarray) -> np.ndarray:
        """[S, B, D] -> [S, B, outputs]."""
        return self.network(self.shown(observation))

    def distribution(self, outputs: np.ndarray) -> Distribution:
        """What actions are drawn from, for one decision of every stream: T is one."""
        return self._head.distribution(torch.from_numpy(outputs)[None], self._views)

    def sample(self, outputs: np.ndarray, noise: np.ndarray) -> np.ndarray:
        """Actions drawn with their noise [S, B, *]."""
        return self._head.sample(outputs, noise, self._extra)

    def mode(self, outputs: np.ndarray, noise: np.ndarray) -> np.ndarray:
        """The most likely actions; takes noise to be exchangeable with `sample`."""
        del noise
        return self._head.mode(outputs)
