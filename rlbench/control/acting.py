"""A policy at work: from what a stream shows to an action, with nothing that learning needs to see twice."""

from collections.abc import Callable

import numpy as np
import torch

from rlbench.control.observation import Filter
from rlbench.nets.actor import Actor


class Acting:
    """One set of parameters, fixed for as long as this object is used."""

    def __init__(self, actor: Actor, theta: torch.Tensor, shown: Filter):
        self._network: Callable[[np.ndarray], np.ndarray] = actor.acting(theta)
        self._extra = [view.numpy() for view in actor.layout.views(theta.cpu())[6:]]
        self._head, self._shown = actor.head, shown

    def outputs(self, observation: np.ndarray) -> np.ndarray:
        """[S, B, D] -> [S, B, outputs]."""
        return self._network(self._shown.apply(observation))

    def sample(self, outputs: np.ndarray, noise: np.ndarray) -> np.ndarray:
        """Actions drawn with their noise [S, B, *]."""
        return self._head.sample(outputs, noise, self._extra)

    def mode(self, outputs: np.ndarray, noise: np.ndarray) -> np.ndarray:
        """The most likely actions; takes noise to be exchangeable with `sample`."""
        del noise
        return self._head.mode(outputs)
