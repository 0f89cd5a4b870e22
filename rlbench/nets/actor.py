"""A policy for vectors: a stacked network and a head that turns its outputs into a distribution."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor

from rlbench.core.noise import Noise
from rlbench.core.types import Decisions, Distribution, Now
from rlbench.nets import mlp
from rlbench.nets.heads import EpsilonGreedyHead, Head
from rlbench.nets.layout import Layout

NETWORK = 0


@dataclass(frozen=True)
class Actor:
    """A pure function of its flat parameters theta [S, P]."""

    stacked: ClassVar[bool] = True

    inputs: int
    hidden: tuple[int, int]
    head: Head

    @property
    def layout(self) -> Layout:
        return Layout((*mlp.shapes(self.inputs, self.hidden, self.head.outputs), *self.head.extra_shapes))

    @property
    def kind(self) -> Callable[..., Distribution]:
        """The type of its distributions, made from their parts."""
        return self.head.kind

    def start(self, noise: Noise) -> Float[Tensor, "S P"]:
        """First parameters. The small last layer (gain .01) makes the first policy nearly uniform
        (Andrychowicz et al. 2021, arXiv:2006.05990, section 3.2)."""
        theta = torch.zeros(len(noise), self.layout.size)
        weights = self.layout.views(theta)
        mlp.initialise(weights[:6], noise, NETWORK, output_gain=0.01)
        self.head.initialise(weights[6:])
        return theta

    def distribution(self, theta: Float[Tensor, "S P"], inputs: Float[Tensor, "T S B D"]) -> Distribution:
        weights = self.layout.views(theta)
        length = inputs.shape[0]
        outputs = mlp.forward(weights[:6], inputs.transpose(0, 1).flatten(1, 2))
        outputs = outputs.unflatten(1, (length, -1)).transpose(0, 1)
        return self.head.distribution(outputs, weights[6:])

    def evaluate(self, theta: Float[Tensor, "S P"], d: Decisions) -> Now:
        dist = self.distribution(theta, d.inputs)
        return Now(dist.logp(d.action), dist)

    def explore(self, theta: Float[Tensor, "S P"], epsilon: float) -> None:
        """Set in place how often an action is taken at random, where the head is one that explores like this."""
        assert isinstance(self.head, EpsilonGreedyHead)
        self.head.explore(self.layout.views(theta)[6:], epsilon)

    def acting(self, theta: Float[Tensor, "S P"]) -> Callable[[np.ndarray], np.ndarray]:
        """The network at these parameters on NumPy arrays, [S, N, D] -> [S, N, outputs]."""
        return mlp.NumpyMLP(self.layout.views(theta.cpu())[:6])

    @property
    def flop_per_decision(self) -> int:
        """Multiplications and additions of the matrix products of one forward pass."""
        first, second = self.hidden
        return 2 * (self.inputs * first + first * second + second * self.head.outputs)
