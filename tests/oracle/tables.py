"""A policy that is a table, as an actor of the benchmark: theta [S, P] holds a logit for each state and action."""

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from rlbench.core.types import Decisions, Now
from rlbench.distributions.categorical import Categorical


@dataclass(frozen=True)
class Table:
    """A decision's input is the number of its state."""

    actions: int = 2

    def logits(self, theta: Tensor) -> Tensor:
        """[S, X, A]."""
        return theta.unflatten(1, (-1, self.actions))

    def evaluate(self, theta: Tensor, d: Decisions) -> Now:
        seed = torch.arange(len(theta))[None, :, None]
        dist = Categorical(self.logits(theta)[seed, d.inputs])
        return Now(dist.logp(d.action), dist)


@dataclass(frozen=True)
class Mixed(Table):
    """The same policies in other coordinates: the logits are a matrix [P, P] times theta."""

    matrix: Tensor | None = None

    def logits(self, theta: Tensor) -> Tensor:
        assert self.matrix is not None
        return super().logits(theta @ self.matrix.T)


def theta_of(logits: np.ndarray, seeds: int) -> Tensor:
    """The parameters of a table [X, A], the same for every seed: float64 [S, P]."""
    return torch.from_numpy(logits).flatten().expand(seeds, -1)
