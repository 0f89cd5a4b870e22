"""The gradient that a method makes of one episode: its expectation and its variance, by going through all episodes.

Nothing is sampled, so that there is no error but rounding.
"""

from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from rlbench.core.types import Credit, Decisions, Now
from rlbench.distributions.categorical import Categorical
from rlbench.probes.episodes import Episodes

ROUNDING = 1e-20
"""Squared relative bias below which there is none: float64 in some thousand additions leaves about 1e-28."""


@dataclass(frozen=True)
class Moments:
    """Both in units of the squared length of the exact gradient."""

    squared_bias: float
    variance: float
    """The trace of the covariance, of one episode's gradient."""

    def error(self, episodes: int) -> float:
        """Mean squared error of a batch of so many independent episodes."""
        return self.squared_bias + self.variance / episodes


class Estimator:
    """A method whose objective is linear in what decisions are worth, at a policy of logits [X, A]."""

    def __init__(self, method: Any, episodes: Episodes, logits: Tensor):
        self._probability = episodes.probability
        self._slopes = _slopes(method, episodes.decisions, logits)

    def moments(self, advantage: Tensor, exact: Tensor) -> Moments:
        """How far the gradient with these advantages [T, E, 1] is off the exact one [P], and how much it varies."""
        gradient = torch.einsum("teb,tep->ep", advantage, self._slopes)
        mean = self._probability @ gradient
        square = self._probability @ gradient.square().sum(1)
        unit = exact.square().sum()
        bias = (mean - exact).square().sum() / unit
        return Moments(float(bias), float((square - mean.square().sum()) / unit))


def _slopes(method: Any, d: Decisions, logits: Tensor) -> Tensor:
    """The gradient of the method's objective of each decision alone, if that is worth one: [T, E, P]."""
    count = d.reward.shape[1]
    theta = logits.flatten().expand(count, -1).clone().requires_grad_()
    dist = Categorical(theta.unflatten(1, logits.shape)[torch.arange(count)[None, :, None], d.inputs])
    credit = Credit(torch.ones_like(d.reward), d.mask)
    objective = method.objective(Now(dist.logp(d.action), dist), d, credit)
    slopes = [torch.autograd.grad(step.sum(), theta, retain_graph=True)[0] for step in objective]
    return torch.stack(slopes)
